namespace Outpost.Devnet.Evm;

/// <summary>The chain as one node shows it: late, stuck, or with blocks of its own.</summary>
internal sealed class EvmView(EvmChain chain, EvmNodeTerms terms)
{
    // A lie is told of no more blocks than anybody asks for.
    private const int MaxLies = 4_096;

    private readonly Lock _gate = new();
    private readonly List<EvmBlock> _lies = [];

    public EvmBlock Head
    {
        get
        {
            var real = chain.Head.Number - terms.LagBlocks;
            var number = Math.Max(0, Math.Min(real, terms.StuckAt ?? long.MaxValue));
            return At(number) ?? chain.Head;
        }
    }

    /// <summary>What it tells of when the chain has a new block; null: nothing.</summary>
    public EvmBlock? Seen(EvmBlock block) => terms switch
    {
        { StuckAt: { } last } when block.Number - terms.LagBlocks > last => null,
        { LagBlocks: 0, LiesFrom: null } => block,
        _ => At(block.Number - terms.LagBlocks),
    };

    /// <summary>Null where there is none, or none yet.</summary>
    public EvmBlock? Block(long number) => number > Head.Number ? null : At(number);

    public EvmBlock? Block(string hash)
    {
        lock (_gate)
        {
            return (terms.LiesFrom is null ? null : _lies.Find(block => block.Hash == hash)) ?? chain.Find(hash);
        }
    }

    private EvmBlock? At(long number)
    {
        if (terms.LiesFrom is not { } from || number < from)
        {
            return chain.At(number);
        }

        lock (_gate)
        {
            if (_lies.Count == 0 || _lies[0].Number != from || _lies[0].ParentHash != chain.At(from - 1)?.Hash)
            {
                _lies.Clear();
            }

            while (_lies.Count <= number - from && _lies.Count < MaxLies)
            {
                var parent = _lies.Count == 0 ? chain.At(from - 1) : _lies[^1];
                _lies.Add(new EvmBlock(parent, (parent?.Timestamp ?? 0) + 1, ulong.MaxValue));
            }

            return number - from < _lies.Count ? _lies[(int)(number - from)] : null;
        }
    }
}
