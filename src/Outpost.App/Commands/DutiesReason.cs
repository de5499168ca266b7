using System.CommandLine;
using System.CommandLine.Parsing;
using Outpost.App.Settings;
using Outpost.Node.Duties;

namespace Outpost.App.Commands;

/// <summary>Reasons as they are written on the command line: by their code.</summary>
internal static class DutiesReason
{
    public static Option<Reason?> Option() => new("--reason")
    {
        HelpName = "CODE",
        Description = "Only those missed for this reason, such as out-of-funds",
        CustomParser = Parse,
    };

    public static Argument<Reason> Argument() => new("REASON")
    {
        Description = "A reason's code, such as out-of-funds",
        CustomParser = Parse,
    };

    private static Reason? Parse(ArgumentResult result)
    {
        var code = result.Tokens.Count > 0 ? result.Tokens[0].Value : "";
        if (Reason.All.FirstOrDefault(reason => reason.Code == code) is { } known)
        {
            return known;
        }

        var near = NearestName.Of(code, Reason.All.Select(reason => reason.Code));
        result.AddError($"there is no reason '{code}'; " + (near is null
            ? $"the reasons are {string.Join(", ", Reason.All.Select(reason => reason.Code))}"
            : $"did you mean '{near}'?"));
        return null;
    }
}
