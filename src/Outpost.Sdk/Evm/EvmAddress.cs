using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Outpost.Sdk.Evm;

/// <summary>
/// Twenty bytes that name an account or a contract of an EVM chain. A value: copied and compared as such, ordered as
/// its bytes are. The default value is the zero address.
/// </summary>
public readonly record struct EvmAddress : IComparable<EvmAddress>
{
    /// <summary>Bytes in it.</summary>
    public const int Size = 20;

    private const int PublicKeySize = 65;

    private readonly ulong _first;
    private readonly ulong _second;
    private readonly uint _third;

    /// <param name="bytes">Exactly 20.</param>
    /// <exception cref="ArgumentException">There are more or fewer.</exception>
    public EvmAddress(ReadOnlySpan<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(bytes.Length, Size);
        _first = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        _second = BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
        _third = BinaryPrimitives.ReadUInt32BigEndian(bytes[16..]);
    }

    /// <summary>0x and 40 hexadecimal digits in lower case, as the wire and the names of projects have it.</summary>
    public string Hex => HexText.Of(ToArray());

    /// <summary>The last 20 bytes of the hash of an uncompressed public key: 65 bytes, first a 4.</summary>
    /// <exception cref="ArgumentException">It is no such key.</exception>
    public static EvmAddress OfPublicKey(ReadOnlySpan<byte> uncompressed)
    {
        if (uncompressed.Length != PublicKeySize || uncompressed[0] != 4)
        {
            throw new ArgumentException("An uncompressed public key is 65 bytes, the first of which is 4.");
        }

        return new EvmAddress(Keccak256.Hash(uncompressed[1..]).AsSpan(^Size..));
    }

    /// <summary>
    /// Reads 0x and 40 hex digits. Capitals and small letters together have to be the checksum; one kind alone carries
    /// none and is taken. <paramref name="problem"/> completes a sentence such as "the address 0x… ".
    /// </summary>
    public static bool TryParse(
        ReadOnlySpan<char> text, out EvmAddress address, [NotNullWhen(false)] out string? problem)
    {
        address = default;
        if (text.Length != 2 + (2 * Size) || !text.StartsWith("0x", StringComparison.Ordinal))
        {
            problem = "is not 0x and 40 hex digits";
            return false;
        }

        var digits = text[2..];
        Span<byte> bytes = stackalloc byte[Size];
        if (Convert.FromHexString(digits, bytes, out _, out _) != System.Buffers.OperationStatus.Done)
        {
            problem = "holds a character that is no hex digit";
            return false;
        }

        var read = new EvmAddress(bytes);
        var isMixed = digits.ContainsAnyInRange('a', 'f') && digits.ContainsAnyInRange('A', 'F');
        if (isMixed && !digits.SequenceEqual(read.ToString().AsSpan(2)))
        {
            problem = "has a wrong checksum (EIP-55): a character is probably missing, swapped or misread";
            return false;
        }

        address = read;
        problem = null;
        return true;
    }

    /// <summary>Throws <see cref="FormatException"/> for what <see cref="TryParse"/> refuses.</summary>
    public static EvmAddress Parse(string text) => TryParse(text, out var address, out var problem)
        ? address
        : throw new FormatException($"The address {text} {problem}.");

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

    /// <summary>A new array of the 20 bytes.</summary>
    public byte[] ToArray()
    {
        var bytes = new byte[Size];
        CopyTo(bytes);
        return bytes;
    }

    /// <summary>0x and 40 hex digits, for people: with the checksum that EIP-55 puts into the letters' case.</summary>
    public override string ToString()
    {
        var digits = Convert.ToHexStringLower(ToArray());
        var hash = Keccak256.Hash(Encoding.ASCII.GetBytes(digits));
        return string.Create(2 + digits.Length, (digits, hash), static (text, parts) =>
        {
            "0x".CopyTo(text);
            for (var i = 0; i < parts.digits.Length; i++)
            {
                // A letter is a capital where the same digit of the hash of the small-letter text is 8 or more.
                var isCapital = ((parts.hash[i / 2] >> (i % 2 == 0 ? 4 : 0)) & 8) != 0;
                text[2 + i] = isCapital ? char.ToUpperInvariant(parts.digits[i]) : parts.digits[i];
            }
        });
    }
}
