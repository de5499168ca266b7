using System.Security.Cryptography;
using System.Text;

namespace Outpost.Chains.Keys;

/// <summary>
/// Encrypts key material under a passphrase: PBKDF2-HMAC-SHA512 makes the key, AES-256-GCM keeps the material secret
/// and the file's readable members unchanged. The passphrase is taken as the UTF-8 bytes that were typed.
/// </summary>
internal static class KeyCipher
{
    /// <summary>What OWASP's password storage cheat sheet asks of PBKDF2-HMAC-SHA512.</summary>
    public const int DefaultIterations = 210_000;

    // A file that asks for more would keep a node from starting for minutes.
    private const int MaxIterations = 10_000_000;

    private const int KeySize = 32;
    private const int SaltSize = 16;
    private const int NonceSize = 12;
    private const int TagSize = 16;

    public static KeyFile Seal(string name, KeyMaterial material, Secret passphrase, int iterations)
    {
        using var account = material.ToKey();
        var plain = material.ToBytes();
        var file = new KeyFile(
            KeyFile.CurrentVersion, name, account.Address, Convert.ToHexStringLower(account.PublicKey.Span),
            (material as KeyMaterial.Words)?.Index, KeyFile.Pbkdf2, iterations,
            RandomNumberGenerator.GetBytes(SaltSize), KeyFile.AesGcm, RandomNumberGenerator.GetBytes(NonceSize),
            new byte[plain.Length], new byte[TagSize]);
        var key = KeyOf(file, passphrase);
        try
        {
            using var cipher = new AesGcm(key, TagSize);
            cipher.Encrypt(file.Nonce, plain, file.Ciphertext, file.Tag, file.AssociatedData());
            return file;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
            CryptographicOperations.ZeroMemory(plain);
        }
    }

    /// <summary>
    /// Throws <see cref="KeyStoreException"/> for a wrong passphrase and for a file that was changed.
    /// </summary>
    public static KeyMaterial Open(KeyFile file, Secret passphrase)
    {
        RequireKnownForm(file);
        var key = KeyOf(file, passphrase);
        var plain = new byte[file.Ciphertext.Length];
        try
        {
            using var cipher = new AesGcm(key, TagSize);
            cipher.Decrypt(file.Nonce, file.Ciphertext, file.Tag, plain, file.AssociatedData());
            return KeyMaterial.FromBytes(plain, file.MnemonicIndex);
        }
        catch (AuthenticationTagMismatchException problem)
        {
            throw new KeyStoreException(
                $"Opening the key \"{file.Name}\": the passphrase is wrong, or its file was changed since.",
                problem);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
            CryptographicOperations.ZeroMemory(plain);
        }
    }

    private static byte[] KeyOf(KeyFile file, Secret passphrase) => Rfc2898DeriveBytes.Pbkdf2(
        Encoding.UTF8.GetBytes(passphrase.RevealForUse()),
        file.Salt,
        file.Iterations,
        HashAlgorithmName.SHA512,
        KeySize);

    private static void RequireKnownForm(KeyFile file)
    {
        var problem = file switch
        {
            { Kdf: not KeyFile.Pbkdf2 } => $"it names the key derivation \"{file.Kdf}\", which is not known",
            { Cipher: not KeyFile.AesGcm } => $"it names the cipher \"{file.Cipher}\", which is not known",
            { Iterations: < 1 or > MaxIterations } => $"{file.Iterations} iterations are not from 1 to {MaxIterations}",
            { Salt.Length: < 8 } => "its salt is shorter than 8 bytes",
            { Nonce.Length: not NonceSize } => $"its nonce has not {NonceSize} bytes",
            { Tag.Length: not TagSize } => $"its tag has not {TagSize} bytes",
            _ => null,
        };
        if (problem is not null)
        {
            throw new KeyStoreException(
                $"Opening the key \"{file.Name}\": {problem}. Restore the file from a copy, or import the key anew.");
        }
    }
}
