using System.Buffers.Binary;

namespace Outpost.Sdk.Evm;

/// <summary>Thirty-two bytes that name a block, a transaction or a topic; compared as a value.</summary>
public readonly record struct Hash32
{
    /// <summary>Bytes in it.</summary>
    public const int Size = 32;

    private readonly ulong _first;
    private readonly ulong _second;
    private readonly ulong _third;
    private readonly ulong _fourth;

    /// <param name="bytes">Exactly 32.</param>
    public Hash32(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Size)
        {
            throw new FormatException($"A hash has {Size} bytes, not {bytes.Length}.");
        }

        _first = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        _second = BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
        _third = BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]);
        _fourth = BinaryPrimitives.ReadUInt64BigEndian(bytes[24..]);
    }

    /// <summary>Reads 0x and 64 hexadecimal digits.</summary>
    /// <exception cref="FormatException">It is anything else.</exception>
    public static Hash32 Parse(string text)
    {
        Span<byte> bytes = stackalloc byte[Size];
        HexText.Fill(text, bytes);
        return new Hash32(bytes);
    }

    /// <summary>Writes the 32 bytes to the front of the span.</summary>
    public void CopyTo(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt64BigEndian(bytes, _first);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], _second);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[16..], _third);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[24..], _fourth);
    }

    public byte[] ToArray()
    {
        var bytes = new byte[Size];
        CopyTo(bytes);
        return bytes;
    }

    /// <summary>0x and 64 hexadecimal digits in lower case.</summary>
    public override string ToString() => HexText.Of(ToArray());
}
