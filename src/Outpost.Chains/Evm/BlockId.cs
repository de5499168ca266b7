using System.Globalization;
using Outpost.Sdk.Evm;

namespace Outpost.Chains.Evm;

/// <summary>Says which block is meant: by number, by hash, or by what it is to the chain.</summary>
public readonly record struct BlockId
{
    private readonly string? _tag;
    private readonly Hash32? _hash;

    private BlockId(long? number, Hash32? hash, string? tag) => (Number, _hash, _tag) = (number, hash, tag);

    /// <summary>The newest block.</summary>
    public static BlockId Latest { get; } = new(null, null, "latest");

    /// <summary>The newest block that is unlikely to be left; only where the chain has this tag.</summary>
    public static BlockId Safe { get; } = new(null, null, "safe");

    /// <summary>The newest block that is never left; only where the chain has this tag.</summary>
    public static BlockId Finalized { get; } = new(null, null, "finalized");

    /// <summary>Null where a hash alone or a tag says it.</summary>
    public long? Number { get; }

    /// <summary>Null where a number or a tag says it.</summary>
    public Hash32? Hash => _hash;

    /// <param name="number">From 0.</param>
    public static BlockId At(long number)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(number);
        return new BlockId(number, null, null);
    }

    public static BlockId Of(Hash32 hash) => new(null, hash, null);

    /// <summary>This block and no other of its number.</summary>
    public static BlockId Of(EvmHeader header) => new(header.Number, header.Hash, null);

    public override string ToString() =>
        Number?.ToString(CultureInfo.InvariantCulture) ?? _hash?.ToString() ?? _tag ?? "latest";

    /// <summary>As eth_call takes it; a hash goes as an object (EIP-1898).</summary>
    internal object Parameter() =>
        _hash is { } hash ? new { blockHash = hash.ToString(), requireCanonical = true }
        : Number is { } number ? EvmHex.Quantity(number)
        : _tag ?? "latest";
}
