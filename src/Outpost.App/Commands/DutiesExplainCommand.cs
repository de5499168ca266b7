using System.CommandLine;

namespace Outpost.App.Commands;

/// <summary>outpost duties explain: what a reason means, and what to do.</summary>
internal static class DutiesExplainCommand
{
    public static Command Build(CommandSurroundings surroundings)
    {
        var reason = DutiesReason.Argument();
        var command = new Command("explain", """
            Says what a reason means and what to do about it. docs/reasons.md lists them all.
            Exit code 0: done; 2: there is no such reason.
            """)
        {
            reason,
        };
        command.Options.Add(HelpWithExamples.Of("outpost duties explain window-closed"));
        command.SetAction(parsed =>
        {
            var known = parsed.GetRequiredValue(reason);
            surroundings.Out.WriteLine(known.Code);
            surroundings.Out.WriteLine($"  what happened  {known.Summary}");
            surroundings.Out.WriteLine($"  what to do     {known.Fix}");
            return ExitCode.Done;
        });
        return command;
    }
}
