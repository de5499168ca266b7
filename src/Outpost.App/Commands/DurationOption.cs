using System.CommandLine;
using System.CommandLine.Parsing;
using Outpost.App.Settings;

namespace Outpost.App.Commands;

/// <summary>Options that take a duration such as 500ms, 60s or 2m.</summary>
internal static class DurationOption
{
    public static Option<TimeSpan?> Create(string name, string description, TimeSpan least)
    {
        return new Option<TimeSpan?>(name)
        {
            HelpName = "DURATION",
            Description = description,
            CustomParser = result => Parse(result, name, least),
        };
    }

    private static TimeSpan? Parse(ArgumentResult result, string name, TimeSpan least)
    {
        var text = result.Tokens.Count > 0 ? result.Tokens[0].Value : "";
        if (DurationText.TryParse(text, out var duration) && duration >= least && duration <= TimeSpan.FromDays(40))
        {
            return duration;
        }

        result.AddError($"{name}: \"{text}\" is not a duration of at least {DurationText.Format(least)}; "
            + "write such as 500ms, 60s or 2m");
        return null;
    }
}
