using System.Buffers.Binary;
using System.Diagnostics;
using System.Numerics;
using System.Text;

namespace Outpost.Sdk.Evm;

/// <summary>Encodes values as the ABI has them.</summary>
public static class AbiWriter
{
    private const int WordBytes = 32;

    /// <summary>
    /// The encoding of values one after the other, as a function's arguments stand; takes what
    /// <see cref="AbiReader.Decode"/> gives, and int and long for numbers.
    /// </summary>
    /// <exception cref="ArgumentException">A value is not of its type, or there are too few or too many.</exception>
    public static byte[] Encode(IReadOnlyList<AbiType> types, IReadOnlyList<object> values)
    {
        if (types.Count != values.Count)
        {
            throw new ArgumentException($"{values.Count} values are no {types.Count} arguments.", nameof(values));
        }

        var heads = new List<byte[]>(types.Count);
        var tails = new List<byte[]>();
        var offset = types.Sum(type => type.HeadSize);
        foreach (var (type, value) in types.Zip(values))
        {
            var bytes = Value(type, value);
            if (type.IsDynamic)
            {
                heads.Add(Word(offset));
                tails.Add(bytes);
                offset = checked(offset + bytes.Length);
            }
            else
            {
                heads.Add(bytes);
            }
        }

        return [.. heads.Concat(tails).SelectMany(bytes => bytes)];
    }

    private static byte[] Value(AbiType type, object value) => (type, value) switch
    {
        (AbiType.Number number, BigInteger whole) => Whole(number, whole),
        (AbiType.Number number, int whole) => Whole(number, whole),
        (AbiType.Number number, long whole) => Whole(number, whole),
        (AbiType.Address, EvmAddress address) => [.. new byte[WordBytes - EvmAddress.Size], .. address.ToArray()],
        (AbiType.Flag, bool flag) => Word(flag ? 1 : 0),
        (AbiType.FixedBytes bytes, byte[] data) when data.Length == bytes.Length => Padded(data),
        (AbiType.FixedBytes { Length: Hash32.Size }, Hash32 hash) => hash.ToArray(),
        (AbiType.Blob { IsText: false }, byte[] data) => [.. Word(data.Length), .. Padded(data)],
        (AbiType.Blob { IsText: true }, string text) =>
            [.. Word(Encoding.UTF8.GetByteCount(text)), .. Padded(Encoding.UTF8.GetBytes(text))],
        (AbiType.List { Length: null } list, IReadOnlyList<object> items) =>
            [.. Word(items.Count), .. Encode([.. items.Select(_ => list.Element)], items)],
        (AbiType.List list, IReadOnlyList<object> items) when items.Count == list.Length =>
            Encode([.. items.Select(_ => list.Element)], items),
        (AbiType.Tuple tuple, IReadOnlyList<object> items) => Encode(tuple.Elements, items),
        _ => throw new ArgumentException($"A value of {value.GetType().Name} is no {type}.", nameof(value)),
    };

    private static byte[] Whole(AbiType.Number type, BigInteger value)
    {
        var fits = type.IsSigned ? value.GetBitLength() <= type.Bits - 1
            : value.Sign >= 0 && value.GetBitLength() <= type.Bits;
        if (!fits)
        {
            throw new ArgumentException($"{value} does not fit into {type}.", nameof(value));
        }

        var word = new byte[WordBytes];
        word.AsSpan().Fill(value.Sign < 0 ? (byte)0xff : (byte)0);
        var bytes = value.ToByteArray(isUnsigned: !type.IsSigned, isBigEndian: true);
        bytes.CopyTo(word.AsSpan(WordBytes - bytes.Length));
        return word;
    }

    private static byte[] Padded(byte[] data)
    {
        var padded = new byte[(data.Length + WordBytes - 1) / WordBytes * WordBytes];
        data.CopyTo(padded, 0);
        return padded;
    }

    private static byte[] Word(int number)
    {
        Debug.Assert(number >= 0, "Lengths and offsets are not negative.");
        var word = new byte[WordBytes];
        BinaryPrimitives.WriteInt32BigEndian(word.AsSpan(WordBytes - sizeof(int)), number);
        return word;
    }
}
