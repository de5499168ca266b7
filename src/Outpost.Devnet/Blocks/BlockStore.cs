namespace Outpost.Devnet.Blocks;

/// <summary>The last blocks and their transactions by hash; older ones are pruned.</summary>
internal sealed class BlockStore(int kept)
{
    private readonly Dictionary<long, Block> _blocks = [];
    private readonly Dictionary<string, DeliveredTx> _transactions = new(StringComparer.OrdinalIgnoreCase);

    public Block? Latest { get; private set; }

    public long Height => Latest?.Height ?? 0;

    public long LowestHeight => Math.Max(1, Height - kept + 1);

    public Block? Find(long height) => _blocks.GetValueOrDefault(height);

    public DeliveredTx? Find(string hash) => _transactions.GetValueOrDefault(hash);

    /// <summary>Kept transactions, oldest first.</summary>
    public IEnumerable<DeliveredTx> Transactions()
    {
        for (var height = LowestHeight; height <= Height; height++)
        {
            foreach (var transaction in _blocks[height].Transactions)
            {
                yield return transaction;
            }
        }
    }

    public void Add(Block block)
    {
        _blocks[block.Height] = block;
        Latest = block;
        foreach (var transaction in block.Transactions)
        {
            _transactions[transaction.Hash] = transaction;
        }

        if (_blocks.Remove(block.Height - kept, out var pruned))
        {
            foreach (var transaction in pruned.Transactions)
            {
                if (_transactions.TryGetValue(transaction.Hash, out var current) && current.Height == pruned.Height)
                {
                    _transactions.Remove(transaction.Hash);
                }
            }
        }
    }
}
