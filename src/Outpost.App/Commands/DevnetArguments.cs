using System.Globalization;
using System.Numerics;
using Outpost.App.Settings;
using Outpost.Chains.Allora;
using Outpost.Devnet;
using Outpost.Devnet.Faults;

namespace Outpost.App.Commands;

/// <summary>What the command line says of a devnet, before it is understood.</summary>
internal sealed record RawDevnetArguments(
    string BlockTime, string Emissions, IReadOnlyList<string> Fund, TopicOptions Shape, int TopicCount,
    bool IsStaggered, IReadOnlyList<string> Faults)
{
    public required DevnetOptions Options { get; init; }
}

/// <summary>Turns the words of 'outpost devnet' into options, or says what is wrong with them.</summary>
internal static class DevnetArguments
{
    /// <summary>The most nodes that serve one devnet.</summary>
    internal const int MaxNodes = 20;

    private const int MaxTopics = 10_000;

    /// <summary>The first problem, as a sentence; null when the options are good.</summary>
    public static string? Read(RawDevnetArguments raw, out DevnetOptions? options, out FaultPlan? plan)
    {
        (options, plan) = (null, null);
        if (!DurationText.TryParse(raw.BlockTime, out var blockTime) || blockTime < TimeSpan.FromMilliseconds(1))
        {
            return BlockTimeProblem(raw.BlockTime);
        }

        if (raw.Options.Nodes is < 1 or > MaxNodes)
        {
            return $"--nodes {raw.Options.Nodes}: between 1 and {MaxNodes}";
        }

        if (raw.TopicCount is < 1 or > MaxTopics)
        {
            return $"--topics {raw.TopicCount}: between 1 and {MaxTopics}";
        }

        if (raw.Shape.WorkerWindow < 1 || raw.Shape.WorkerWindow >= raw.Shape.EpochLength)
        {
            return $"--window {raw.Shape.WorkerWindow}: at least 1 block, and less than --epoch-length "
                + $"({raw.Shape.EpochLength})";
        }

        if (Version(raw.Emissions) is not { } version)
        {
            return $"--emissions {raw.Emissions}: v9 or v10";
        }

        if (raw.Shape.Labels.Any(label => label.Trim().Length == 0 || label.Any(char.IsUpper))
            || raw.Shape.Labels.Distinct(StringComparer.Ordinal).Count() < raw.Shape.Labels.Count)
        {
            return $"--labels {string.Join(',', raw.Shape.Labels)}: write names in lower case with commas, each once";
        }

        if (raw.Shape.IsMulti && version == EmissionsVersion.V9)
        {
            return "--labels: v9 has none; leave out --emissions v9";
        }

        var balances = new Dictionary<string, BigInteger>(StringComparer.Ordinal);
        foreach (var fund in raw.Fund)
        {
            var parts = fund.Split('=', 2);
            if (parts.Length != 2 || !Devnet.Devnet.IsAddress(parts[0])
                || !BigInteger.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var amount))
            {
                return $"--fund {fund}: write ADDRESS=AMOUNT, an allo1… address and a whole number of uallo";
            }

            balances[parts[0]] = amount;
        }

        if (ReadFaults(raw.Faults, FaultKind.All, raw.Options.Nodes, out plan) is { } faulty)
        {
            return faulty;
        }

        options = raw.Options with
        {
            BlockTime = blockTime,
            Version = version,
            Balances = balances,
            Topics = DevnetOptions.ManyTopics(raw.TopicCount, raw.Shape, raw.IsStaggered),
        };
        return null;
    }

    internal static string BlockTimeProblem(string text) =>
        $"--block-time {text}: write a duration of at least 1ms, such as 500ms or 2s";

    /// <summary>The first problem of what --fault says, against a catalogue; null: they are a plan.</summary>
    internal static string? ReadFaults(
        IReadOnlyList<string> texts, IReadOnlyList<FaultKind> kinds, int nodes, out FaultPlan? plan)
    {
        plan = null;
        var faults = new List<Fault>();
        foreach (var text in texts)
        {
            if ((Fault.Parse(text, kinds, out var fault) ?? fault!.Problem(nodes)) is { } problem)
            {
                return $"--fault '{text}': {problem}{Hint(text, kinds)}";
            }

            faults.Add(fault!);
        }

        plan = new(faults);
        return null;
    }

    private static string Hint(string text, IReadOnlyList<FaultKind> kinds)
    {
        var name = text.TrimStart().Split([' ', '@'], 2)[0];
        var known = kinds.Select(kind => kind.Name).ToArray();
        if (known.Contains(name))
        {
            return "";
        }

        var near = known.Where(other => name.Length > 2 && other.Contains(name, StringComparison.OrdinalIgnoreCase))
            .Prepend(NearestName.Of(name, known))
            .OfType<string>().Distinct(StringComparer.Ordinal).ToArray();
        return near.Length > 0
            ? $"; did you mean {string.Join(" or ", near)}? --list-faults names all"
            : "; --list-faults names all";
    }

    private static EmissionsVersion? Version(string text) => text switch
    {
        "v9" or "9" => EmissionsVersion.V9,
        "v10" or "10" => EmissionsVersion.V10,
        _ => null,
    };
}
