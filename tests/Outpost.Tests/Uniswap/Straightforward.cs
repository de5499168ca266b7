using System.Numerics;
using System.Text;
using Outpost.Sdk.Evm;
using Outpost.Sdk.Snapshots;

namespace Outpost.Tests.Uniswap;

/// <summary>
/// The snapshots of a pair worked out as their definition reads, block by block and token by token, with nothing shared
/// and nothing foreseen. It has no code in common with the module, and writes the JSON itself.
/// </summary>
internal sealed class Straightforward(RandomExchange world)
{
    private static readonly BigInteger OneEther = BigInteger.Pow(10, 18);

    private Exchange Exchange => world.Exchange;

    public string Reserves(EvmAddress pair, Epoch epoch)
    {
        var (token0, token1) = world.Pairs[pair];
        var text = new StringBuilder(Head(pair, epoch));
        Column("token0Reserves", block => Whole(Held(pair, block).Of0, token0));
        Column("token1Reserves", block => Whole(Held(pair, block).Of1, token1));
        Column("token0ReservesUSD", block => (Whole(Held(pair, block).Of0, token0) * Price(token0, block, epoch)).Round(6));
        Column("token1ReservesUSD", block => (Whole(Held(pair, block).Of1, token1) * Price(token1, block, epoch)).Round(6));
        Column("token0Prices", block => Price(token0, block, epoch).Round(18));
        Column("token1Prices", block => Price(token1, block, epoch).Round(18));
        return text.Append('}').ToString();

        void Column(string name, Func<long, Rational> value) => text.Append(null, $",\"{name}\":{{")
            .AppendJoin(',', Blocks(epoch).Select(block => $"\"block{block}\":{value(block)}")).Append('}');
    }

    public string Volume(EvmAddress pair, Epoch epoch, bool isFirstFee)
    {
        var (token0, token1) = world.Pairs[pair];
        var trades = world.Trades.Where(one => one.Pair == pair && one.Block >= epoch.Begin && one.Block <= epoch.End)
            .OrderBy(one => one.Block).ToArray();
        var swaps = Six("Swap");
        return Head(pair, epoch)
            + $",\"totalTrade\":{swaps[0]},\"totalFee\":{swaps[1]},\"token0TradeVolume\":{swaps[2]},\"token1TradeVolume\":{swaps[3]}"
            + $",\"token0TradeVolumeUSD\":{swaps[4]},\"token1TradeVolumeUSD\":{swaps[5]},\"eventCount\":{trades.Length}"
            + $",\"events\":{{{Kind("Swap")},{Kind("Mint")},{Kind("Burn")},\"Trades\":{Numbers(swaps)}}}}}";

        string Kind(string name) => $"\"{name}\":{{\"logs\":["
            + string.Join(',', trades.Where(one => one.Kind == name).Select(Log)) + $"],\"trades\":{Numbers(Six(name))}}}";

        Rational Dollars(RandomExchange.Trade one, int side) => side == 0
            ? Whole(BigInteger.Abs(one.Out0 - one.In0), token0) * Price(token0, one.Block, epoch)
            : Whole(BigInteger.Abs(one.Out1 - one.In1), token1) * Price(token1, one.Block, epoch);

        Rational Worth(RandomExchange.Trade one)
        {
            var (first, second) = (Dollars(one, 0), Dollars(one, 1));
            return one.Kind != "Swap" ? first + second
                : first.IsZero ? second : second.IsZero ? first : first > second ? first : second;
        }

        Rational Fee(RandomExchange.Trade one)
        {
            var second = Dollars(one, 1);
            var of = one.Kind != "Swap" ? default : !isFirstFee ? Worth(one) : second.IsZero ? Dollars(one, 0) : second;
            return of * new Rational(3, 1000);
        }

        Rational[] Six(string kind)
        {
            var all = trades.Where(one => one.Kind == kind).ToArray();
            return
            [
                Sum(all.Select(Worth)).Round(6), Sum(all.Select(Fee)).Round(6),
                Sum(all.Select(one => Whole(BigInteger.Abs(one.Out0 - one.In0), token0))),
                Sum(all.Select(one => Whole(BigInteger.Abs(one.Out1 - one.In1), token1))),
                Sum(all.Select(one => Dollars(one, 0))).Round(6), Sum(all.Select(one => Dollars(one, 1))).Round(6),
            ];
        }

        string Log(RandomExchange.Trade one)
        {
            var arguments = one.Kind switch
            {
                "Swap" => $"\"to\":\"{pair.Hex}\",\"amount0In\":{one.In0},\"amount1In\":{one.In1},"
                    + $"\"amount0Out\":{one.Out0},\"amount1Out\":{one.Out1}",
                "Mint" => $"\"amount0\":{one.In0},\"amount1\":{one.In1}",
                _ => $"\"to\":\"{pair.Hex}\",\"amount0\":{one.Out0},\"amount1\":{one.Out1}",
            };
            return $"{{\"args\":{{\"sender\":\"{Exchange.Someone.Hex}\",{arguments}}},\"event\":\"{one.Kind}\","
                + $"\"address\":\"{pair.Hex}\",\"blockNumber\":{one.Block},\"logIndex\":{one.Index},"
                + $"\"transactionHash\":\"{FakeSource.Hash((one.Block * 1000) + one.Transaction)}\","
                + $"\"timestamp\":{FakeSource.Header(one.Block).Timestamp},"
                + $"\"token0_amount\":{Whole(BigInteger.Abs(one.Out0 - one.In0), token0)},"
                + $"\"token1_amount\":{Whole(BigInteger.Abs(one.Out1 - one.In1), token1)},"
                + $"\"trade_amount_usd\":{Worth(one).Round(6)}}}";
        }
    }

