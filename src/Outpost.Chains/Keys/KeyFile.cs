using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Outpost.Chains.Keys;

/// <summary>
/// What a key file says, as JSON. All but the last three members is readable without the passphrase and is bound to the
/// ciphertext: whoever changes a letter of it makes the file unreadable.
/// </summary>
/// <param name="PublicKey">Compressed, lower-case hex.</param>
/// <param name="MnemonicIndex">The last step of a kept mnemonic's path; null for a bare private key.</param>
/// <param name="Kdf">How the passphrase becomes the cipher's key; this version knows one way.</param>
/// <param name="Cipher">How the key material is encrypted; this version knows one way.</param>
internal sealed record KeyFile(
    int Version, string Name, string Address, string PublicKey, uint? MnemonicIndex,
    string Kdf, int Iterations, byte[] Salt, string Cipher, byte[] Nonce, byte[] Ciphertext, byte[] Tag)
{
    public const int CurrentVersion = 1;
    public const string Pbkdf2 = "pbkdf2-hmac-sha512";
    public const string AesGcm = "aes-256-gcm";

    // A key file takes less than one kilobyte; what is far larger is something else.
    private const int MaxBytes = 64 * 1024;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerOptions.Strict)
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.Never,
        WriteIndented = true,
    };

    /// <summary>
    /// The readable members, each with its length before it, so that no two headers give the same bytes.
    /// </summary>
    public byte[] AssociatedData()
    {
        using var bytes = new MemoryStream();
        Span<byte> length = stackalloc byte[sizeof(int)];
        string[] texts =
            [$"outpost key {Version}", Name, Address, PublicKey, $"{MnemonicIndex}", Kdf, $"{Iterations}", Cipher];
        foreach (var member in texts.Select(Encoding.UTF8.GetBytes).Append(Salt))
        {
            BinaryPrimitives.WriteInt32BigEndian(length, member.Length);
            bytes.Write(length);
            bytes.Write(member);
        }

        return bytes.ToArray();
    }

    public byte[] ToJson() => [.. JsonSerializer.SerializeToUtf8Bytes(this, Json), (byte)'\n'];

    /// <summary>Throws <see cref="KeyStoreException"/> when the file cannot be read or is no key file.</summary>
    public static KeyFile Read(string path)
    {
        var act = $"Reading the key file {path}";
        try
        {
            if (new FileInfo(path) is { Exists: true, Length: > MaxBytes } file)
            {
                throw new KeyStoreException($"{act}: {file.Length} bytes are too many for a key file.");
            }

            var json = File.ReadAllBytes(path);
            RequireVersion(act, json);
            var read = JsonSerializer.Deserialize<KeyFile>(json, Json);
            return read ?? throw new KeyStoreException($"{act}: it holds null, not a key.");
        }
        catch (JsonException problem)
        {
            throw new KeyStoreException(
                $"{act}: it is no key file of Outpost ({problem.Message}). Restore a copy, or import the key anew.",
                problem);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new KeyStoreException($"{act}: {problem.Message}", problem);
        }
    }

    private static void RequireVersion(string act, byte[] json)
    {
        using var document = JsonDocument.Parse(json);
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object
            || !root.TryGetProperty("version", out var element)
            || element.ValueKind != JsonValueKind.Number
            || !element.TryGetInt32(out var version))
        {
            throw new JsonException("It has no \"version\" that is a number");
        }

        if (version != CurrentVersion)
        {
            throw new KeyStoreException(
                $"{act}: it has version {version}; this program reads version {CurrentVersion}. "
                + "Use the program that wrote it.");
        }
    }
}
