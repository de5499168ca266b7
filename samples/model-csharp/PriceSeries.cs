namespace PriceModel;

/// <summary>
/// A made-up market price for every block, so that the sample needs no data provider: the sum of hashed noise at
/// several time scales, which wanders like a random walk but is known at any height without walking there.
/// A real model reads its own data here.
/// </summary>
public sealed class PriceSeries(long seed)
{
    private const int Scales = 14;

    /// <summary>The price at this block; always positive.</summary>
    public double At(long height)
    {
        var logPrice = Math.Log(1_000 + 500 * (seed & 7));
        for (var scale = 0; scale < Scales; scale++)
        {
            var span = 1L << scale;
            var left = Math.DivRem(height, span, out var rest);
            var part = (double)rest / span;
            var smooth = part * part * (3 - 2 * part);
            var noise = Noise(scale, left) * (1 - smooth) + Noise(scale, left + 1) * smooth;
            logPrice += noise * 0.0006 * Math.Sqrt(span);
        }

        return Math.Exp(logPrice);
    }

    /// <summary>Evenly spread over -1 to 1, the same for the same arguments (the finalizer of SplitMix64).</summary>
    private double Noise(int scale, long index)
    {
        unchecked
        {
            var bits = (ulong)(seed * 1_000_003 + scale) * 0x9E3779B97F4A7C15UL + (ulong)index * 0xD1B54A32D192ED03UL;
            bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9UL;
            bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EBUL;
            bits ^= bits >> 31;
            return (bits >> 11) * (2.0 / (1UL << 53)) - 1;
        }
    }
}
