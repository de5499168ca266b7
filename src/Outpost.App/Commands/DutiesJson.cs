using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Outpost.Node.Duties;
using Outpost.Node.Journal;

namespace Outpost.App.Commands;

/// <summary>Duties for programs: one JSON object a line.</summary>
internal static class DutiesJson
{
    private static readonly JsonSerializerOptions Options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static void WriteList(IReadOnlyList<DutyRecord> duties, DutyTally tally, TextWriter output)
    {
        foreach (var duty in duties)
        {
            output.WriteLine(Of(duty).ToJsonString(Options));
        }

        output.WriteLine(new JsonObject
        {
            ["sum"] = new JsonObject
            {
                ["duties"] = tally.Included + tally.Missed + tally.Open,
                ["included"] = tally.Included,
                ["missed"] = tally.Missed,
                ["open"] = tally.Open,
                ["missedBy"] = new JsonObject(tally.MissedBy.Select(
                    reason => KeyValuePair.Create(reason.ReasonCode, (JsonNode?)reason.Count))),
                ["hitRate"] = tally.HitRate,
            },
        }.ToJsonString(Options));
    }

    public static void WriteOne(
        DutyRecord duty, IReadOnlyList<AttemptRecord> attempts, IReadOnlyList<StoryEntry> story, TextWriter output)
    {
        var whole = Of(duty);
        whole["attempts"] = new JsonArray([.. attempts.Select(Of)]);
        whole["story"] = new JsonArray([.. story.Select(Of)]);
        output.WriteLine(whole.ToJsonString(Options));
    }

    private static JsonObject Of(DutyRecord record)
    {
        var (id, missed) = (record.Duty.Id, record.Outcome as Outcome.Missed);

        // Of what another process did, neither block nor transaction is known.
        var isElsewhere = record.Outcome is Outcome.Included { IsElsewhere: true };
        var included = isElsewhere ? null : record.Outcome as Outcome.Included;
        return new JsonObject
        {
            ["duty"] = id.ToString(),
            ["role"] = id.Role.ToString().ToLowerInvariant(),
            ["topic"] = id.Topic.Value,
            ["nonce"] = id.Nonce.Value,
            ["closesAt"] = record.Duty.ClosesAt.Value,
            ["opened"] = Time(record.OpenedAt),
            ["ended"] = Time(record.EndedAt),
            ["outcome"] = record.Outcome is Outcome.Included ? "included" : missed is not null ? "missed" : "open",
            ["answer"] = record.Value,
            ["elsewhere"] = isElsewhere ? true : null,
            ["block"] = included?.At.Value,
            ["hash"] = included?.Hash,
            ["margin"] = included is null ? null : Math.Round(record.Duty.Margin(included.At), 4),
            ["reason"] = missed?.Reason.Code,
            ["detail"] = missed?.Detail,
            ["fix"] = missed?.Reason.Fix,
        };
    }

    private static JsonObject Of(AttemptRecord known) => new()
    {
        ["hash"] = known.Attempt.Transaction.Hash,
        ["sequence"] = known.Attempt.Sequence,
        ["feeUallo"] = known.Attempt.FeeUallo.ToString(CultureInfo.InvariantCulture),
        ["gasLimit"] = known.Attempt.GasLimit,
        ["timeoutHeight"] = known.Attempt.TimeoutHeight.Value,
        ["signed"] = Time(known.SignedAt),
        ["sent"] = Time(known.SentAt),
        ["sends"] = known.Sends,
        ["endpoint"] = known.Endpoint,
        ["abandoned"] = Time(known.AbandonedAt),
    };

    private static JsonObject Of(StoryEntry entry) => new()
    {
        ["at"] = Time(entry.At),
        ["kind"] = DutiesStory.Name(entry.Kind),
        ["detail"] = entry.Detail,
        ["block"] = entry.Block?.Value,
        ["hash"] = entry.Hash,
        ["endpoint"] = entry.Endpoint,
    };

    private static string? Time(DateTimeOffset? at) =>
        at?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
