using System.Numerics;
using Outpost.Sdk.Evm;
using Outpost.Sdk.Snapshots;
using static Outpost.Tests.Uniswap.MainnetExchange;

namespace Outpost.Tests.Uniswap;

/// <summary>
/// Some tokens with and without a pair with an ether, thin and thick, some created while an epoch runs, and what happens
/// with them in a few hundred blocks: all from one seed.
/// </summary>
internal sealed class RandomExchange
{
    private readonly Random _random;
    private readonly Dictionary<EvmAddress, (BigInteger Of0, BigInteger Of1)> _now = [];
    private int _logs;

    public RandomExchange(int seed, int tokens, Epoch epoch)
    {
        _random = new Random(seed);
        Exchange = Make(epoch.Begin - 50);
        _logs = 3;
        foreach (var (pair, of0, of1) in new[] { (DaiWeth, Dai, Weth), (UsdcWeth, Usdc, Weth), (WethUsdt, Weth, Usdt) })
        {
            Pairs.Add(pair, (of0, of1));
            _now.Add(pair, Exchange.ReservesAfter(pair, epoch.Begin)!.Value);
        }

        for (var index = 0; index < tokens; index++)
        {
            var token = index == 0 ? Mkr : Exchange.Address(_random.NextInt64(1, long.MaxValue));
            Tokens.Add(token, index == 0 ? 18 : _random.Next(6) == 0 ? _random.Next(25) : 18);
            Exchange.Token(token, Tokens[token], $"T{index}", isOld: index % 3 == 0);
        }

        // Ordinals of a dictionary that nothing is removed from follow the insertions.
        EvmAddress[] all = [.. Tokens.Keys];
        foreach (var token in all.Skip(4))
        {
            foreach (var other in all.Where(_ => _random.Next(6) == 0).Append(_random.Next(4) == 0 ? Dai : Weth).Distinct())
            {
                Create(token, other, epoch);
            }
        }

        for (var block = epoch.Begin - 20; block <= epoch.End; block++)
        {
            Trade1(block);
        }
    }

    /// <summary>Those of the whitelist that exist here, in its order.</summary>
    public static EvmAddress[] Whitelist { get; } = [Weth, Dai, Usdc, Usdt, Mkr];

    public Exchange Exchange { get; }

    public Dictionary<EvmAddress, int> Tokens { get; } = new() { [Weth] = 18, [Dai] = 18, [Usdc] = 6, [Usdt] = 6 };

    public Dictionary<EvmAddress, (EvmAddress Token0, EvmAddress Token1)> Pairs { get; } = [];

    public List<Trade> Trades { get; } = [];

    public EvmAddress? PairOf(EvmAddress one, EvmAddress other)
    {
        var sorted = one < other ? (one, other) : (other, one);
        foreach (var (pair, tokens) in Pairs)
        {
            if (tokens == sorted)
            {
                return pair;
            }
        }

        return null;
    }

    private void Create(EvmAddress token, EvmAddress other, Epoch epoch)
    {
        if (token == other || PairOf(token, other) is not null)
        {
            return;
        }

        var (first, second) = token < other ? (token, other) : (other, token);
        var pair = Exchange.Address(_random.NextInt64(1, long.MaxValue));
        Pairs.Add(pair, (first, second));
        Exchange.Pair(pair, first, second);
        // Mostly long before the epoch; now and then within it.
        Set(_random.Next(8) == 0 ? epoch.Begin + _random.Next((int)epoch.Size) : epoch.Begin - 30, pair, Amount(first), Amount(second));
    }

    private BigInteger Amount(EvmAddress token)
    {
        // From a thousandth to ten thousand whole tokens, so that some pairs are too thin.
        var milli = (long)Math.Pow(10, _random.NextDouble() * 7) + _random.Next(1000);
        var units = milli * BigInteger.Pow(10, Tokens[token]) / 1000;
        return units.IsZero ? 1 : units;
    }

    private void Set(long block, EvmAddress pair, BigInteger of0, BigInteger of1)
    {
        _now[pair] = (of0, of1);
        Exchange.Reserves(block, pair, of0, of1, transaction: 1);
        _logs++;
    }

    private void Trade1(long block)
    {
        foreach (var (pair, (token0, token1)) in Pairs)
        {
            while (Exchange.ReservesAfter(pair, block) is not null && _random.Next(3) == 0)
            {
                var (of0, of1) = _now[pair];
                var (some0, some1) = (Share(of0), Share(of1));
                var trade = _random.Next(10) switch
                {
                    0 => new Trade(pair, block, "Mint", some0, some1, 0, 0, 0, 0),
                    1 => new Trade(pair, block, "Burn", 0, 0, some0, some1, 0, 0),
                    2 => new Trade(pair, block, "Swap", some0, some1, some0 / 3, some1, 0, 0),
                    < 6 => new Trade(pair, block, "Swap", some0, 0, 0, some1, 0, 0),
                    _ => new Trade(pair, block, "Swap", 0, some1, some0, 0, 0, 0),
                };
                Set(block, pair, of0 + trade.In0 - trade.Out0, of1 + trade.In1 - trade.Out1);
                trade = trade with { Index = _logs++, Transaction = _random.Next(3) };
                Trades.Add(trade);
                _ = trade.Kind switch
                {
                    "Mint" => Exchange.Mint(block, pair, trade.Transaction, trade.In0, trade.In1),
                    "Burn" => Exchange.Burn(block, pair, trade.Transaction, trade.Out0, trade.Out1),
                    _ => Exchange.Swap(block, pair, trade.Transaction, trade.In0, trade.In1, trade.Out0, trade.Out1),
                };
            }
        }
    }

    private BigInteger Share(BigInteger of) => of * _random.Next(1, 300) / 1000;

    /// <param name="Index">Its log's, in order of the chain.</param>
    internal sealed record Trade(
        EvmAddress Pair, long Block, string Kind, BigInteger In0, BigInteger In1, BigInteger Out0, BigInteger Out1,
        int Transaction, int Index);
}
