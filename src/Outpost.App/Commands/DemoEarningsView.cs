using Outpost.App.Demo;
using Outpost.App.Terminal;
using Outpost.Chains.Allora;
using Spectre.Console;

namespace Outpost.App.Commands;

/// <summary>Draws who earned what in the demo's topic, as the chain settled it.</summary>
internal static class DemoEarningsView
{
    private const int Actors = 3;

    /// <summary>Borders, headings, caption.</summary>
    private const int FixedLines = 5;

    public static NodeViewPart Of(DemoEarnings earnings) => new(Actors + FixedLines, () => Draw(earnings));

    private static Table Draw(DemoEarnings earnings)
    {
        var table = new Table().Border(TableBorder.Rounded).Expand();
        table.AddColumn($"paid in topic {earnings.Topic}");
        foreach (var role in Enum.GetValues<ActorRole>())
        {
            table.AddColumn(new TableColumn(DemoEarnings.NameOf(role)).NoWrap());
        }

        foreach (var (name, roles) in earnings.Now)
        {
            table.AddRow([name, .. roles.Select(role => role?.ToString() ?? "–")]);
        }

        return earnings.Now.Any(actor => actor.Roles.Any(role => role is not null))
            ? table
            : table.Caption("nothing yet: a block's losses are settled two epochs after it");
    }
}
