using System.Globalization;
using System.Text.Json.Nodes;
using Outpost.Sdk;
using Outpost.Sdk.Snapshots;

namespace Outpost.Uniswap.Aggregates;

/// <summary>Reads fields of finished snapshots.</summary>
internal static class SnapshotFields
{
    /// <summary>A number with all its digits.</summary>
    /// <exception cref="UniswapException">There is none.</exception>
    public static BigDecimal ToBigDecimal(this JsonNode? node) =>
        node is JsonValue value && BigDecimal.TryParse(value.ToJsonString(), out var number)
            ? number
            : throw new UniswapException("A snapshot of the series lacks a number that the aggregate is made of.");

    /// <summary>What a field with a value for each block says of the epoch's last one.</summary>
    public static BigDecimal AtEnd(this JsonObject snapshot, string field, Epoch epoch) =>
        (snapshot[field] as JsonObject)?["block" + epoch.End.ToString(CultureInfo.InvariantCulture)].ToBigDecimal()
            ?? throw new UniswapException($"A snapshot of the series has no {field}.");

    /// <summary>Both sides of a pair in dollars after the epoch.</summary>
    public static BigDecimal Liquidity(this JsonObject reserves, Epoch epoch) =>
        reserves.AtEnd("token0ReservesUSD", epoch) + reserves.AtEnd("token1ReservesUSD", epoch);

    /// <summary>By how many percent a number has changed; 0 where there is nothing to compare it with.</summary>
    public static BigDecimal ChangeFrom(this BigDecimal now, BigDecimal before) =>
        before.IsZero ? default : ((now - before) * 100).DividedBy(before, Digits.Percent);
}
