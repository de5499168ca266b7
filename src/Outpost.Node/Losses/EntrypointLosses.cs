using Outpost.Chains.Allora;
using Outpost.Node.Compute;

namespace Outpost.Node.Losses;

/// <summary>Losses from a module or a process. A question that fails is asked again once, and then given up.</summary>
internal sealed class EntrypointLosses(TopicId topic, EntrypointLadder entrypoint) : ILossSource
{
    /// <summary>A module has no more places, and a program answers one question after the other.</summary>
    public const int Parallel = 4;

    public async Task<RawLoss> LossAsync(TopicValue truth, TopicValue prediction, CancellationToken stop)
    {
        var (loss, fault) = await AskAsync(
            new Question(AnswerKind.Loss, topic, default) { Compared = (truth, prediction) }, stop);
        return new RawLoss(loss, fault);
    }

    public async Task<(bool Answer, LossFault? Problem)> IsNeverNegativeAsync(CancellationToken stop)
    {
        var (sign, fault) = await AskAsync(new Question(AnswerKind.LossSign, topic, default), stop);
        return (!sign.IsZero, fault);
    }

    private async Task<(WideDecimal Number, LossFault? Problem)> AskAsync(Question question, CancellationToken stop)
    {
        var reply = await entrypoint.AskOnceAsync(question, stop);
        if (reply.Problem is not null)
        {
            reply = await entrypoint.AskOnceAsync(question, stop);
        }

        return reply.Problem is { } problem
            ? (default, new LossFault(LossProblem.Service, problem.Detail))
            : (WideDecimal.From(reply.Value!.Scalar!.Value), null);
    }
}
