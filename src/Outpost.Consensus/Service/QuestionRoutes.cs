using Microsoft.AspNetCore.Http;
using Outpost.Consensus.Contract;
using Outpost.Consensus.Rounds;
using Outpost.Consensus.Snapshotters;
using Outpost.Consensus.Store;

namespace Outpost.Consensus.Service;

/// <summary>
/// What a round comes to: POST /checkForSnapshotConfirmation and POST /epochStatus. They change nothing.
/// </summary>
internal sealed class QuestionRoutes(CallDesk desk, ProjectIndex projects, IStoreReader store, SteadyClock clock)
{
    private sealed record Question(Member Caller, string Project, IReadOnlyList<long> Ends, bool IsBulk);

    /// <summary>For one who has submitted: the round's verdict, or that there is none yet.</summary>
    public async Task<Answer> ConfirmAsync(HttpContext http)
    {
        var (question, refusal) = await RequestBody.ReadAsync(
            http, Limits.BodyBytes, (call, json) => Read(call, json, isConfirmation: true));
        if (question is null)
        {
            return refusal!.Value;
        }

        var stop = http.RequestAborted;
        if (await projects.FindAsync(question.Project, stop) is not { } project)
        {
            return Answer.NotSubmitted;
        }

        var key = new RoundKey(project.Id, question.Ends[0]);
        // Who voted is forgotten with the votes; by then nobody can copy anything.
        return await store.RoundAsync(key, stop) is { } round
            && (round.IsPruned || await store.HasVotedAsync(key, question.Caller.Snapshotter.Id, stop))
                ? Answer.OfRound(round.Decision?.Verdict, isDelayed: clock.Now > round.ClosesAt)
                : Answer.NotSubmitted;
    }

    /// <summary>For anybody who is known: whether one epoch, or each of many, has a CID.</summary>
    public async Task<Answer> StateAsync(HttpContext http)
    {
        var (question, refusal) = await RequestBody.ReadAsync(
            http, Limits.BodyBytes, (call, json) => Read(call, json, isConfirmation: false));
        if (question is null)
        {
            return refusal!.Value;
        }

        var stop = http.RequestAborted;
        var project = await projects.FindAsync(question.Project, stop);
        var states = new List<Answer>(question.Ends.Count);
        foreach (var end in question.Ends)
        {
            var round = project is null ? null : await store.RoundAsync(new RoundKey(project.Id, end), stop);
            states.Add(Answer.OfEpoch(round?.Decision?.Verdict));
        }

        return !question.IsBulk ? states[0] : Answer.Write(200, json =>
        {
            json.WriteStartObject();
            for (var i = 0; i < states.Count; i++)
            {
                json.WritePropertyName(question.Ends[i].ToString(System.Globalization.CultureInfo.InvariantCulture));
                json.WriteRawValue(states[i].Json.Span, skipInputValidation: true);
            }

            json.WriteEndObject();
        });
    }

    private (Question? Question, Answer? Refusal) Read(HttpContext http, ReadOnlySpan<byte> json, bool isConfirmation)
    {
        var fields = RequestFields.Read(json, out var syntax);
        var (caller, refusal) = desk.Admit(http, fields);
        if ((refusal ?? syntax) is { } refused)
        {
            return (null, refused);
        }

        var isBulk = !isConfirmation && fields.Epochs is not null;
        var faults = new Faults();
        faults.Caller(fields, isKnown: caller is not null);
        faults.ProjectId(fields.ProjectId, Limits.ProjectIdBytes);
        if (isBulk)
        {
            faults.Epochs(fields);
        }
        else
        {
            faults.Epoch(fields.Epoch, "body", "epoch");
        }

        if (isConfirmation)
        {
            faults.Cid(fields.SnapshotCid, Limits.CidBytes);
        }

        return faults.IsEmpty
            ? (new Question(caller!, fields.ProjectId.ToString(), EndsOf(fields, isBulk), isBulk), null)
            : (null, Answer.Invalid(faults));
    }

    private static IReadOnlyList<long> EndsOf(in RequestFields fields, bool isBulk) => isBulk
        ? [.. fields.Epochs!.Select(epoch => epoch.End.Height).Distinct()]
        : [fields.Epoch.End.Height];
}
