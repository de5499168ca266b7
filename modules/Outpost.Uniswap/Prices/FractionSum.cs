using System.Numerics;

namespace Outpost.Uniswap.Prices;

/// <summary>
/// Adds fractions exactly. Those with one denominator, as the amounts at one price are, are added as whole numbers, so
/// that the denominators of a thousand trades do not multiply.
/// </summary>
internal sealed class FractionSum
{
    private readonly List<(BigInteger Under, BigInteger Over)> _parts = [];

    public void Add(Fraction one)
    {
        if (one.IsZero)
        {
            return;
        }

        // The newest first: trades come block by block, and prices change from block to block.
        for (var index = _parts.Count - 1; index >= 0; index--)
        {
            if (_parts[index].Under == one.Under)
            {
                _parts[index] = (one.Under, _parts[index].Over + one.Over);
                return;
            }
        }

        _parts.Add((one.Under, one.Over));
    }

    public Fraction Total() =>
        _parts.Aggregate(default(Fraction), (sum, part) => sum + new Fraction(part.Over, part.Under));
}
