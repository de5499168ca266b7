using Outpost.Devnet.Ledger;

namespace Outpost.Devnet.Blocks;

/// <summary>A transaction that waits for its block.</summary>
/// <param name="Types">What the chain could read when it came; another version must read it again.</param>
internal sealed record Waiting(DecodedTx Tx, MessageTypes Types)
{
    /// <summary>The account number and sequence for which CheckTx found the signature good.</summary>
    public (ulong Number, ulong Sequence)? VerifiedFor { get; init; }
}

/// <summary>CometBFT's mempool: first come, first served, with a bounded memory of hashes that it has seen.</summary>
internal sealed class Mempool(int capacity)
{
    private const int CacheSize = 10_000;
    private readonly LinkedList<string> _order = new();
    private readonly Dictionary<string, LinkedListNode<string>> _cache = new(StringComparer.Ordinal);
    private List<Waiting> _waiting = [];

    public IReadOnlyList<Waiting> Waiting => _waiting;

    public bool IsFull => _waiting.Count >= capacity;

    public string FullText => FullOf(_waiting.Count, _waiting.Sum(waiting => waiting.Tx.Bytes.Length));

    public static string FullOf(int count, int bytes) =>
        $"mempool is full: number of txs {count} (max: {count}), total txs bytes {bytes} (max: 1073741824)";

    /// <summary>False when the hash was seen before.</summary>
    public bool Remember(string hash)
    {
        if (_cache.TryGetValue(hash, out var known))
        {
            _order.Remove(known);
            _order.AddLast(known);
            return false;
        }

        _cache[hash] = _order.AddLast(hash);
        if (_cache.Count > CacheSize)
        {
            _cache.Remove(_order.First!.Value);
            _order.RemoveFirst();
        }

        return true;
    }

    public void Forget(string hash)
    {
        if (_cache.Remove(hash, out var node))
        {
            _order.Remove(node);
        }
    }

    public void Add(Waiting waiting) => _waiting.Add(waiting);

    /// <summary>The next block's transactions in order, up to the gas and byte limits.</summary>
    public List<Waiting> Reap(long maxGas, long maxBytes)
    {
        var reaped = new List<Waiting>();
        var (gas, bytes) = (0L, 0L);
        foreach (var waiting in _waiting)
        {
            gas += (long)waiting.Tx.GasLimit;
            bytes += waiting.Tx.Bytes.Length;
            if ((maxGas > 0 && gas > maxGas) || bytes > maxBytes)
            {
                break;
            }

            reaped.Add(waiting);
        }

        return reaped;
    }

    /// <summary>Throws out each transaction with this chance, and what a recheck of the others refuses.</summary>
    public void Evict(decimal chance, Random random, Func<Waiting, bool> recheck)
    {
        foreach (var evicted in _waiting.Where(_ => (decimal)random.NextDouble() < chance).ToArray())
        {
            Forget(evicted.Tx.Hash);
            _waiting.Remove(evicted);
        }

        Settle([], recheck);
    }

    /// <summary>Removes what the block took, then what a recheck refuses; both refusals may be sent again.</summary>
    public void Settle(IReadOnlyList<DeliveredTx> delivered, Func<Waiting, bool> recheck)
    {
        if (_waiting.Count == 0)
        {
            return;
        }

        var taken = delivered.Select(transaction => transaction.Hash).ToHashSet(StringComparer.Ordinal);
        foreach (var transaction in delivered.Where(transaction => transaction.Result.Code != 0))
        {
            Forget(transaction.Hash);
        }

        var kept = new List<Waiting>(_waiting.Count);
        foreach (var waiting in _waiting.Where(waiting => !taken.Contains(waiting.Tx.Hash)))
        {
            if (recheck(waiting))
            {
                kept.Add(waiting);
            }
            else
            {
                Forget(waiting.Tx.Hash);
            }
        }

        _waiting = kept;
    }
}
