using Outpost.App.Commands;
using Outpost.Chains.Keys;

namespace Outpost.App.Settings;

/// <summary>A key that cannot be had; the message says why and what to do, and holds no secret.</summary>
internal sealed class AccountKeyException(string message) : Exception(message);

/// <summary>Opens the key that a configuration names.</summary>
internal static class AccountKeys
{
    /// <summary>A mnemonic has at most 24 words of 8 letters; what is larger is another file.</summary>
    private const long MaxMnemonicFileBytes = 4096;

    /// <summary>The key; throws <see cref="AccountKeyException"/>.</summary>
    public static AccountKey Open(KeySource source, CommandSurroundings surroundings) => source switch
    {
        KeySource.MnemonicText text => FromMnemonic(text.Mnemonic.RevealForUse(), "the configured mnemonic"),
        KeySource.MnemonicFile file => FromMnemonic(ReadSmall(file.Path), file.Path),
        KeySource.Stored stored => throw new AccountKeyException($"there is no key \"{stored.Name}\""),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>The address of a stored key, which needs no passphrase; or why it is not known.</summary>
    public static (string? Address, string? Problem) StoredAddress(
        KeySource.Stored stored, CommandSurroundings surroundings) =>
        (null, $"there is no key \"{stored.Name}\"; run 'outpost keys new {stored.Name}' or 'outpost keys import "
            + $"{stored.Name}'");

    private static AccountKey FromMnemonic(string sentence, string place)
    {
        try
        {
            return AccountKey.FromMnemonic(Chains.Keys.Mnemonic.Parse(sentence));
        }
        catch (MnemonicException problem)
        {
            throw new AccountKeyException($"{place} is no mnemonic: {problem.Message}");
        }
    }

    private static string ReadSmall(string path)
    {
        try
        {
            return new FileInfo(path).Length <= MaxMnemonicFileBytes
                ? File.ReadAllText(path)
                : throw new AccountKeyException($"{path} is too large for a mnemonic; name a file that holds only it");
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new AccountKeyException($"{path} cannot be read ({problem.Message}); check the path and who may read it");
        }
    }
}
