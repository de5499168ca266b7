namespace Outpost.Devnet.Allora;

/// <summary>
/// From regrets to weights (x/emissions/keeper/inference_synthesis), in decimals: equal on every machine.
/// </summary>
internal static class Curves
{
    /// <summary>Topic.p_norm of all topics here.</summary>
    private const decimal P = 3;

    /// <summary>Topic.c_norm of all topics here.</summary>
    private const decimal C = 0.75m;

    private const decimal PNormSafeDiv = 8.25m;
    private const int HalvedTimes = 10;

    /// <summary>Topic.epsilon of all topics here.</summary>
    public const decimal Epsilon = 0.01m;

    /// <summary>Σw is held at or above it (params epsilon_safe_div).</summary>
    public const decimal SafeDivisor = 0.000_000_1m;

    /// <summary>The weight of each regret among the others.</summary>
    public static decimal[] Weights(IReadOnlyList<decimal> regrets)
    {
        if (regrets.Count == 1)
        {
            return [1];
        }

        var scale = Deviation(regrets) + Epsilon;
        var normal = regrets.Select(regret => Math.Min(regret / scale, C + (6.75m / P))).ToArray();
        var shift = Math.Max(0, C - (8.25m / P) - normal.Max());
        return [.. normal.Select(value => Gradient(value + shift))];
    }

    /// <summary>
    /// What a worker without a past starts from, given the regrets of those who have one.
    /// </summary>
    public static decimal InitialRegret(IReadOnlyCollection<decimal> regrets)
    {
        var sorted = regrets.Order().ToArray();
        var place = (sorted.Length - 1) * 0.25m;
        var below = (int)place;
        var above = Math.Min(below + 1, sorted.Length - 1);
        var quantile = sorted[below] + ((sorted[above] - sorted[below]) * (place - below));
        return quantile + ((C - (PNormSafeDiv / P)) * (Deviation(sorted) + Epsilon));
    }

    /// <summary>Shares of a reward: the higher a score, the more, whatever the scores' unit.</summary>
    public static decimal[] Shares(IReadOnlyCollection<decimal> scores)
    {
        // Beyond this many deviations below the best, nothing is left.
        const decimal Farthest = 20;
        var scale = Deviation(scores) + Epsilon;
        var best = scores.Max();
        return [.. scores.Select(score => Exp(Math.Max(-Farthest, (score - best) / scale)))];
    }

    private static decimal Gradient(decimal x) =>
        x < C - (17.25m / P) ? 0 : P / (Exp(P * (C - x)) + 1);

    private static decimal Deviation(IReadOnlyCollection<decimal> values)
    {
        var mean = values.Average();
        return Root(values.Average(value => (value - mean) * (value - mean)));
    }

    private static decimal Root(decimal square)
    {
        if (square == 0)
        {
            return 0;
        }

        // Newton from above falls until rounding stops it.
        var root = Math.Max(square, 1);
        for (var next = (root + (square / root)) / 2; next < root; next = (root + (square / root)) / 2)
        {
            root = next;
        }

        return root;
    }

    /// <summary>Of −20 to 20, to some twenty digits.</summary>
    private static decimal Exp(decimal x)
    {
        var small = x / (1 << HalvedTimes);
        var (sum, term) = (1m, 1m);
        for (var n = 1; n <= 11; n++)
        {
            term *= small / n;
            sum += term;
        }

        for (var time = 0; time < HalvedTimes; time++)
        {
            sum *= sum;
        }

        return sum;
    }
}
