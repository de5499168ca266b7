using System.Globalization;
using System.Numerics;
using Outpost.App.Settings;
using Outpost.Chains.Allora;
using Outpost.Devnet;

namespace Outpost.App.Commands;

/// <summary>What the command line says of a devnet, before it is understood.</summary>
internal sealed record RawDevnetArguments(
    string BlockTime, string Emissions, IReadOnlyList<string> Fund, TopicOptions Shape, int TopicCount, bool IsStaggered)
{
    public required DevnetOptions Options { get; init; }
}

/// <summary>Turns the words of 'outpost devnet' into options, or says what is wrong with them.</summary>
internal static class DevnetArguments
{
    private const int MaxTopics = 10_000;

    /// <summary>The first problem, as a sentence; null when the options are good.</summary>
    public static string? Read(RawDevnetArguments raw, out DevnetOptions? options)
    {
        options = null;
        if (!DurationText.TryParse(raw.BlockTime, out var blockTime) || blockTime < TimeSpan.FromMilliseconds(1))
        {
            return $"--block-time {raw.BlockTime}: write a duration of at least 1ms, such as 500ms or 2s";
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

        options = raw.Options with
        {
            BlockTime = blockTime,
            Version = version,
            Balances = balances,
            Topics = DevnetOptions.ManyTopics(raw.TopicCount, raw.Shape, raw.IsStaggered),
        };
        return null;
    }

    private static EmissionsVersion? Version(string text) => text switch
    {
        "v9" or "9" => EmissionsVersion.V9,
        "v10" or "10" => EmissionsVersion.V10,
        _ => null,
    };
}
