namespace Outpost.Devnet.Evm;

/// <summary>
/// The blocks of the EVM devnet: the branch that counts, and what is left of others is forgotten. All that happens
/// comes from the seed and from who calls. Safe for use from several threads.
/// </summary>
internal sealed class EvmChain
{
    private readonly Lock _gate = new();
    private readonly List<EvmBlock> _blocks = [];
    private readonly Dictionary<string, EvmBlock> _byHash = new(StringComparer.Ordinal);
    private readonly Random _random;

    public EvmChain(int seed, DateTimeOffset genesis)
    {
        _random = new Random(seed);
        Add(new EvmBlock(null, genesis.ToUnixTimeSeconds(), Salt()));
    }

    /// <summary>Called after each change, with the blocks that are new, oldest first.</summary>
    public event Action<IReadOnlyList<EvmBlock>>? Changed;

    public EvmBlock Head
    {
        get
        {
            lock (_gate)
            {
                return _blocks[^1];
            }
        }
    }

    /// <summary>Null beyond the head.</summary>
    public EvmBlock? At(long number)
    {
        lock (_gate)
        {
            return number >= 0 && number < _blocks.Count ? _blocks[(int)number] : null;
        }
    }

    /// <summary>Null for a block of a branch that was left, too.</summary>
    public EvmBlock? Find(string hash)
    {
        lock (_gate)
        {
            return _byHash.GetValueOrDefault(hash);
        }
    }

    /// <summary>Puts blocks on the head.</summary>
    public void Extend(int count, DateTimeOffset time) => Change(0, count, time);

    /// <summary>Leaves the newest blocks, never the first one, and puts others in their place.</summary>
    /// <param name="depth">How many are left.</param>
    /// <param name="count">How many come in their place; fewer than left make the chain shorter.</param>
    public void Reorganise(int depth, int count, DateTimeOffset time) => Change(depth, count, time);

    private void Change(int depth, int count, DateTimeOffset time)
    {
        List<EvmBlock> made = [];
        lock (_gate)
        {
            depth = Math.Min(depth, _blocks.Count - 1);
            for (var left = depth; left > 0; left--)
            {
                _byHash.Remove(_blocks[^1].Hash);
                _blocks.RemoveAt(_blocks.Count - 1);
            }

            for (var left = count; left > 0; left--)
            {
                var parent = _blocks[^1];
                var block = new EvmBlock(parent, Math.Max(parent.Timestamp + 1, time.ToUnixTimeSeconds()), Salt());
                Add(block);
                made.Add(block);
            }
        }

        Changed?.Invoke(made);
    }

    private void Add(EvmBlock block)
    {
        _blocks.Add(block);
        _byHash.Add(block.Hash, block);
    }

    private ulong Salt() => (ulong)_random.NextInt64();
}
