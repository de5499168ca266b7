using Outpost.Devnet.Evm;

namespace Outpost.Devnet.Uniswap;

/// <summary>
/// Factory, router, pairs and tokens, traded in every block. What a block left is kept with it once it was needed, and
/// its logs are drawn anew when they are asked for. Safe for use from several threads.
/// </summary>
internal sealed class UniswapContracts(UniswapListing listing, UniswapOptions options) : IContracts
{
    private readonly UniswapCalls _calls = new(listing);
    private readonly PairStates _first = new(listing.First);
    private readonly Lock _gate = new();

    public int TransactionsOf(EvmBlock block) =>
        block.Parent is null ? listing.Pairs.Count : BlockTrades.Count(block, options.TradesPerBlock);

    public IReadOnlyList<ChainLog> LogsOf(EvmBlock block)
    {
        var logs = new List<ChainLog>();
        var tape = new UniswapTape(listing, logs);
        if (block.Parent is { } parent)
        {
            BlockTrades.Run(listing, StatesAfter(parent), block, options.TradesPerBlock, tape);
        }
        else
        {
            Found(tape);
        }

        return logs;
    }

    public CallEnd Call(string to, string data, EvmBlock block) => _calls.Call(to, data, StatesAfter(block));

    /// <summary>What the pairs hold after a block of any branch.</summary>
    public PairStates StatesAfter(EvmBlock block)
    {
        lock (_gate)
        {
            if (block.State is PairStates known)
            {
                return known;
            }

            var unknown = new Stack<EvmBlock>();
            for (var one = block; one is not null && one.State is null; one = one.Parent)
            {
                unknown.Push(one);
            }

            while (unknown.TryPop(out var one))
            {
                one.State = one.Parent is null
                    ? _first
                    : BlockTrades.Run(
                        listing, (PairStates)one.Parent.State!, one, options.TradesPerBlock, tape: null);
            }

            return (PairStates)block.State!;
        }
    }

    /// <summary>The first block: all pairs are made and get their first liquidity, each in its transaction.</summary>
    private void Found(UniswapTape tape)
    {
        foreach (var (pair, state) in listing.First.Index())
        {
            tape.Transaction = pair;
            tape.Created(pair);
            tape.Issued(pair, null, PairMath.MinimumLiquidity);
            tape.Issued(pair, UniswapListing.Router, state.Supply - PairMath.MinimumLiquidity);
            tape.Synced(pair, state);
            tape.Minted(pair, state.Reserve0, state.Reserve1);
        }
    }
}
