namespace Outpost.Devnet.Ledger;

/// <summary>The accounts as they were after each of the last blocks, kept as what each block changed.</summary>
internal sealed class AccountHistory(AccountBook accounts)
{
    /// <summary>Blocks that can be gone back; further back is answered as of the oldest.</summary>
    private const int Kept = 100;

    private readonly Queue<(long Height, IReadOnlyDictionary<string, Account?> Before)> _blocks = new();

    /// <summary>Call once after each block, before anything else changes.</summary>
    public void Commit(long height)
    {
        _blocks.Enqueue((height, accounts.TakeChanges()));
        if (_blocks.Count > Kept)
        {
            _blocks.Dequeue();
        }
    }

    /// <summary>The account after the block of this height.</summary>
    public Account? Find(string address, long height)
    {
        foreach (var (changedAt, before) in _blocks)
        {
            if (changedAt > height && before.TryGetValue(address, out var account))
            {
                return account;
            }
        }

        return accounts.Find(address);
    }
}
