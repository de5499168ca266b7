using System.Numerics;
using System.Text.Json.Nodes;

namespace Outpost.Uniswap.Trades;

/// <summary>Adds up trades of one kind into the six numbers that snapshots have of them.</summary>
internal sealed class TradeSum(PairEpoch pair)
{
    // Uniswap takes 3 of 1,000.
    private const int Fee = 3;
    private const int FeeOf = 1000;

    private BigInteger _dollars;
    private BigInteger _feeOf;
    private BigInteger _dollars0;
    private BigInteger _dollars1;
    private BigInteger _units0;
    private BigInteger _units1;

    /// <summary>The fields of <see cref="ToJson"/> that say how much of either token moved.</summary>
    public static IReadOnlyList<string> Volumes { get; } =
        ["token0TradeVolume", "token1TradeVolume", "token0TradeVolumeUSD", "token1TradeVolumeUSD"];

    public void Add(ValuedTrade one)
    {
        _units0 += one.Trade.Amount0;
        _units1 += one.Trade.Amount1;
        _dollars0 += one.Dollars0;
        _dollars1 += one.Dollars1;
        _dollars += one.Dollars;
        _feeOf += one.FeeOf;
    }

    public JsonObject ToJson() => new()
    {
        ["totalTradesUSD"] = Dollars(_dollars),
        ["totalFeeUSD"] = Dollars(_feeOf * Fee / FeeOf),
        [Volumes[0]] = pair.Side0.Amount(_units0).ToJson(),
        [Volumes[1]] = pair.Side1.Amount(_units1).ToJson(),
        [Volumes[2]] = Dollars(_dollars0),
        [Volumes[3]] = Dollars(_dollars1),
    };

    private static JsonNode Dollars(BigInteger carried) => ValuedTrade.Told(carried).ToJson();
}
