using Outpost.Chains.Keys;

namespace Outpost.App.Settings;

/// <summary>Where the account's key comes from.</summary>
internal abstract record KeySource
{
    private KeySource() { }

    /// <summary>A key of the key store, behind a passphrase.</summary>
    public sealed record Stored(string Name, string? PassphraseFile) : KeySource;

    /// <summary>A file that holds the mnemonic.</summary>
    public sealed record MnemonicFile(string Path) : KeySource;

    /// <summary>The mnemonic stood in the configuration itself.</summary>
    public sealed record MnemonicText(Secret Mnemonic) : KeySource;
}
