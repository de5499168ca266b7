using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Outpost.Devnet.Wire;

namespace Outpost.Devnet.Blocks;

/// <summary>Names blocks: a Merkle root over what the header says, so that equal histories have equal hashes.</summary>
internal static class BlockHash
{
    public static Block Seal(Block? last, Block draft, string chainId)
    {
        var dataHash = Merkle.OfTransactions(draft.Transactions.Select(item => (ReadOnlyMemory<byte>)item.Bytes));
        var lastHash = last?.Hash ?? [];
        byte[][] fields =
        [
            Encoding.UTF8.GetBytes(chainId),
            Encoding.UTF8.GetBytes(draft.Height.ToString(CultureInfo.InvariantCulture)),
            Encoding.UTF8.GetBytes(draft.Time.UtcTicks.ToString(CultureInfo.InvariantCulture)),
            lastHash, dataHash, draft.AppHash,
        ];
        return draft with { Hash = Merkle.Root(fields), LastBlockHash = lastHash, DataHash = dataHash };
    }

    /// <summary>Follows from the state before it and the results since.</summary>
    public static byte[] NextAppHash(Block last) => SHA256.HashData(
        [.. last.AppHash, .. Merkle.Root([.. last.Transactions.Select(item => item.Result.Data)]), .. last.DataHash]);
}
