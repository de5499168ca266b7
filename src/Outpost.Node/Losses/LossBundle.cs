using Outpost.Chains.Allora;
using Outpost.Chains.Wire;
using Outpost.Node.Compute;

namespace Outpost.Node.Losses;

/// <summary>What came of computing all losses of one nonce.</summary>
public abstract record LossBundle
{
    private LossBundle() { }

    /// <param name="Losses">What a reputer submits, field by field.</param>
    /// <param name="Floored">The fields whose loss was below 1e-40 and stands at 1e-40.</param>
    public sealed record Complete(ValueBundle<DecimalText> Losses, IReadOnlyList<string> Floored) : LossBundle;

    /// <summary>The chain takes no bundle with a gap: one field without a loss, and there is none.</summary>
    /// <param name="Faults">Each begins with its field; the first of them in the bundle's order.</param>
    public sealed record None(IReadOnlyList<LossFault> Faults) : LossBundle;

    /// <summary>All losses of a nonce with a method that is built in.</summary>
    public static LossBundle Of(
        LossMethod method, TopicValue truth, ValueBundle<TopicValue> inferences, SmallLoss small)
    {
        var losses = new Dictionary<TopicValue, LossResult>();
        foreach (var prediction in Distinct(inferences))
        {
            losses[prediction] = ChainLoss.Of(method.RawOf(truth, prediction), method.IsNeverNegative, small);
        }

        return Of(inferences, losses);
    }

    /// <summary>What differs, in the order in which the bundle names it: equal inferences have equal losses.</summary>
    internal static IReadOnlyList<TopicValue> Distinct(ValueBundle<TopicValue> inferences)
    {
        var (seen, distinct) = (new HashSet<TopicValue>(), new List<TopicValue>());
        inferences.Map((_, value) =>
        {
            if (seen.Add(value))
            {
                distinct.Add(value);
            }

            return value;
        });
        return distinct;
    }

    /// <summary>Complete, unless a loss is none; where one is, others need not have been computed.</summary>
    internal static LossBundle Of(
        ValueBundle<TopicValue> inferences, IReadOnlyDictionary<TopicValue, LossResult> losses)
    {
        const int MostFaults = 10;
        var (faults, floored) = (new List<LossFault>(), new List<string>());
        var bundle = inferences.Map((field, value) =>
        {
            switch (losses.GetValueOrDefault(value))
            {
                case LossResult.Value loss:
                    if (loss.IsFloored)
                    {
                        floored.Add(field);
                    }

                    return loss.Number;
                case LossResult.None none when faults.Count < MostFaults:
                    faults.Add(none.Fault with { Detail = $"{field}: {none.Fault.Detail}" });
                    return default;
                default:
                    return default;
            }
        });
        return faults.Count == 0 ? new Complete(bundle, floored) : new None(faults);
    }
}
