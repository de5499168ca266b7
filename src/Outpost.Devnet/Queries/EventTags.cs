using System.Globalization;
using Outpost.Chains.Wire.Tendermint.Abci;
using Outpost.Devnet.Blocks;

namespace Outpost.Devnet.Queries;

/// <summary>
/// The tags that queries are matched against: type.key → values, with CometBFT's own tm.event and tx ones.
/// </summary>
internal static class EventTags
{
    public static Dictionary<string, List<string>> Of(string kind, IEnumerable<Event> events)
    {
        var tags = new Dictionary<string, List<string>>(StringComparer.Ordinal) { ["tm.event"] = [kind] };
        foreach (var item in events)
        {
            foreach (var attribute in item.Attributes)
            {
                if (attribute.Index)
                {
                    Add(tags, $"{item.Type}.{attribute.Key}", attribute.Value);
                }
            }
        }

        return tags;
    }

    public static Dictionary<string, List<string>> OfTransaction(DeliveredTx transaction)
    {
        var tags = Of("Tx", transaction.Result.Events);
        Add(tags, "tx.hash", transaction.Hash);
        Add(tags, "tx.height", transaction.Height.ToString(CultureInfo.InvariantCulture));
        return tags;
    }

    private static void Add(Dictionary<string, List<string>> tags, string key, string value)
    {
        if (!tags.TryGetValue(key, out var values))
        {
            tags[key] = values = [];
        }

        values.Add(value);
    }
}
