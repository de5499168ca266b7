namespace Outpost.Chains.Keys;

/// <summary>A BIP-39 sentence of 12, 15, 18, 21 or 24 English words.</summary>
public sealed class Mnemonic
{
    /// <summary>Throws <see cref="MnemonicException"/>, which names the word that is wrong and the nearest right one.</summary>
    public static Mnemonic Parse(string sentence) => throw new NotImplementedException();
}

/// <summary>A sentence that is no BIP-39 mnemonic; the message says which word and why, never the whole sentence.</summary>
public sealed class MnemonicException(string message) : Exception(message);
