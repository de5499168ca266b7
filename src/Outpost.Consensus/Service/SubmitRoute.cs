using Microsoft.AspNetCore.Http;
using Outpost.Consensus.Contract;
using Outpost.Consensus.Snapshotters;
using Outpost.Consensus.Store;

namespace Outpost.Consensus.Service;

/// <summary>POST /submitSnapshot: a vote, answered when it is on disk.</summary>
internal sealed class SubmitRoute(
    CallDesk desk, ProjectIndex projects, EpochGate gate, ConsensusOptions options, RoundWriter writer)
{
    /// <summary>A submission that was read, as far as could be said of it without waiting.</summary>
    /// <param name="Refusal">Set when it is refused.</param>
    /// <param name="ProjectName">Set when its project has to be looked for in the store.</param>
    internal readonly record struct Draft(
        Answer? Refusal, Member? Caller = null, Submission? Submission = null, string? ProjectName = null,
        Epochs.Epoch Epoch = default, string? Cid = null, SignedVote? Signed = null);

    public async Task<Answer> AnswerAsync(HttpContext http)
    {
        var read = await RequestBody.ReadAsync(http, Limits.BodyBytes, Read);
        var draft = await CompleteAsync(read, http.RequestAborted);
        if (draft.Refusal is { } refusal)
        {
            return refusal;
        }

        await writer.WriteAsync(new WriterTask.Submit([draft.Submission!]));
        return AnswerTo(draft.Submission!, draft.Caller!.Snapshotter);
    }

    /// <summary>What came of a submission that was written.</summary>
    public Answer AnswerTo(Submission submission, Snapshotter caller) =>
        submission.IsOutsider ? NotRegistered(caller, submission.Project.Name)
        : submission.IsPruned ? RefusalOf(gate.Pruned(submission.Project.Stream, submission.Key.EpochEnd))
        : Answer.OfRound(submission.Verdict, submission.IsDelayed);

    /// <summary>Reads a submission of either kind of identity.</summary>
    public Draft Read(HttpContext http, in RequestFields fields)
    {
        if (fields.IsSigned)
        {
            return ReadSigned(http, fields);
        }

        var (caller, refusal) = desk.Admit(http, fields);
        return refusal is { } refused ? new Draft(refused) : Read(fields, caller);
    }

    private Draft Read(in RequestFields fields, Member? caller)
    {
        var faults = new Faults();
        faults.Caller(fields, isKnown: caller is not null);
        faults.ProjectId(fields.ProjectId, Limits.ProjectIdBytes);
        faults.Epoch(fields.Epoch, "body", "epoch");
        faults.Cid(fields.SnapshotCid, Limits.CidBytes);
        if (!faults.IsEmpty || caller is null)
        {
            return new Draft(Answer.Invalid(faults));
        }

        var cid = fields.SnapshotCid.ToString();
        return projects.Find(fields.ProjectId) is { } project
            ? Submit(caller, project, fields.Epoch.Value, cid, null)
            : new Draft(null, caller, null, fields.ProjectId.ToString(), fields.Epoch.Value, cid);
    }

    /// <summary>Looks for the project in the store, should it not be known here.</summary>
    public async ValueTask<Draft> CompleteAsync(Draft draft, CancellationToken cancellationToken)
    {
        if (draft.ProjectName is not { } name)
        {
            return draft;
        }

        return await projects.FindAsync(name, cancellationToken) is { } project
            ? Submit(draft.Caller!, project, draft.Epoch, draft.Cid!, draft.Signed)
            : new Draft(NotRegistered(draft.Caller!.Snapshotter, name));
    }

    private Draft Read(HttpContext http, ReadOnlySpan<byte> json)
    {
        var fields = RequestFields.Read(json, out var syntax);
        return syntax is null ? Read(http, fields) : new Draft(desk.Admit(http, fields).Refusal ?? syntax);
    }

    private Draft ReadSigned(HttpContext http, in RequestFields fields)
    {
        var (caller, vote, refusal) = desk.AdmitSigned(http, fields);
        if (vote is null)
        {
            return new Draft(refusal!);
        }

        // The signature names the epoch by its end; its begin may stand beside it, or follows from the stream.
        var request = vote.Request;
        var end = (long)request.EpochId;
        var begin = fields.Epoch.IsGiven
            ? fields.Epoch.Begin.Height
            : end - projects.StreamOf(request.ProjectId, options).Size + 1;
        return new Draft(
            null, caller, null, request.ProjectId, new Epochs.Epoch(begin, end), request.SnapshotCid, vote);
    }

    private Draft Submit(Member caller, Project project, Epochs.Epoch epoch, string cid, SignedVote? signed)
    {
        var (released, refusal) = gate.Admit(project.Stream, epoch);
        return released is null
            ? new Draft(RefusalOf(refusal!))
            : new Draft(null, caller,
                new Submission(project, caller.Snapshotter.Id, epoch.End, released.ReleasedAt, cid)
                {
                    Signed = signed,
                });
    }

    private static Answer NotRegistered(Snapshotter snapshotter, string project) => Answer.Error(403,
        $"{snapshotter.Alias} is not registered for the project {project}; POST /registerProjectPeer first");

    private static Answer RefusalOf(EpochRefusal refusal) => Answer.Error(400, refusal.Details, data =>
    {
        data.WriteString("reason", refusal.Reason);
        if (refusal.Last is { } last)
        {
            data.WriteStartObject("lastReleased");
            data.WriteNumber("begin", last.Begin);
            data.WriteNumber("end", last.End);
            data.WriteEndObject();
        }
    });
}
