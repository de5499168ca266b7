using System.Text.Json;
using Outpost.Consensus.Rounds;
using Outpost.Consensus.Store;

namespace Outpost.Consensus.Service;

/// <summary>
/// One row of submissionStatus: the reference's four fields, and what a reader needs to see who copied, who was wrong
/// and who voted twice.
/// </summary>
internal static class SubmissionForm
{
    public static void Write(Utf8JsonWriter json, StoredVote vote, StoredRound round, IEnumerable<StoredVote> again)
    {
        json.WriteStartObject();
        json.WriteString("snapshotterName", vote.Alias);
        json.WriteString("snapshotCID", vote.Cid);
        json.WriteNumber("submittedTS", vote.At.ToUnixTimeSeconds());
        json.WriteString("submissionStatus", vote.At > round.ClosesAt ? "DELAYED" : "WITHIN_SCHEDULE");
        json.WriteString("standing", vote.Standing switch
        {
            Standing.Counted => "COUNTED",
            Standing.AfterVerdict => "AFTER_VERDICT",
            Standing.Late => "LATE",
            _ => "NOT_ELIGIBLE",
        });
        if (round.Decision?.Verdict is Verdict.Finalized won)
        {
            json.WriteBoolean("isCorrect", vote.Cid == won.Cid);
        }

        json.WriteStartArray("equivocations");
        foreach (var other in again)
        {
            json.WriteStringValue(other.Cid);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
