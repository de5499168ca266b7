using System.Globalization;
using Outpost.Chains;
using Outpost.Node.Duties;
using Outpost.Node.Status;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Outpost.App.Terminal;

/// <summary>A part of the view that is not of the node itself; left out where the terminal is too low.</summary>
/// <param name="Lines">How many it takes.</param>
internal sealed record NodeViewPart(int Lines, Func<IRenderable> Draw);

/// <summary>Draws a node so that somebody who has never seen one understands what it does.</summary>
internal sealed class NodeView(string title, string whatYouSee, NodeViewPart? part = null)
{
    private const int BarCells = 12;

    /// <summary>Lines that are no topic and no end: header, borders, headings, legend.</summary>
    private const int FixedLines = 15;

    /// <summary>Topics and ends together have this many at least.</summary>
    private const int LeastFree = 6;

    /// <param name="lines">How many the terminal has.</param>
    public IRenderable Render(NodePicture picture, int lines)
    {
        var hasPart = part is not null && lines >= FixedLines + LeastFree + part.Lines;
        var free = Math.Max(LeastFree, lines - FixedLines - (hasPart ? part!.Lines : 0));
        var topics = Math.Max(3, free * 2 / 3);
        return new Rows(
            Header(picture),
            Topics(picture.Status, topics),
            hasPart ? part!.Draw() : new Rows(),
            Ends(picture.Status, Math.Max(3, free - Math.Min(topics, picture.Status.Topics.Count))),
            new Text(""),
            new Markup($"[grey]What you see: {Markup.Escape(whatYouSee)}[/]"));
    }

    private Rows Header(NodePicture picture)
    {
        var status = picture.Status;
        var chain = status.ChainId is null ? "connecting" : status.ChainId;
        var block = status.Head is { } head ? $"block [bold]{Grouped(head.Value)}[/]" : "no block yet";
        var pace = status.BlockTime is { } time ? $"every {Seconds(time)}" : "";
        var balance = status.BalanceUallo is { } uallo
            ? $"holds {uallo.ToString("N0", CultureInfo.InvariantCulture)} uallo{Lasting(status.BalanceDays)}" : "";
        return new Rows(
            new Markup($"[bold]{Markup.Escape(title)}[/]   {Markup.Escape(chain)}   {block} {pace}   "
                + $"{Markup.Escape(status.Line)}"),
            new Markup($"[grey]account[/] {Markup.Escape(status.Address)}   [grey]{balance}[/]"),
            new Markup($"[green]{picture.Tally.Included} included[/]   "
                + $"{(picture.Tally.Missed == 0 ? "[grey]0 missed[/]" : $"[red]{picture.Tally.Missed} missed[/]")}   "
                + $"[grey]of {picture.Tally.Windows} windows that were decided[/]"));
    }

    private static string Lasting(double? days) =>
        days is { } known ? string.Create(CultureInfo.InvariantCulture, $", for about {known:0.#} days") : "";

    private static Table Topics(NodeStatus status, int most)
    {
        var table = new Table().Border(TableBorder.Rounded).Expand();
        table.AddColumn("topic");
        table.AddColumn("now");
        table.AddColumn(new TableColumn("").Width(BarCells).NoWrap());
        table.AddColumn(new TableColumn("last answer").RightAligned());
        table.AddColumn(new TableColumn("window left at inclusion").NoWrap());
        table.AddColumn(new TableColumn("included").RightAligned());
        table.AddColumn(new TableColumn("missed").RightAligned());

        // What needs a look comes first when there are more topics than lines.
        var shown = status.Topics.Count <= most
            ? status.Topics
            : [.. status.Topics.OrderByDescending(topic => Urgency(topic.Phase)).ThenBy(topic =>
                topic.Topic.Value).Take(most)];
        foreach (var topic in shown)
        {
            var (now, bar) = Now(topic, status);
            table.AddRow(
                new Markup($"{topic.Topic} [grey]{Markup.Escape(topic.Name)}[/]"),
                new Markup(now),
                new Markup(bar),
                new Text(topic.LastValue ?? "–"),
                new Markup(topic.LastMargin is { } margin
                    ? string.Create(CultureInfo.InvariantCulture, $"[green]{Bar(margin)}[/] {margin:0 %}") : "–"),
                new Text(topic.Included.ToString(CultureInfo.InvariantCulture)),
                new Markup(topic.Missed == 0 ? "[grey]0[/]" : $"[red]{topic.Missed}[/]"));
        }

        if (status.Topics.Count > shown.Count)
        {
            table.Caption($"and {status.Topics.Count - shown.Count} more topics");
        }

        return table;
    }

