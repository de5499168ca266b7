namespace Outpost.Chains.Keys;

/// <summary>Text that must never be printed: a mnemonic, a passphrase. Prints as ***.</summary>
public sealed class Secret(string value)
{
    /// <summary>The text itself. The name is long so that each use is seen in review.</summary>
    public string RevealForUse() => value;

    public override string ToString() => "***";
}
