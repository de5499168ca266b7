using Outpost.Chains;
using Outpost.Chains.Allora;
using Outpost.Node.Duties;

namespace Outpost.Node.Compute;

/// <summary>What an entrypoint is asked for.</summary>
public enum AnswerKind
{
    /// <summary>One number, or one for each label.</summary>
    Inference,

    /// <summary>For each inferer the loss that is expected of it.</summary>
    Forecast,

    /// <summary>What came to be, as an inference is written; it may not be known yet.</summary>
    GroundTruth,

    /// <summary>How far a prediction was from the truth: one number. It has no nonce.</summary>
    Loss,

    /// <summary>1 when a loss is never below 0, so that its logarithm is sent; else 0. It has no nonce.</summary>
    LossSign,
}

/// <summary>One question to an entrypoint.</summary>
public sealed record Question(AnswerKind Kind, TopicId Topic, Height Nonce)
{
    /// <summary>True for an inference or a truth of a topic that wants labels (<see cref="Topic.IsMulti"/>).</summary>
    public bool HasLabels { get; init; }

    /// <summary>The network's last value, which the answer is held against; null when it is not known.</summary>
    public TopicValue? Network { get; init; }

    /// <summary>What a loss is asked about; null for all else.</summary>
    public (TopicValue Truth, TopicValue Prediction)? Compared { get; init; }

    /// <summary>The question of an inferer's duty in a topic without labels.</summary>
    public static Question Of(DutyId duty) => new(AnswerKind.Inference, duty.Topic, duty.Nonce);

    /// <summary>What is asked for in one word, as programs are asked and people read it.</summary>
    public string Word => Kind switch
    {
        AnswerKind.GroundTruth => "truth",
        AnswerKind.LossSign => "loss-sign",
        _ => Kind.ToString().ToLowerInvariant(),
    };

    public override string ToString() => $"{Word}/{Topic}/{Nonce}";
}
