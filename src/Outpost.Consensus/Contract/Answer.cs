using System.Text;
using System.Text.Json;
using Outpost.Consensus.Rounds;
using Outpost.Consensus.Snapshotters;

namespace Outpost.Consensus.Contract;

/// <summary>A status code and a JSON body, as the reference's clients know them.</summary>
internal readonly record struct Answer(int Status, ReadOnlyMemory<byte> Json)
{
    /// <summary>What the body is.</summary>
    public string ContentType { get; init; } = "application/json";

    /// <summary>For a refusal that ends by itself; null otherwise.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>True for a refusal of one who goes on calling all the same.</summary>
    public bool IsToFlood { get; init; }

    /// <summary>Refusals that a caller may overlook; more of them are no mistake of a clock or a pool.</summary>
    private const int MostBeyond = 100;

    public static readonly Answer Null = Of(200, "null"u8);

    public static readonly Answer IllegalInstance =
        Of(401, """{"error":{"details":"illegal peer/instance ID supplied"}}"""u8);

    public static readonly Answer IssueReported = Of(200, """{"message":"Reported Issue."}"""u8);

    public static readonly Answer NotSubmitted =
        Submission("NOTSUBMITTED", isDelayed: false, null) with { Status = 400 };

    private static readonly Answer[] WithoutCid =
    [
        Submission("ACCEPTED", isDelayed: false, null), Submission("ACCEPTED", isDelayed: true, null),
        Submission("INDETERMINATE", isDelayed: false, null), Submission("INDETERMINATE", isDelayed: true, null),
        Submission("NO_CONSENSUS", isDelayed: false, null),
    ];

    public static Answer Of(int status, ReadOnlySpan<byte> json) => new(status, json.ToArray());

    /// <summary>What a submission, or a question for one, comes to.</summary>
    /// <param name="verdict">Null while the round is open.</param>
    public static Answer OfRound(Verdict? verdict, bool isDelayed) => verdict switch
    {
        null => WithoutCid[isDelayed ? 1 : 0],
        Verdict.Finalized won => Submission("FINALIZED", isDelayed, won.Cid),
        _ => WithoutCid[isDelayed ? 3 : 2],
    };

    /// <summary>What a question for an epoch's state comes to.</summary>
    public static Answer OfEpoch(Verdict? verdict) =>
        verdict is Verdict.Finalized won ? Submission("CONSENSUS_ACHIEVED", false, won.Cid) : WithoutCid[4];

    /// <summary>A refusal in the form of the reference's errors.</summary>
    public static Answer Error(int status, string details, Action<Utf8JsonWriter>? data = null) => Write(status, json =>
    {
        json.WriteStartObject();
        json.WriteStartObject("error");
        json.WriteString("details", details);
        if (data is not null)
        {
            json.WriteStartObject("data");
            data(json);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    });

    public static Answer Message(int status, string message) => Write(status, json =>
    {
        json.WriteStartObject();
        json.WriteString("message", message);
        json.WriteEndObject();
    });

    public static Answer Invalid(Faults faults) => Write(422, faults.Write);

    public static Answer TooOften(RateRefusal refusal)
    {
        var seconds = Math.Max(1, (long)Math.Ceiling(refusal.RetryAfter.TotalSeconds));
        return Error(429, $"Rate limit exceeded: {refusal.Violated}. Call again in {seconds} s.", data =>
        {
            data.WriteString("rate_violated", refusal.Violated.ToString());
            data.WriteNumber("retry_after", seconds);
            data.WriteString("violating_domain", refusal.Limit.Text);
        }) with
        {
            RetryAfter = TimeSpan.FromSeconds(seconds),
            IsToFlood = refusal.Beyond > MostBeyond,
        };
    }

    public static Answer InternalError(string requestId) => Write(500, json =>
    {
        json.WriteStartObject();
        json.WriteStartObject("info");
        json.WriteBoolean("success", false);
        json.WriteString("response", "Internal Server Error");
        json.WriteEndObject();
        json.WriteString("request_id", requestId);
        json.WriteEndObject();
    });

    public static Answer Write(int status, Action<Utf8JsonWriter> write)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, JsonForm.Compact))
        {
            write(json);
        }

        return new Answer(status, buffer.WrittenMemory);
    }

    private static Answer Submission(string status, bool isDelayed, string? cid) => new(200, Encoding.UTF8.GetBytes(
        $"{{\"status\":\"{status}\",\"delayedSubmission\":{(isDelayed ? "true" : "false")},"
        + $"\"finalizedSnapshotCID\":{(cid is null ? "null" : Quoted(cid))}}}"));

    private static string Quoted(string text) => $"\"{JsonEncodedText.Encode(text, JsonForm.Encoder)}\"";
}
