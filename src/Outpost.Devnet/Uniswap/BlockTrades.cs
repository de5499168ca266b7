using System.Globalization;
using Outpost.Devnet.Evm;

namespace Outpost.Devnet.Uniswap;

/// <summary>What happens on Uniswap in one block: drawn from the block's hash, upon what its parent left.</summary>
internal sealed class BlockTrades
{
    /// <summary>Fractions are in millionths of a reserve.</summary>
    private const int Whole = 1_000_000;

    private static readonly string[] Traders =
    [
        .. Enumerable.Range(1, 64).Select(number => "0x" + number.ToString("x40", CultureInfo.InvariantCulture)),
    ];

    private readonly UniswapListing _listing;
    private readonly UniswapTape? _tape;
    private readonly PairStates.Draft _states;
    private readonly Draw _draw;
    private readonly long _time;

    private BlockTrades(UniswapListing listing, PairStates before, EvmBlock block, UniswapTape? tape)
    {
        (_listing, _tape, _states) = (listing, tape, before.Change());
        (_draw, _time) = (Draw.From(block.Digest), block.Timestamp);
    }

    /// <summary>How many transactions a block has.</summary>
    public static int Count(EvmBlock block, int average) => Count(Draw.From(block.Digest), average);

    /// <summary>The states that the block leaves.</summary>
    /// <param name="tape">Where logs go; null: they are not wanted.</param>
    public static PairStates Run(
        UniswapListing listing, PairStates before, EvmBlock block, int average, UniswapTape? tape)
    {
        var trades = new BlockTrades(listing, before, block, tape);
        var count = Count(trades._draw, average);
        for (var transaction = 0; transaction < count; transaction++)
        {
            tape?.Transaction = transaction;
            trades.Happen();
        }

        return trades._states.End();
    }

    private static int Count(Draw draw, int average) => draw.Between(0, 2 * average);

    private void Happen()
    {
        // Those listed first are traded most, as a few pairs are everywhere.
        var pair = Math.Min(_draw.Below(_listing.Pairs.Count), _draw.Below(_listing.Pairs.Count));
        var who = Traders[_draw.Below(Traders.Length)];
        switch (_draw.Below(100))
        {
            case < 66:
                Swap(pair, _draw.Below(2) == 0, Fraction(), who);
                break;
            case < 76:
                SwapTwice(pair, who);
                break;
            case < 79:
                SwapBothWays(pair, who);
                break;
            case < 83:
                Swap(pair, _draw.Below(2) == 0, Fraction(), UniswapListing.Router);
                Mint(pair, who);
                break;
            case < 91:
                Mint(pair, who);
                break;
            case < 98:
                Burn(pair, who);
                break;
            default:
                Donate(pair);
                break;
        }
    }

    /// <summary>Mostly small; now and then one that moves the price by some percent.</summary>
    private int Fraction() => _draw.Below(50) == 0 ? _draw.Between(3_000, 40_000) : _draw.Between(1, 3_000);

    /// <summary>What came out; 0: it would have been nothing, and the transaction failed without a log.</summary>
    private UInt128 Swap(int pair, bool isOf0, int fraction, string to)
    {
        var state = _states[pair];
        var paid = PairMath.Share(isOf0 ? state.Reserve0 : state.Reserve1, (UInt128)fraction, Whole);
        return Swap(pair, isOf0, paid, to);
    }

    private UInt128 Swap(int pair, bool isOf0, UInt128 paid, string to)
    {
        var state = _states[pair];
        var (reserveIn, reserveOut) = isOf0 ? (state.Reserve0, state.Reserve1) : (state.Reserve1, state.Reserve0);
        if (paid == 0 || reserveIn + paid > PairMath.MostReserve)
        {
            return 0;
        }

        var got = PairMath.AmountOut(paid, reserveIn, reserveOut);
        if (got != 0)
        {
            Enter(pair, isOf0 ? new(paid, 0, 0, got) : new(0, paid, got, 0), to);
        }

        return got;
    }

