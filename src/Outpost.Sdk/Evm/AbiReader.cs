using System.Buffers.Binary;
using System.Diagnostics;
using System.Numerics;
using System.Text;

namespace Outpost.Sdk.Evm;

/// <summary>
/// Decodes ABI data strictly: what a contract could not have returned as the type is a <see cref="FormatException"/>.
/// The work is bounded by the length of the data, whatever its offsets point at.
/// </summary>
public ref struct AbiReader
{
    private const int WordBytes = 32;

    // Values of one word: itself, and the tuples and arrays that hold nothing else.
    private const int MaxNested = 10;

    private static readonly UTF8Encoding Utf8 = new(false, throwOnInvalidBytes: true);

    private readonly ReadOnlySpan<byte> _data;
    private int _left;

    private AbiReader(ReadOnlySpan<byte> data)
    {
        _data = data;
        // Honest data hold each value once; offsets that point at one place many times would not end.
        _left = MaxNested * ((data.Length / WordBytes) + 1);
    }

    /// <summary>The values of these types, which stand one after the other as a function's results do.</summary>
    /// <returns>
    /// BigInteger, <see cref="EvmAddress"/>, bool, byte[], string, and object[] for arrays and tuples.
    /// </returns>
    /// <exception cref="FormatException">The data are not of these types.</exception>
    public static object[] Decode(IReadOnlyList<AbiType> types, ReadOnlySpan<byte> data)
    {
        try
        {
            return new AbiReader(data).Sequence(types, types.Count, 0);
        }
        catch (DecoderFallbackException e)
        {
            throw new FormatException("A string is not UTF-8.", e);
        }
    }

    private object[] Sequence(IReadOnlyList<AbiType> types, int count, int start)
    {
        var values = new object[count];
        var at = start;
        for (var index = 0; index < count; index++)
        {
            var type = types[types.Count == 1 ? 0 : index];
            values[index] = type.IsDynamic ? Value(type, start, Offset(start, at)) : Value(type, start, at);
            at += type.HeadSize;
        }

        return values;
    }

    private object Value(AbiType type, int start, int at)
    {
        if (--_left < 0)
        {
            throw new FormatException("The data hold more values than they have room for.");
        }

        return type switch
        {
            AbiType.Number number => Whole(number, Word(at)),
            AbiType.Address => new EvmAddress(Padded(Word(at), 12)),
            AbiType.Flag => Padded(Word(at), 31)[0] switch
            {
                0 => false,
                1 => true,
                _ => throw new FormatException("A bool is 0 or 1."),
            },
            AbiType.FixedBytes bytes => Fixed(Word(at), bytes.Length),
            AbiType.Blob blob => Blob(blob, at),
            AbiType.List { Length: { } length } list => Sequence([list.Element], Countable(list, length, at), at),
            AbiType.List list => Sequence(
                [list.Element], Countable(list, Small(Word(at)), at + WordBytes), at + WordBytes),
            AbiType.Tuple { Elements.Count: 1 } tuple => Sequence(tuple.Elements, 1, at),
            AbiType.Tuple tuple => Sequence(tuple.Elements, tuple.Elements.Count, at),
            _ => throw new UnreachableException($"{type} at {start}"),
        };
    }

    private static BigInteger Whole(AbiType.Number type, ReadOnlySpan<byte> word)
    {
        var value = new BigInteger(word, isUnsigned: !type.IsSigned, isBigEndian: true);
        return value.GetBitLength() <= type.Bits - (type.IsSigned ? 1 : 0)
            ? value
            : throw new FormatException($"A value is larger than {type}.");
    }

    private static ReadOnlySpan<byte> Padded(ReadOnlySpan<byte> word, int zeros) =>
        word[..zeros].IndexOfAnyExcept((byte)0) < 0
            ? word[zeros..]
            : throw new FormatException("A value is larger than its type.");

    private static byte[] Fixed(ReadOnlySpan<byte> word, int length) =>
        word[length..].IndexOfAnyExcept((byte)0) < 0
            ? word[..length].ToArray()
            : throw new FormatException("A value is larger than its type.");

    private readonly object Blob(AbiType.Blob type, int at)
    {
        var length = Small(Word(at));
        if (length > _data.Length - at - WordBytes)
        {
            throw new FormatException("The data end before a value does.");
        }

        var bytes = _data.Slice(at + WordBytes, length);
        return type.IsText ? Utf8.GetString(bytes) : bytes.ToArray();
    }

    private readonly int Countable(AbiType.List list, int count, int at) =>
        count <= (_data.Length - at) / list.Element.HeadSize
            ? count
            : throw new FormatException("The data end before an array does.");

    private readonly int Offset(int start, int at)
    {
        var offset = Small(Word(at));
        return offset <= _data.Length - start ? start + offset : throw new FormatException("An offset leads nowhere.");
    }

    private readonly ReadOnlySpan<byte> Word(int at) =>
        at <= _data.Length - WordBytes
            ? _data.Slice(at, WordBytes)
            : throw new FormatException("The data end before a value does.");

    private static int Small(ReadOnlySpan<byte> word)
    {
        var number = BinaryPrimitives.ReadUInt32BigEndian(Padded(word, 28));
        return number <= int.MaxValue ? (int)number : throw new FormatException("A length is beyond the data.");
    }
}
