using Spectre.Console;

namespace Outpost.App.Terminal;

/// <summary>A view that is redrawn in place while the node runs, and stays as it was when the node stops.</summary>
internal sealed class LiveScreen(TextWriter output, string title, string whatYouSee, NodeViewPart? part = null)
    : INodeScreen
{
    public Task ShowAsync(Func<Action<NodePicture>, Task> loop)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(output),
            Interactive = InteractionSupport.Yes,
        });
        var view = new NodeView(title, whatYouSee, part);
        return console.Live(new Text("")).Overflow(VerticalOverflow.Crop).Cropping(VerticalOverflowCropping.Bottom)
            .StartAsync(context => loop(picture =>
            {
                context.UpdateTarget(view.Render(picture, console.Profile.Height));
                context.Refresh();
            }));
    }
}
