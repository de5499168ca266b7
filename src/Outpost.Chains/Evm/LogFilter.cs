using Outpost.Sdk.Evm;

namespace Outpost.Chains.Evm;

/// <summary>Which logs are wanted.</summary>
/// <param name="Addresses">Of contracts; empty: any.</param>
/// <param name="Topics">By place, each a choice of values; an empty choice means any value.</param>
public sealed record LogFilter(IReadOnlyList<EvmAddress> Addresses, IReadOnlyList<IReadOnlyList<Hash32>> Topics)
{
    /// <summary>Logs of these contracts whose first topic is one of these.</summary>
    public static LogFilter Of(IReadOnlyList<EvmAddress> addresses, params IReadOnlyList<Hash32> events) =>
        new(addresses, events.Count == 0 ? [] : [events]);

    /// <summary>As eth_getLogs takes it.</summary>
    internal object Parameter(long from, long to)
    {
        var filter = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["fromBlock"] = EvmHex.Quantity(from),
            ["toBlock"] = EvmHex.Quantity(to),
        };
        if (Addresses.Count > 0)
        {
            filter["address"] = Addresses.Select(one => one.Hex).ToArray();
        }

        if (Topics.Count > 0)
        {
            filter["topics"] = Topics
                .Select(choice => choice.Count == 0 ? null : choice.Select(one => one.ToString()).ToArray()).ToArray();
        }

        return filter;
    }

    /// <summary>
    /// The logs in the order of the chain; what was not asked for, or comes twice, is a fault of the node.
    /// </summary>
    internal IReadOnlyList<EvmLog> Checked(IEnumerable<EvmLog> logs, long from, long to)
    {
        var addresses = Addresses.ToHashSet();
        var choices = Topics.Select(choice => choice.ToHashSet()).ToArray();
        var ordered = logs.OrderBy(log => log.BlockNumber).ThenBy(log => log.Index).ToList();
        for (var index = 0; index < ordered.Count; index++)
        {
            var log = ordered[index];
            if (log.BlockNumber < from || log.BlockNumber > to
                || (addresses.Count > 0 && !addresses.Contains(log.Address)) || !Matches(log, choices))
            {
                throw new FormatException("There is a log that was not asked for.");
            }

            if (index > 0 && ordered[index - 1] is var before && before.BlockNumber == log.BlockNumber
                && (before.Index == log.Index || before.BlockHash != log.BlockHash))
            {
                throw new FormatException("There is a log twice, or one block with two hashes.");
            }
        }

        return ordered;
    }

    private static bool Matches(EvmLog log, HashSet<Hash32>[] choices) =>
        log.Topics.Count >= choices.Length
        && choices.Index().All(one => one.Item.Count == 0 || one.Item.Contains(log.Topics[one.Index]));
}
