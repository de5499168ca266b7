using Microsoft.AspNetCore.Http;
using Outpost.Consensus.Contract;
using Outpost.Consensus.Snapshotters;
using Outpost.Consensus.Store;

namespace Outpost.Consensus.Service;

/// <summary>POST /submitSnapshot: a vote, answered when it is on disk.</summary>
internal sealed class SubmitRoute(
    CallDesk desk, ProjectIndex projects, EpochGate gate, ConsensusOptions options, RoundWriter writer)
{
    public async Task<Answer> AnswerAsync(HttpContext http)
    {
        var body = await RequestBody.ReadAsync(http, Limits.BodyBytes);
        Draft draft;
        try
        {
            draft = Read(http, body.Bytes);
        }
        finally
        {
            body.Release();
        }

        if (draft.Refusal is { } refusal)
        {
            return refusal;
        }

        var submission = draft.Submission;
        if (submission is null)
        {
            var project = await projects.FindAsync(draft.ProjectName!, http.RequestAborted);
            if (project is null)
            {
                return NotRegistered(draft.Caller!.Snapshotter, draft.ProjectName!);
            }

            (submission, var refused) = Submit(draft.Caller!, project, draft.Epoch, draft.Cid!);
            if (refused is { } answer)
            {
                return answer;
            }

            submission!.Signed = draft.Signed;
        }

        await writer.WriteAsync(new WriterTask.Submit([submission!]));
        return AnswerTo(submission!, draft.Caller!.Snapshotter);
    }

    /// <summary>What came of a submission that was written.</summary>
    public static Answer AnswerTo(Submission submission, Snapshotter caller) => submission.IsOutsider
        ? NotRegistered(caller, submission.Project.Name)
        : Answer.OfRound(submission.Verdict, submission.IsDelayed);

    /// <summary>A request that was read, with whatever could be said without waiting.</summary>
    internal readonly record struct Draft(
        Answer? Refusal, Member? Caller = null, Submission? Submission = null, string? ProjectName = null,
        Epochs.Epoch Epoch = default, string? Cid = null, SignedVote? Signed = null);

    internal Draft Read(in RequestFields fields, Member? caller)
    {
        var faults = FaultsOf(fields, caller);
        if (!faults.IsEmpty || caller is null)
        {
            return new Draft(Answer.Invalid(faults));
        }

        var cid = fields.SnapshotCid.ToString();
        if (projects.Find(fields.ProjectId) is not { } project)
        {
            return new Draft(null, caller, null, fields.ProjectId.ToString(), fields.Epoch.Value, cid);
        }

        var (submission, refusal) = Submit(caller, project, fields.Epoch.Value, cid);
        return new Draft(refusal, caller, submission);
    }

    internal (Submission? Submission, Answer? Refusal) Submit(
        Member caller, Project project, Epochs.Epoch epoch, string cid)
    {
        var (released, refusal) = gate.Admit(project.Stream, epoch);
        return released is null
            ? (null, RefusalOf(refusal!))
            : (new Submission(project, caller.Snapshotter.Id, epoch.End, released.ReleasedAt, cid), null);
    }

    internal static Answer NotRegistered(Snapshotter snapshotter, string project) => Answer.Error(403,
        $"{snapshotter.Alias} is not registered for the project {project}; POST /registerProjectPeer first");

    private Draft Read(HttpContext http, ReadOnlySpan<byte> json)
    {
        var fields = RequestFields.Read(json, out var syntax);
        if (syntax is null && fields.IsSigned)
        {
            return ReadSigned(http, fields);
        }

        var (caller, refusal) = desk.Admit(http, fields.InstanceId);
        return (refusal ?? syntax) is { } refused ? new Draft(refused) : Read(fields, caller);
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

    private static Faults FaultsOf(in RequestFields fields, Member? caller)
    {
        var faults = new Faults();
        faults.Caller(fields, isKnown: caller is not null);
        faults.ProjectId(fields.ProjectId, Limits.ProjectIdBytes);
        faults.Epoch(fields.Epoch, "body", "epoch");
        faults.Cid(fields.SnapshotCid, Limits.CidBytes);
        return faults;
    }
}
