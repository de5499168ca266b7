using Outpost.Node.Compute;

namespace Outpost.Node.Losses;

/// <summary>Why there is no loss. The catalogue is closed.</summary>
public enum LossProblem
{
    /// <summary>The method is not defined for these values, such as bce for a probability of 1.2.</summary>
    OutOfDomain,

    /// <summary>The loss is 0, and its decimal logarithm is wanted.</summary>
    LogOfZero,

    /// <summary>The loss is below 0, and its method says that it never is.</summary>
    Negative,

    /// <summary>The chain takes zero and magnitudes from 1e-40 to 1e40; this loss is none.</summary>
    OutOfRange,

    /// <summary>The loss is not 0 and smaller than the chain's arithmetic can hold (1e-100000).</summary>
    TooSmall,

    /// <summary>Labels of truth and inference differ, or one has labels and the other has none.</summary>
    LabelsDiffer,

    /// <summary>The loss service gave no number: unreachable, late, an error, or NaN.</summary>
    Service,
}

/// <summary>A problem and the sentence that tells of it.</summary>
public sealed record LossFault(LossProblem Problem, string Detail)
{
    public override string ToString() => Detail;

    /// <summary>Null when losses can be taken: both scalar, or both with the same labels.</summary>
    internal static LossFault? Between(TopicValue truth, TopicValue prediction)
    {
        if (truth.Scalar is not null || prediction.Scalar is not null)
        {
            return truth.Scalar is not null && prediction.Scalar is not null
                ? null
                : new LossFault(LossProblem.LabelsDiffer, truth.Scalar is null
                    ? "the truth has labels and the inference has none"
                    : "the inference has labels and the truth has none");
        }

        var ours = truth.Labels.Select(label => label.Label);
        var theirs = prediction.Labels.Select(label => label.Label);
        var missing = ours.Except(theirs, StringComparer.Ordinal).FirstOrDefault();
        var extra = theirs.Except(ours, StringComparer.Ordinal).FirstOrDefault();
        return missing is not null
            ? new LossFault(LossProblem.LabelsDiffer, $"the inference lacks the label '{missing}' of the truth")
            : extra is not null
                ? new LossFault(LossProblem.LabelsDiffer, $"the truth lacks the label '{extra}' of the inference")
                : null;
    }
}
