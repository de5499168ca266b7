using System.Numerics;
using System.Text.Json.Nodes;
using Outpost.Uniswap.Prices;

namespace Outpost.Uniswap.Trades;

/// <summary>Adds up trades of one kind, exactly, into the six numbers that snapshots have of them.</summary>
internal sealed class TradeSum(PairEpoch pair)
{
    private static readonly Fraction Fee = new(3, 1000);

    private readonly FractionSum _dollars = new();
    private readonly FractionSum _feeOf = new();
    private readonly FractionSum _dollars0 = new();
    private readonly FractionSum _dollars1 = new();
    private BigInteger _units0;
    private BigInteger _units1;

    /// <summary>The fields of <see cref="ToJson"/> that say how much of either token moved.</summary>
    public static IReadOnlyList<string> Volumes { get; } =
        ["token0TradeVolume", "token1TradeVolume", "token0TradeVolumeUSD", "token1TradeVolumeUSD"];

    public void Add(ValuedTrade one)
    {
        _units0 += one.Trade.Amount0;
        _units1 += one.Trade.Amount1;
        _dollars0.Add(one.Dollars0);
        _dollars1.Add(one.Dollars1);
        _dollars.Add(one.Dollars);
        _feeOf.Add(one.FeeOf);
    }

    public JsonObject ToJson() => new()
    {
        ["totalTradesUSD"] = Dollars(_dollars.Total()),
        ["totalFeeUSD"] = Dollars(_feeOf.Total() * Fee),
        [Volumes[0]] = pair.Side0.Amount(_units0).ToJson(),
        [Volumes[1]] = pair.Side1.Amount(_units1).ToJson(),
        [Volumes[2]] = Dollars(_dollars0.Total()),
        [Volumes[3]] = Dollars(_dollars1.Total()),
    };

    private static JsonNode Dollars(Fraction exact) => exact.Round(Digits.Dollars).ToJson();
}
