using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Outpost.Devnet.Wire;

namespace Outpost.Devnet.Blocks;

/// <summary>Names blocks by what their headers say, so that equal histories have equal hashes.</summary>
internal static class BlockHash
{
    private static readonly byte[] Nothing = Merkle.Root([]);

    public static Block Seal(Block? last, Block draft, string chainId)
    {
        var dataHash = draft.Transactions.Count == 0
            ? Nothing
            : Merkle.OfTransactions(draft.Transactions.Select(item => (ReadOnlyMemory<byte>)item.Bytes));
        var lastHash = last?.Hash ?? [];
        var header = Encoding.UTF8.GetBytes(string.Create(
            CultureInfo.InvariantCulture, $"{chainId}/{draft.Height}/{draft.Time.UtcTicks}/"));
        var hash = SHA256.HashData([.. header, .. lastHash, .. dataHash, .. draft.AppHash]);
        return draft with { Hash = hash, LastBlockHash = lastHash, DataHash = dataHash };
    }

    /// <summary>Follows from the state before it and the results since.</summary>
    public static byte[] NextAppHash(Block last)
    {
        var results = last.Transactions.Count == 0
            ? Nothing
            : Merkle.Root([.. last.Transactions.Select(item => item.Result.Data)]);
        return SHA256.HashData([.. last.AppHash, .. results, .. last.DataHash]);
    }
}
