namespace Outpost.Chains.Wire;

/// <summary>
/// An exact decimal in the chain's canonical text (Allora math.Dec, apd 'G' format). The chain re-encodes decimals
/// before it verifies a signature, so only this text may be signed.
/// </summary>
public readonly record struct DecimalText
{
    private DecimalText(string text) => Text = text;

    public string Text { get; }

    /// <summary>
    /// Reads a decimal as people and models write it (sign, digits, point, exponent). Refuses NaN, infinities and
    /// what emissions' BoundedExp40Dec refuses: magnitudes other than zero outside 1e-40..1e40.
    /// <paramref name="problem"/> then says why.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<char> input, out DecimalText value, out string? problem) =>
        throw new NotImplementedException();

    public override string ToString() => Text;
}