    private void Enter(int pair, SwapAmounts amounts, string to)
    {
        var before = _states[pair];
        Put(pair, before with
        {
            Reserve0 = before.Reserve0 + amounts.In0 - amounts.Out0,
            Reserve1 = before.Reserve1 + amounts.In1 - amounts.Out1,
        });
        _tape?.Swapped(pair, amounts, to);
    }

    /// <summary>On to a second pair that has the token which the first one gave.</summary>
    private void SwapTwice(int pair, string who)
    {
        var isOf0 = _draw.Below(2) == 0;
        var fraction = Fraction();
        var token = isOf0 ? _listing.Pairs[pair].Token1 : _listing.Pairs[pair].Token0;
        var choice = _listing.PairsOf(token);
        var next = choice[_draw.Below(choice.Count)];
        if (next == pair)
        {
            Swap(pair, isOf0, fraction, who);
            return;
        }

        var got = Swap(pair, isOf0, fraction, _listing.Pairs[next].Address);
        Swap(next, _listing.Pairs[next].Token0 == token, got, who);
    }

    /// <summary>Some of what is taken is paid back, so that both tokens come in.</summary>
    private void SwapBothWays(int pair, string who)
    {
        var state = _states[pair];
        var paid = PairMath.Share(state.Reserve0, (UInt128)Fraction(), Whole);
        var got = PairMath.AmountOut(paid, state.Reserve0, state.Reserve1);
        var back = PairMath.Share(got, (UInt128)_draw.Between(1, 1_000), Whole);
        if (got != 0 && state.Reserve0 + paid <= PairMath.MostReserve)
        {
            Enter(pair, new(paid, back, 0, got), who);
        }
    }

    private void Mint(int pair, string who)
    {
        var state = _states[pair];
        var fraction = (UInt128)_draw.Between(1, 10_000);
        var amount0 = PairMath.Share(state.Reserve0, fraction, Whole);
        var amount1 = PairMath.Share(amount0, state.Reserve1, state.Reserve0);
        if (amount0 == 0 || amount1 == 0
            || UInt128.Max(state.Reserve0 + amount0, state.Reserve1 + amount1) > PairMath.MostReserve)
        {
            return;
        }

        var liquidity = UInt128.Min(
            PairMath.Share(amount0, state.Supply, state.Reserve0),
            PairMath.Share(amount1, state.Supply, state.Reserve1));
        if (liquidity == 0)
        {
            return;
        }

        _tape?.Issued(pair, who, liquidity);
        Put(pair, state with
        {
            Reserve0 = state.Reserve0 + amount0,
            Reserve1 = state.Reserve1 + amount1,
            Supply = state.Supply + liquidity,
        });
        _tape?.Minted(pair, amount0, amount1);
    }

    private void Burn(int pair, string who)
    {
        var state = _states[pair];
        var liquidity = PairMath.Share(
            state.Supply - PairMath.MinimumLiquidity, (UInt128)_draw.Between(1, 10_000), Whole);
        var amount0 = PairMath.Share(liquidity, state.Reserve0, state.Supply);
        var amount1 = PairMath.Share(liquidity, state.Reserve1, state.Supply);
        if (amount0 == 0 || amount1 == 0)
        {
            return;
        }

        _tape?.Redeemed(pair, who, liquidity);
        _tape?.Destroyed(pair, liquidity);
        Put(pair, state with
        {
            Reserve0 = state.Reserve0 - amount0,
            Reserve1 = state.Reserve1 - amount1,
            Supply = state.Supply - liquidity,
        });
        _tape?.Burned(pair, amount0, amount1, who);
    }

    /// <summary>Tokens are given to a pair, which is told to count anew: reserves change without a trade.</summary>
    private void Donate(int pair)
    {
        var state = _states[pair];
        var given = PairMath.Share(state.Reserve1, (UInt128)_draw.Between(1, 100), Whole);
        if (state.Reserve1 + given <= PairMath.MostReserve)
        {
            Put(pair, state with { Reserve1 = state.Reserve1 + given });
        }
    }

    /// <summary>As the contract does it: reserves are written and told of before the event that says why.</summary>
    private void Put(int pair, PairState state)
    {
        _states[pair] = state with { Time = _time };
        _tape?.Synced(pair, _states[pair]);
    }
}
