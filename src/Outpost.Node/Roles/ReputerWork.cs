using Google.Protobuf.WellKnownTypes;
using Outpost.Chains;
using Outpost.Chains.Allora;
using Outpost.Chains.Cosmos;
using Outpost.Chains.Keys;
using Outpost.Node.Compute;
using Outpost.Node.Duties;
using Outpost.Node.Losses;

namespace Outpost.Node.Roles;

/// <summary>
/// A reputer's part in a topic: holds what the network inferred at a nonce against the truth, and sends all losses.
/// </summary>
public sealed class ReputerWork(
    EntrypointLadder truth, LossSource losses, AlloraClient allora, AccountKey key, TimeProvider time) : IRoleWork
{
    /// <summary>The pause after a question to the chain, or losses, that failed; windows are long.</summary>
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromSeconds(2);

    private volatile Topic? _topic;

    public Role Role => Role.Reputer;

    /// <summary>Truth is never known ahead.</summary>
    public TimeSpan? Lead => null;

    public void AskAhead(DutyId duty, CancellationToken cancellationToken)
    {
    }

    public void Learn(Topic topic) => _topic = topic;

    public async Task<Computed> ComputeAsync(
        DutyId duty, TimeSpan left, Action<string> tell, CancellationToken closed, CancellationToken cancellationToken)
    {
        var opened = time.GetTimestamp();
        var (topic, network, none) = await NetworkAsync(duty, tell, closed, cancellationToken);
        if (none is not null)
        {
            return none;
        }

        if (NetworkValues.Of(network!, topic!.IsMulti, out var wrong) is not { } inferences)
        {
            return new Computed.None(Reason.NoInferences, wrong!);
        }

        var question = new Question(AnswerKind.GroundTruth, duty.Topic, duty.Nonce) { HasLabels = topic.IsMulti };
        var answer = await truth.AnswerAsync(
            question, left - time.GetElapsedTime(opened), closed, cancellationToken, tell);
        if (answer is not Answer.Value { Given: var given, Attempts: var attempts })
        {
            var missing = (Answer.None)answer;
            return new Computed.None(missing.Reason, missing.Detail);
        }

        tell($"the truth is {given}");
        while (true)
        {
            switch (await losses.LossesAsync(topic, given, inferences, cancellationToken))
            {
                case LossBundle.Complete { Losses: var bundle, Floored: var floored }:
                    if (floored.Count > 0)
                    {
                        tell($"counted as 1e-40, the least that the chain takes: {string.Join(", ", floored)}");
                    }

                    return new Computed.Done(
                        LossText.Write(bundle), $"truth {given}, loss of the network {bundle.Combined.Text}", attempts);
                case LossBundle.None { Faults: var faults }:
                    if (faults[0].Problem != LossProblem.Service || closed.IsCancellationRequested)
                    {
                        return new Computed.None(Reason.NoLosses, string.Join("; ", faults));
                    }

                    tell(faults[0].Detail);
                    await Task.Delay(AskAgainAfter, time, cancellationToken);
                    break;
            }
        }
    }

    public Any Message(EmissionsVersion version, DutyId duty, string answer) =>
        ReputerMessages.Losses(version, duty.Topic, duty.Nonce, LossText.Read(answer), key);

    public bool IsAdmitted(DutyId duty, TransactionResult result) => AlloraEvent.Read(result.Events)
        .OfType<AlloraEvent.LossesAdmitted>()
        .Any(of => (of.Topic, of.Nonce, of.Reputer) == (duty.Topic, duty.Nonce, key.Address));

    public Task<bool> IsOnChainAsync(DutyId duty, CancellationToken cancellationToken) =>
        allora.Reputers.HasLossesAsync(duty.Topic, duty.Nonce, key.Address, cancellationToken);

    /// <summary>What is held against the truth; asked for while the window is open.</summary>
    private async Task<(Topic?, NetworkInferences?, Computed.None?)> NetworkAsync(
        DutyId duty, Action<string> tell, CancellationToken closed, CancellationToken cancellationToken)
    {
        var isTold = false;
        while (true)
        {
            try
            {
                var topic = _topic ??= await allora.TopicAsync(duty.Topic, cancellationToken);
                if (topic is null)
                {
                    return (null, null, new Computed.None(Reason.NoInferences, $"topic {duty.Topic} is gone"));
                }

                if (await allora.Network.InferencesAsync(duty.Topic, duty.Nonce, cancellationToken) is { } found)
                {
                    return found.Values.Inferers.Count > 0
                        ? (topic, found, null)
                        : (topic, null, new Computed.None(Reason.NoInferences,
                            $"nobody's inference of block {duty.Nonce} counts"));
                }

                // The chain opens a window to reputers only where it has inferences: an endpoint that finds none lags,
                // and "not found" bears no height by which that would show.
                var none = $"the endpoints find no inferences of block {duty.Nonce}, though its window is open";
                if (closed.IsCancellationRequested)
                {
                    return (topic, null, new Computed.None(Reason.ChainUnreachable, none));
                }

                if (!isTold)
                {
                    tell(none);
                }

                isTold = true;
            }
            catch (ChainException fault) when (!closed.IsCancellationRequested)
            {
                tell(fault.Message);
            }

            await Task.Delay(AskAgainAfter, time, cancellationToken);
        }
    }
}
