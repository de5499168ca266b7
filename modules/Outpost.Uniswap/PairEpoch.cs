using System.Numerics;
using System.Text.Json.Nodes;
using Outpost.Sdk;
using Outpost.Sdk.Evm;
using Outpost.Sdk.Snapshots;
using Outpost.Uniswap.Pairs;
using Outpost.Uniswap.Prices;

namespace Outpost.Uniswap;

/// <summary>A pair during an epoch: what both kinds of snapshots are made of.</summary>
internal sealed record PairEpoch(
    Pair Pair, Epoch Epoch, IReadOnlyList<EvmHeader> Headers, PairReserves Reserves, PairSide Side0, PairSide Side1)
{
    /// <summary>Asks for all of it in one round, when the metadata are known.</summary>
    /// <exception cref="UniswapException">The contract is no pair, or none yet in this epoch.</exception>
    public static async Task<PairEpoch> ReadAsync(
        ISnapshotContext context, UniswapSettings settings, Foresight foresight)
    {
        settings.Demand(context.ChainId);
        var market = new Market(context, settings, foresight);
        var (headers, reserves) = (context.HeadersAsync(), market.ReservesAsync(context.Contract));
        var pair = await market.Metadata.PairAsync(context.Contract);
        var (side0, side1) = (SideAsync(market, pair.Token0), SideAsync(market, pair.Token1));
        var read = new PairEpoch(pair, context.Epoch, await headers, await reserves, await side0, await side1);
        return read.Reserves.Exists
            ? read
            : throw new UniswapException($"There is no contract at {pair.Address.Hex} yet in {context.Epoch}.");
    }

    /// <summary>The fields that every snapshot begins with; its time is that of the epoch's last block.</summary>
    public JsonObject Snapshot() => new()
    {
        ["contract"] = Pair.Address.Hex,
        ["chainHeightRange"] = new JsonObject { ["begin"] = Epoch.Begin, ["end"] = Epoch.End },
        ["timestamp"] = Headers[^1].Timestamp,
    };

    private static async Task<PairSide> SideAsync(Market market, EvmAddress token)
    {
        var (decimals, prices) = (market.Metadata.DecimalsAsync(token), market.PriceAsync(token));
        return new PairSide(await decimals, await prices);
    }
}

/// <summary>One of a pair's two tokens.</summary>
/// <param name="Prices">Dollars for a whole token after each block.</param>
internal sealed record PairSide(int Decimals, IReadOnlyList<Fraction> Prices)
{
    private readonly BigInteger _unit = BigInteger.Pow(10, Decimals);

    /// <summary>Units of the token as whole tokens.</summary>
    public BigDecimal Amount(BigInteger units) => BigDecimal.OfUnits(units, Decimals);

    /// <summary>What units of the token are worth after a block, by its place in the epoch.</summary>
    public Fraction Dollars(BigInteger units, int block)
    {
        var price = Prices[block];
        return units.IsZero || price.IsZero ? default : new Fraction(units * price.Over, _unit * price.Under);
    }
}

/// <summary>How many digits behind the point a snapshot has.</summary>
internal static class Digits
{
    public const int Price = 18;
    public const int Dollars = 6;
}