    /// <summary>
    /// What the topic is doing, and a bar: blue fills up until the window opens, yellow runs out with it.
    /// </summary>
    private static (string Text, string Bar) Now(TopicStatus topic, NodeStatus status)
    {
        var line = Markup.Escape(topic.Line);
        switch (topic.Phase)
        {
            case TopicPhase.Computing:
                return ($"[yellow]open[/], asks the model{Left(topic, status)}",
                    $"[yellow]{OpenBar(topic, status)}[/]");
            case TopicPhase.Sending:
                return ($"[yellow]open[/], sends the answer{Left(topic, status)}",
                    $"[yellow]{OpenBar(topic, status)}[/]");
            case TopicPhase.Included:
                return ("[green]included[/]", $"[green]{OpenBar(topic, status)}[/]");
            case TopicPhase.Missed:
                return ($"[red]missed[/] {line}", "");
            case TopicPhase.Blocked:
                return ($"[red]cannot start[/]: {line}", "");
            case TopicPhase.Waiting when topic.OpensAt is { } opens && status.Head is { } head && opens > head:
                var blocks = opens - head;
                var wait = status.BlockTime is { } time ? $" ≈ {Seconds(time * blocks)}" : "";
                return ($"waits, opens in {Blocks(blocks)}{wait}",
                    $"[blue]{Bar(1 - (blocks / (double)Cycle(topic, opens)))}[/]");
            case TopicPhase.Waiting:
                return ("waits for its window", "");
            default:
                return (line.Length == 0 ? "starts" : line, "");
        }
    }

    /// <summary>Blocks from one opening to the next, as far as it is known.</summary>
    private static long Cycle(TopicStatus topic, Height opens) =>
        topic.Current is { } last && opens > last.OpensAt ? opens - last.OpensAt : 12;

    private static string Left(TopicStatus topic, NodeStatus status) =>
        topic.Current is { } duty && status.Head is { } head && duty.ClosesAt > head
            ? $", {Blocks(duty.ClosesAt - head)} left" : "";

    private static string OpenBar(TopicStatus topic, NodeStatus status) =>
        topic.Current is { } duty && status.Head is { } head ? Bar(duty.Margin(head)) : "";

    private static Table Ends(NodeStatus status, int most)
    {
        var table = new Table().Border(TableBorder.None).Expand();
        table.AddColumn(new TableColumn("[grey]what ended, newest first[/]").NoWrap());
        foreach (var end in status.RecentEnds.Take(most))
        {
            var mark = end.Outcome is Outcome.Included ? "[green]✓[/]" : "[red]✗[/]";
            table.AddRow(
                new Markup($"{mark} {Markup.Escape(PlainScreen.Line(end))}").Overflow(Overflow.Ellipsis));
        }

        return table;
    }

    private static string Bar(double share)
    {
        var full = (int)Math.Round(Math.Clamp(share, 0, 1) * BarCells);
        return new string('█', full) + new string('░', BarCells - full);
    }

    private static int Urgency(TopicPhase phase) => phase switch
    {
        TopicPhase.Blocked or TopicPhase.Missed => 3,
        TopicPhase.Computing or TopicPhase.Sending => 2,
        TopicPhase.Included => 1,
        _ => 0,
    };

    private static string Blocks(long count) => count == 1 ? "1 block" : $"{Grouped(count)} blocks";

    private static string Grouped(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static string Seconds(TimeSpan span) => span.TotalSeconds < 10
        ? string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:0.0} s")
        : string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:0} s");
}
