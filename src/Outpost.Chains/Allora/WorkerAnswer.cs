using Outpost.Chains.Wire;

namespace Outpost.Chains.Allora;

/// <summary>One label of a topic with several, or an inferer in a forecast, and its number.</summary>
public sealed record LabeledValue(string Label, DecimalText Value);

/// <summary>What a worker sends for one nonce: an inference, a forecast, or both in one bundle.</summary>
public sealed record WorkerAnswer
{
    /// <summary>The inference of a topic with one output; null when there is none, or when it has labels.</summary>
    public DecimalText? Value { get; init; }

    /// <summary>The inference of a topic with several outputs (v10); empty when there is none.</summary>
    public IReadOnlyList<LabeledValue> Labels { get; init; } = [];

    /// <summary>The loss that is expected of each inferer, as the topic's losses are (log10 as a rule).</summary>
    public IReadOnlyList<OfWorker<DecimalText>> Forecast { get; init; } = [];
}
