using System.Globalization;
using Outpost.Node.Duties;
using Outpost.Node.Status;

namespace Outpost.App.Terminal;

/// <summary>Lines instead of a view: each change of the node's state, and each duty's end.</summary>
/// <param name="news">Asked for further lines; null: there are none.</param>
internal sealed class PlainScreen(TextWriter output, Func<IReadOnlyList<string>>? news = null) : INodeScreen
{
    private string _line = "";

    public Task ShowAsync(Func<Action<NodePicture>, Task> loop) => loop(Show);

    /// <summary>One line about a duty that ended.</summary>
    public static string Line(DutyEnd end)
    {
        // A topic with several roles has a line for each.
        var role = end.Duty.Id.Role == Role.Inferer ? "" : $"{end.Duty.Id.Role.ToString().ToLowerInvariant()}, ";
        var head = $"{end.At:HH:mm:ss} {role}topic {end.Duty.Id.Topic}, block {end.Duty.Id.Nonce}: ";
        return end.Outcome switch
        {
            Outcome.Included included => $"{head}{end.Value} included in block {included.At}, "
                + $"{Percent(end.Duty.Margin(included.At))} of the window left, {Short(included.Hash)}",
            Outcome.Missed missed => $"{head}missed, {missed.Reason.Code}: {missed.Detail}. {missed.Reason.Fix}",
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    public static string Percent(double share) => share.ToString("0 %", CultureInfo.InvariantCulture);

    /// <summary>Enough of a transaction's hash to find it again.</summary>
    public static string Short(string hash) => hash.Length <= 10 ? hash : hash[..10] + "…";

    private void Show(NodePicture picture)
    {
        if (picture.Status.Line != _line)
        {
            _line = picture.Status.Line;
            output.WriteLine(_line);
        }

        foreach (var end in picture.FreshEnds)
        {
            output.WriteLine(Line(end));
        }

        foreach (var line in news?.Invoke() ?? [])
        {
            output.WriteLine(line);
        }
    }
}
