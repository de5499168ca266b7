namespace Outpost.App.Terminal;

/// <summary>Shows nothing: for --json, and where log lines say it all.</summary>
internal sealed class QuietScreen : INodeScreen
{
    public Task ShowAsync(Func<Action<NodePicture>, Task> loop) => loop(_ => { });
}
