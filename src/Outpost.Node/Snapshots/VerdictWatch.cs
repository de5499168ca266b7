using Microsoft.Extensions.Logging;
using Outpost.Node.Duties;

namespace Outpost.Node.Snapshots;

/// <summary>Follows votes to the verdicts of their rounds.</summary>
internal sealed partial class VerdictWatch(
    ConsensusClient consensus, ConsensusAccess options, SnapshotStore store, TimeProvider time, ILogger logger)
{
    private const int MostAtOnce = 10_000;

    private readonly Dictionary<SnapshotVote, long> _since = [];

    /// <summary>What an answer of the service makes of an entry.</summary>
    public static SnapshotEntry EntryAfter(SnapshotEntry entry, VoteAnswer answer) => answer switch
    {
        VoteAnswer.Finalized { Cid: var cid } when cid == entry.Cid =>
            entry with { State = SnapshotState.Finalized, FinalizedCid = cid },
        VoteAnswer.Finalized { Cid: var cid } =>
            entry with { State = SnapshotState.Outvoted, FinalizedCid = cid, Reason = Reason.Outvoted.Code },
        VoteAnswer.Indeterminate =>
            entry with { State = SnapshotState.Indeterminate, Reason = Reason.NoAgreement.Code },
        VoteAnswer.Refused { Detail: var detail } =>
            entry with { State = SnapshotState.Missed, Reason = Reason.VoteRefused.Code, Detail = detail },
        _ => entry with { State = SnapshotState.Submitted },
    };

    public async Task RunAsync(CancellationToken stop)
    {
        while (true)
        {
            await Task.Delay(options.ConfirmInterval, time, stop);
            var waiting = store.Waiting(MostAtOnce);
            if (waiting.Count == 0)
            {
                continue;
            }

            try
            {
                var answers = await consensus.ConfirmAsync(waiting, stop);
                var ended = waiting.Zip(answers, Judge).OfType<SnapshotEntry>().ToList();
                store.Advance(ended);
                foreach (var entry in ended.Where(entry => entry.State is not SnapshotState.Finalized))
                {
                    NotFinalized(entry.ProjectId, entry.Epoch, entry.Reason ?? "", entry.Cid, entry.FinalizedCid);
                }
            }
            catch (ConsensusCallException problem)
            {
                NotAsked(problem.Message);
            }
        }
    }

    /// <summary>Null: the round goes on.</summary>
    private SnapshotEntry? Judge(SnapshotVote vote, VoteAnswer answer)
    {
        _since.TryAdd(vote, time.GetTimestamp());
        var isOpen = answer is VoteAnswer.Accepted;
        if (isOpen && time.GetElapsedTime(_since[vote]) <= options.ConfirmPatience)
        {
            return null;
        }

        _since.Remove(vote);
        var entry = new SnapshotEntry(vote.ProjectId, vote.Epoch, SnapshotState.Submitted, vote.Cid, null, null, "");
        return EntryAfter(entry, isOpen ? new VoteAnswer.Indeterminate() : answer);
    }

    [LoggerMessage(LogLevel.Warning, "It is not known what became of votes: {Problem}")]
    private partial void NotAsked(string problem);

    [LoggerMessage(LogLevel.Warning,
        "{ProjectId}, epoch {Epoch}: {Reason}; own snapshot {Cid}, finalized {FinalizedCid}")]
    private partial void NotFinalized(
        string projectId, Sdk.Snapshots.Epoch epoch, string reason, string? cid, string? finalizedCid);
}
