using System.Text;

namespace Outpost.Chains.Keys;

/// <summary>What an account's key is made of, as its owner gave it; this is what a key file keeps encrypted.</summary>
public abstract record KeyMaterial
{
    private KeyMaterial() { }

    /// <summary>A mnemonic and the last step of its path, m/44'/118'/0'/0/<paramref name="Index"/>.</summary>
    public sealed record Words(Mnemonic Mnemonic, uint Index = 0) : KeyMaterial;

    /// <summary>A private key of 32 bytes that came without a mnemonic.</summary>
    public sealed record Raw(ReadOnlyMemory<byte> PrivateKey) : KeyMaterial;

    /// <summary>The key itself; whoever asks for it disposes of it.</summary>
    public AccountKey ToKey() => this switch
    {
        Words words => AccountKey.FromMnemonic(words.Mnemonic, words.Index),
        Raw raw => AccountKey.FromPrivateKey(raw.PrivateKey.Span),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>The bytes that are encrypted; the caller wipes them.</summary>
    internal byte[] ToBytes() => this switch
    {
        Words words => Encoding.ASCII.GetBytes(words.Mnemonic.Sentence.RevealForUse()),
        Raw raw => raw.PrivateKey.ToArray(),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    internal static KeyMaterial FromBytes(ReadOnlySpan<byte> bytes, uint? index) => index is { } step
        ? new Words(Mnemonic.Parse(Encoding.ASCII.GetString(bytes)), step)
        : new Raw(bytes.ToArray());
}
