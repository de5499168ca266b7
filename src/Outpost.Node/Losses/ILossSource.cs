using Outpost.Node.Compute;

namespace Outpost.Node.Losses;

/// <summary>Where losses come from that are not built in: http, module or process.</summary>
internal interface ILossSource
{
    /// <summary>One loss, or the fault for which there is none after some attempts.</summary>
    Task<RawLoss> LossAsync(TopicValue truth, TopicValue prediction, CancellationToken stop);

    /// <summary>Whether its losses are never below 0, or the fault for which that is not known.</summary>
    Task<(bool Answer, LossFault? Problem)> IsNeverNegativeAsync(CancellationToken stop);
}