    private static string Numbers(Rational[] six) => $"{{\"totalTradesUSD\":{six[0]},\"totalFeeUSD\":{six[1]},"
        + $"\"token0TradeVolume\":{six[2]},\"token1TradeVolume\":{six[3]},\"token0TradeVolumeUSD\":{six[4]},"
        + $"\"token1TradeVolumeUSD\":{six[5]}}}";

    private static string Head(EvmAddress pair, Epoch epoch) => $"{{\"contract\":\"{pair.Hex}\",\"chainHeightRange\":"
        + $"{{\"begin\":{epoch.Begin},\"end\":{epoch.End}}},\"timestamp\":{FakeSource.Header(epoch.End).Timestamp}";

    private static IEnumerable<long> Blocks(Epoch epoch) => Enumerable.Range(0, (int)epoch.Size).Select(at => epoch.Begin + at);

    private static Rational Sum(IEnumerable<Rational> all) => all.Aggregate(default(Rational), (sum, one) => sum + one);

    private Rational Whole(BigInteger units, EvmAddress token) => new(units, BigInteger.Pow(10, world.Tokens[token]));

    private (BigInteger Of0, BigInteger Of1) Held(EvmAddress pair, long block) => Exchange.ReservesAfter(pair, block) ?? (0, 0);

    private Rational Ether(long block)
    {
        var (dai, usdc, usdt) = (Held(MainnetExchange.DaiWeth, block), Held(MainnetExchange.UsdcWeth, block),
            Held(MainnetExchange.WethUsdt, block));
        var ethers = dai.Of1 + usdc.Of1 + usdt.Of0;
        Rational Part(BigInteger dollars, int decimals, BigInteger of) => of.IsZero
            ? default
            : new Rational(of, ethers) * new Rational(dollars * OneEther, of * BigInteger.Pow(10, decimals));
        return Part(dai.Of0, 18, dai.Of1) + Part(usdc.Of0, 6, usdc.Of1) + Part(usdt.Of1, 6, usdt.Of0);
    }

    private Rational Price(EvmAddress token, long block, Epoch epoch)
    {
        if (token == MainnetExchange.Weth)
        {
            return Ether(block);
        }

        foreach (var by in RandomExchange.Whitelist.Where(one => one != token))
        {
            if (world.PairOf(token, by) is { } pair
                && Blocks(epoch).All(each => Whole(Side(pair, by, each), by) * Quote(by, each) >= new Rational(1, 1)))
            {
                var (of, other) = (Whole(Side(pair, token, block), token), Whole(Side(pair, by, block), by));
                return of.IsZero ? default : other / of * Quote(by, block) * Ether(block);
            }
        }

        return default;
    }

    /// <summary>Ethers for one whole token, as getAmountsOut would say.</summary>
    private Rational Quote(EvmAddress token, long block)
    {
        if (token == MainnetExchange.Weth)
        {
            return new Rational(1, 1);
        }

        if (world.PairOf(token, MainnetExchange.Weth) is not { } pair)
        {
            return default;
        }

        var (reserveIn, reserveOut) = (Side(pair, token, block), Side(pair, MainnetExchange.Weth, block));
        if (reserveIn.IsZero || reserveOut.IsZero)
        {
            return default;
        }

        var amountInWithFee = BigInteger.Pow(10, world.Tokens[token]) * 997;
        return new Rational(amountInWithFee * reserveOut / ((reserveIn * 1000) + amountInWithFee), OneEther);
    }

    private BigInteger Side(EvmAddress pair, EvmAddress token, long block) =>
        world.Pairs[pair].Token0 == token ? Held(pair, block).Of0 : Held(pair, block).Of1;
}
