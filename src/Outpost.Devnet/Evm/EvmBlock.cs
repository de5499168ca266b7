using System.Buffers.Binary;
using Outpost.Sdk.Evm;

namespace Outpost.Devnet.Evm;

/// <summary>A log as its block holds it; transaction and place are added when it is shown.</summary>
internal sealed record ChainLog(string Address, IReadOnlyList<string> Topics, string Data);

/// <summary>One block of the EVM devnet. Equal parents, numbers and salts make equal hashes.</summary>
internal sealed class EvmBlock
{
    public EvmBlock(EvmBlock? parent, long timestamp, ulong salt)
    {
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

    public long Number { get; }

    public string Hash { get; }

    public string ParentHash { get; }

    /// <summary>Seconds since 1970.</summary>
    public long Timestamp { get; }

    /// <summary>The hash as bytes: all that happens in the block is drawn from it.</summary>
    public byte[] Digest { get; }
}
