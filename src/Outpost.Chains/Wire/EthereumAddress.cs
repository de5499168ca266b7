using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Outpost.Chains.Wire;

/// <summary>
/// An account or a contract of an EVM chain: 20 bytes, written with the checksum that EIP-55 puts into the letters'
/// case. The default value is the zero address.
/// </summary>
public readonly record struct EthereumAddress
{
    /// <summary>Bytes in an address.</summary>
    public const int Size = 20;

    private const int PublicKeySize = 65;

    // As text once, since an address is compared and shown far more often than it is made.
    private readonly string? _text;

    /// <summary>Throws <see cref="ArgumentException"/> for anything but 20 bytes.</summary>
    public EthereumAddress(ReadOnlySpan<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(bytes.Length, Size);
        _text = WithChecksum(Convert.ToHexStringLower(bytes));
    }

    /// <summary>The last 20 bytes of the hash of an uncompressed public key: 65 bytes, first a 4.</summary>
    public static EthereumAddress OfPublicKey(ReadOnlySpan<byte> uncompressed)
    {
        if (uncompressed.Length != PublicKeySize || uncompressed[0] != 4)
        {
            throw new ArgumentException("An uncompressed public key is 65 bytes, the first of which is 4.");
        }

        return new EthereumAddress(Keccak256.Hash(uncompressed[1..]).AsSpan(^Size..));
    }

    /// <summary>
    /// Reads 0x and 40 hex digits. Capitals and small letters together have to be the checksum; one kind alone carries
    /// none and is taken. <paramref name="problem"/> completes a sentence such as "the address 0x… ".
    /// </summary>
    public static bool TryParse(
        ReadOnlySpan<char> text, out EthereumAddress address, [NotNullWhen(false)] out string? problem)
    {
        address = default;
        if (text.Length != 2 + 2 * Size || !text.StartsWith("0x", StringComparison.Ordinal))
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

        var read = new EthereumAddress(bytes);
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
    public static EthereumAddress Parse(string text) => TryParse(text, out var address, out var problem)
        ? address
        : throw new FormatException($"The address {text} {problem}.");

    /// <summary>A new array of the 20 bytes.</summary>
    public byte[] ToBytes() => Convert.FromHexString(ToString().AsSpan(2));

    public bool Equals(EthereumAddress other) => string.Equals(ToString(), other.ToString(), StringComparison.Ordinal);

    public override int GetHashCode() => string.GetHashCode(ToString(), StringComparison.Ordinal);

    /// <summary>0x and 40 hex digits, with the checksum of EIP-55.</summary>
    public override string ToString() => _text ?? "0x0000000000000000000000000000000000000000";

    // EIP-55: a letter is a capital where the same digit of the hash of the small-letter text is 8 or more.
    private static string WithChecksum(string digits)
    {
        var hash = Convert.ToHexStringLower(Keccak256.Hash(Encoding.ASCII.GetBytes(digits)));
        return string.Create(2 + digits.Length, (digits, hash), static (text, parts) =>
        {
            "0x".CopyTo(text);
            for (var i = 0; i < parts.digits.Length; i++)
            {
                text[2 + i] = parts.hash[i] >= '8' ? char.ToUpperInvariant(parts.digits[i]) : parts.digits[i];
            }
        });
    }
}
