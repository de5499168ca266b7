using System.Buffers.Binary;
using Outpost.Sdk.Evm;

namespace Outpost.Devnet.Evm;

/// <summary>A log as its block holds it; its place is added when it is shown.</summary>
/// <param name="Transaction">The index of its transaction in the block.</param>
/// <param name="Address">Lower case, with 0x.</param>
/// <param name="Topics">Lower case, with 0x.</param>
/// <param name="Data">Lower case, without 0x.</param>
internal sealed record ChainLog(int Transaction, string Address, IReadOnlyList<string> Topics, string Data);

/// <summary>One block of the EVM devnet. Equal parents, numbers and salts make equal hashes.</summary>
internal sealed class EvmBlock
{
    public EvmBlock(EvmBlock? parent, long timestamp, ulong salt)
    {
        Parent = parent;
        Number = parent is null ? 0 : parent.Number + 1;
        ParentHash = parent?.Hash ?? "0x" + new string('0', 64);
        Timestamp = timestamp;
        Span<byte> bytes = stackalloc byte[32 + 8 + 8 + 8];
        Convert.FromHexString(ParentHash.AsSpan(2), bytes, out _, out _);
        BinaryPrimitives.WriteInt64BigEndian(bytes[32..], Number);
        BinaryPrimitives.WriteInt64BigEndian(bytes[40..], timestamp);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[48..], salt);
        Digest = Keccak256.Hash(bytes);
        Hash = "0x" + Convert.ToHexStringLower(Digest);
    }

    /// <summary>Null for the first block.</summary>
    public EvmBlock? Parent { get; }

    public long Number { get; }

    public string Hash { get; }

    public string ParentHash { get; }

    /// <summary>Seconds since 1970.</summary>
    public long Timestamp { get; }

    /// <summary>The hash as bytes: all that happens in the block is drawn from it.</summary>
    public byte[] Digest { get; }

    /// <summary>What the contracts hold after it; theirs alone, null until they needed it.</summary>
    public object? State { get; set; }

    /// <summary>The hash of one of its transactions.</summary>
    public string TransactionHash(int index)
    {
        Span<byte> bytes = stackalloc byte[32 + 4];
        Digest.CopyTo(bytes);
        BinaryPrimitives.WriteInt32BigEndian(bytes[32..], index);
        return "0x" + Convert.ToHexStringLower(Keccak256.Hash(bytes));
    }
}
