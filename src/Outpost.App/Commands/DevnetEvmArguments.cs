using Outpost.App.Settings;
using Outpost.Devnet;
using Outpost.Devnet.Faults;

namespace Outpost.App.Commands;

/// <summary>What the command line says of an EVM devnet, before it is understood.</summary>
internal sealed record RawEvmDevnetArguments(
    string BlockTime, IReadOnlyList<string> Faults, EvmDevnetOptions Options);

/// <summary>Turns the words of 'outpost devnet evm' into options, or says what is wrong with them.</summary>
internal static class DevnetEvmArguments
{
    private const int MaxPairs = 20_000;
    private const int MaxTrades = 10_000;
    private const int MaxHistory = 1_000_000;

    /// <summary>The first problem, as a sentence; null when the options are good.</summary>
    public static string? Read(RawEvmDevnetArguments raw, out EvmDevnetOptions? options, out FaultPlan? plan)
    {
        (options, plan) = (null, null);
        if (!DurationText.TryParse(raw.BlockTime, out var blockTime) || blockTime < TimeSpan.FromMilliseconds(1))
        {
            return DevnetArguments.BlockTimeProblem(raw.BlockTime);
        }

        var uniswap = raw.Options.Uniswap!;
        if ((Outside("--nodes", raw.Options.Nodes, 1, DevnetArguments.MaxNodes)
            ?? Outside("--pairs", uniswap.Pairs, 3, MaxPairs)
            ?? Outside("--tokens", uniswap.Tokens ?? 4, 4, MaxPairs)
            ?? Outside("--trades", uniswap.TradesPerBlock, 0, MaxTrades)
            ?? Outside("--history", raw.Options.History, 0, MaxHistory)
            ?? Outside("--port", raw.Options.Port, 0, ushort.MaxValue)) is { } outside)
        {
            return outside;
        }

        if (uniswap.Tokens is { } tokens && uniswap.Pairs > tokens * (tokens - 1L) / 2)
        {
            return $"--tokens {tokens}: these make {tokens * (tokens - 1L) / 2} pairs at most, and --pairs wants "
                + $"{uniswap.Pairs}";
        }

        if (DevnetArguments.ReadFaults(raw.Faults, EvmFaultKinds.All, raw.Options.Nodes, out plan) is { } faulty)
        {
            return faulty;
        }

        options = raw.Options with { BlockTime = blockTime };
        return null;
    }

    private static string? Outside(string name, int value, int least, int most) =>
        value < least || value > most ? $"{name} {value}: between {least} and {most}" : null;
}
