using System.Security.Cryptography;

namespace Outpost.Devnet.Wire;

/// <summary>
/// CometBFT's Merkle root (RFC 6962): leaf SHA-256(00‖x), node SHA-256(01‖l‖r), split below n at 2^k.
/// </summary>
internal static class Merkle
{
    public static byte[] Root(IReadOnlyList<byte[]> items) => Root(items, 0, items.Count);

    /// <summary>The data_hash of a block: the leaves are the hashes of its transactions.</summary>
    public static byte[] OfTransactions(IEnumerable<ReadOnlyMemory<byte>> transactions) =>
        Root([.. transactions.Select(transaction => SHA256.HashData(transaction.Span))]);

    private static byte[] Root(IReadOnlyList<byte[]> items, int from, int count)
    {
        switch (count)
        {
            case 0:
                return SHA256.HashData([]);
            case 1:
                return SHA256.HashData([0, .. items[from]]);
            default:
                var split = 1;
                while (split * 2 < count)
                {
                    split *= 2;
                }

                return SHA256.HashData(
                    [1, .. Root(items, from, split), .. Root(items, from + split, count - split)]);
        }
    }
}
