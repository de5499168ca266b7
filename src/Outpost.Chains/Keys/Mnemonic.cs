using System.Security.Cryptography;
using System.Text;

namespace Outpost.Chains.Keys;

/// <summary>A BIP-39 sentence of 12, 15, 18, 21 or 24 English words.</summary>
public sealed class Mnemonic
{
    private const int BitsPerWord = 11;
    private const int SeedSize = 64;
    private const int SeedRounds = 2048;

    // 24 words of 8 letters take 215 characters; more is no mnemonic, whatever its spaces.
    private const int MaxSentenceLength = 1024;

    private static readonly int[] WordCounts = [12, 15, 18, 21, 24];

    private readonly string _sentence;

    private Mnemonic(IEnumerable<string> words) => _sentence = string.Join(' ', words);

    /// <summary>
    /// The words in order, each separated by one space, for whoever writes them down or encrypts them.
    /// </summary>
    public Secret Sentence => new(_sentence);

    /// <summary>
    /// Throws <see cref="MnemonicException"/>, which names the word that is wrong and the nearest right one. White
    /// space and capitals do not matter. English words are ASCII, so the NFKD form that BIP-39 asks for is the word
    /// itself.
    /// </summary>
    public static Mnemonic Parse(string sentence)
    {
        ArgumentNullException.ThrowIfNull(sentence);
        if (sentence.Length > MaxSentenceLength)
        {
            throw new MnemonicException(
                $"The mnemonic has {sentence.Length} characters; 24 words have at most 215. Give the words only.");
        }

        var words = sentence.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
            .Select(word => word.ToLowerInvariant())
            .ToArray();
        RequireCount(words);
        var indices = Array.ConvertAll(words, EnglishWords.IndexOf);
        if (indices.Contains(-1))
        {
            throw new MnemonicException(MnemonicProblem.UnknownWords(words, indices));
        }

        RequireChecksum(indices);
        return new Mnemonic(words);
    }

    /// <summary>A new sentence from the system's source of chance.</summary>
    public static Mnemonic Create(int wordCount = 24)
    {
        if (!WordCounts.Contains(wordCount))
        {
            throw new ArgumentOutOfRangeException(nameof(wordCount), wordCount, "12, 15, 18, 21 or 24 words.");
        }

        Span<byte> entropy = stackalloc byte[wordCount / 3 * 4];
        RandomNumberGenerator.Fill(entropy);
        var mnemonic = FromEntropy(entropy);
        CryptographicOperations.ZeroMemory(entropy);
        return mnemonic;
    }

    /// <summary>The sentence of 16, 20, 24, 28 or 32 bytes.</summary>
    public static Mnemonic FromEntropy(ReadOnlySpan<byte> entropy)
    {
        if (!WordCounts.Contains(entropy.Length / 4 * 3) || entropy.Length % 4 != 0)
        {
            throw new ArgumentException("Entropy is 16, 20, 24, 28 or 32 bytes.", nameof(entropy));
        }

        // The checksum is the first bit of the hash for every 32 bits of entropy, so one byte always holds it.
        Span<byte> bits = stackalloc byte[entropy.Length + 1];
        entropy.CopyTo(bits);
        bits[^1] = SHA256.HashData(entropy)[0];
        var words = new string[entropy.Length / 4 * 3];
        for (var i = 0; i < words.Length; i++)
        {
            words[i] = EnglishWords.At(ReadBits(bits, i * BitsPerWord));
        }

        CryptographicOperations.ZeroMemory(bits);
        return new Mnemonic(words);
    }

    public override string ToString() => "***";

    /// <summary>
    /// The 64-byte seed. Allora's tools take no passphrase; one of ASCII only is needed by the test vectors.
    /// </summary>
    internal byte[] Seed(string asciiPassphrase) => Rfc2898DeriveBytes.Pbkdf2(
        Encoding.ASCII.GetBytes(_sentence),
        Encoding.ASCII.GetBytes("mnemonic" + asciiPassphrase),
        SeedRounds,
        HashAlgorithmName.SHA512,
        SeedSize);

    private static void RequireCount(string[] words)
    {
        if (!WordCounts.Contains(words.Length))
        {
            throw new MnemonicException(MnemonicProblem.Count(words));
        }
    }

    private static void RequireChecksum(int[] indices)
    {
        Span<byte> bits = stackalloc byte[(indices.Length * BitsPerWord + 7) / 8];
        bits.Clear();
        for (var i = 0; i < indices.Length; i++)
        {
            WriteBits(bits, i * BitsPerWord, indices[i]);
        }

        var checksumLength = indices.Length / 3;
        var hash = SHA256.HashData(bits[..(indices.Length / 3 * 4)])[0];
        var isRight = hash >> (8 - checksumLength) == bits[^1] >> (8 - checksumLength);
        CryptographicOperations.ZeroMemory(bits);
        if (!isRight)
        {
            throw new MnemonicException(MnemonicProblem.Checksum);
        }
    }

    private static int ReadBits(ReadOnlySpan<byte> bits, int start)
    {
        var value = 0;
        for (var i = start; i < start + BitsPerWord; i++)
        {
            value = (value << 1) | ((bits[i / 8] >> (7 - i % 8)) & 1);
        }

        return value;
    }

    private static void WriteBits(Span<byte> bits, int start, int value)
    {
        for (var i = 0; i < BitsPerWord; i++)
        {
            var bit = (value >> (BitsPerWord - 1 - i)) & 1;
            bits[(start + i) / 8] |= (byte)(bit << (7 - (start + i) % 8));
        }
    }
}

/// <summary>
/// A sentence that is no BIP-39 mnemonic; the message says which word and why, never the whole sentence.
/// </summary>
public sealed class MnemonicException(string message) : Exception(message);
