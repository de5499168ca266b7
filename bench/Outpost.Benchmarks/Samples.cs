namespace Outpost.Benchmarks;

/// <summary>Measured values of one kind, of which one asks for the median or a percentile.</summary>
internal sealed class Samples(IEnumerable<double> values)
{
    private readonly double[] _sorted = [.. values.Order()];

    internal int Count => _sorted.Length;

    internal double Median => Percentile(0.5);

    /// <summary>The smallest value that at least this share of all does not exceed (nearest rank).</summary>
    internal double Percentile(double share)
    {
        if (_sorted.Length == 0)
        {
            throw new InvalidOperationException("Nothing was measured: there is no percentile of no values.");
        }

        var rank = (int)Math.Ceiling(share * _sorted.Length);
        return _sorted[Math.Max(0, rank - 1)];
    }
}
