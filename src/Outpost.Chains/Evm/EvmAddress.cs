using System.Buffers.Binary;
using System.Text;
using Outpost.Chains.Wire;

namespace Outpost.Chains.Evm;

/// <summary>Twenty bytes that name an account or a contract. A value: copied and compared as such.</summary>
public readonly record struct EvmAddress : IComparable<EvmAddress>
{
    /// <summary>Bytes in it.</summary>
    public const int Size = 20;

    private readonly ulong _first;
    private readonly ulong _second;
    private readonly uint _third;

    /// <param name="bytes">Exactly 20.</param>
    public EvmAddress(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Size)
        {
            throw new FormatException($"An address has {Size} bytes, not {bytes.Length}.");
        }

        _first = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        _second = BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
        _third = BinaryPrimitives.ReadUInt32BigEndian(bytes[16..]);
    }

    /// <summary>Reads 0x and 40 hexadecimal digits; a checksum in their case is not looked at.</summary>
    /// <exception cref="FormatException">It is anything else.</exception>
    public static EvmAddress Parse(string text)
    {
        Span<byte> bytes = stackalloc byte[Size];
        EvmHex.Fill(text, bytes);
        return new EvmAddress(bytes);
    }

    public static bool operator <(EvmAddress left, EvmAddress right) => left.CompareTo(right) < 0;
    public static bool operator >(EvmAddress left, EvmAddress right) => left.CompareTo(right) > 0;
    public static bool operator <=(EvmAddress left, EvmAddress right) => left.CompareTo(right) <= 0;
    public static bool operator >=(EvmAddress left, EvmAddress right) => left.CompareTo(right) >= 0;

    /// <summary>In the order of their bytes.</summary>
    public int CompareTo(EvmAddress other) =>
        (_first, _second, _third).CompareTo((other._first, other._second, other._third));

    /// <summary>Writes the 20 bytes to the front of the span.</summary>
    public void CopyTo(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt64BigEndian(bytes, _first);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], _second);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[16..], _third);
    }

    public byte[] ToArray()
    {
        var bytes = new byte[Size];
        CopyTo(bytes);
        return bytes;
    }

    /// <summary>0x and 40 hexadecimal digits in lower case.</summary>
    public override string ToString() => EvmHex.Text(ToArray());

    /// <summary>With a checksum in the case of its letters (EIP-55).</summary>
    public string ToChecksumText()
    {
        var text = ToString()[2..];
        var hash = Keccak256.Hash(Encoding.ASCII.GetBytes(text));
        var letters = text.Select((letter, index) =>
            ((hash[index / 2] >> (index % 2 == 0 ? 4 : 0)) & 8) == 0 ? letter : char.ToUpperInvariant(letter));
        return "0x" + string.Concat(letters);
    }
}
