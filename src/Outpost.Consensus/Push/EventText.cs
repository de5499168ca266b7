using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Outpost.Consensus.Contract;
using Outpost.Consensus.Epochs;
using Outpost.Consensus.Rounds;
using Outpost.Consensus.Store;

namespace Outpost.Consensus.Push;

/// <summary>Writes changes as server-sent events (HTML Standard, 9.2): a number, a name, and JSON.</summary>
/// <remarks>
/// A vote is told with the number that its CID has in its round, not with the CID: else whoever listens could copy the
/// leading one without computing anything.
/// </remarks>
internal sealed class EventText(Names names)
{
    /// <summary>Appends the event of a change.</summary>
    /// <returns>False when there is none, or it is about another project.</returns>
    public bool Write(long id, Change change, string? project, ArrayBufferWriter<byte> text) => change switch
    {
        Change.EpochReleased released => Event(text, id, "epochReleased", json =>
        {
            Epoch(json, released.Stream, released.Epoch.Epoch);
            Time(json, "releasedAt", released.Epoch.ReleasedAt);
            json.WriteString("lastBlockHash", released.Epoch.LastBlockHash);
            json.WriteNumber("releases", released.Epoch.Releases);
        }),
        Change.EpochInvalidated invalidated => Event(text, id, "epochInvalidated", json =>
        {
            Epoch(json, invalidated.Stream, invalidated.Epoch);
            Time(json, "invalidatedAt", invalidated.At);
        }),
        Change.RoundOpened opened => Round(text, id, "roundOpened", opened.Key, project, json =>
        {
            Time(json, "openedAt", opened.At);
            Time(json, "closesAt", opened.ClosesAt);
            json.WriteNumber("eligible", opened.Roster.Count);
        }),
        Change.Voted vote => Round(text, id, "vote", vote.Key, project, json =>
        {
            json.WriteString("snapshotter", names.SnapshotterOf(vote.Snapshotter));
            json.WriteNumber("choice", vote.Choice);
            Time(json, "at", vote.At);
            json.WriteString("standing", JsonNamingPolicy.CamelCase.ConvertName(vote.Standing.ToString()));
        }),
        Change.Equivocated again => Round(text, id, "equivocation", again.Key, project, json =>
        {
            json.WriteString("snapshotter", names.SnapshotterOf(again.Snapshotter));
            json.WriteNumber("choice", again.Choice);
            Time(json, "at", again.At);
        }),
        Change.Decided { Decision.Verdict: Verdict.Finalized finalized } decided => Round(
            text, id, "finalized", decided.Key, project, json =>
            {
                json.WriteString("cid", finalized.Cid);
                Time(json, "at", decided.Decision.At);
            }),
        Change.Decided { Decision.Verdict: Verdict.Indeterminate indeterminate } decided => Round(
            text, id, "indeterminate", decided.Key, project, json =>
            {
                json.WriteString("why", JsonNamingPolicy.CamelCase.ConvertName(indeterminate.Why.ToString()));
                Time(json, "at", decided.Decision.At);
            }),
        _ => false,
    };

    /// <summary>That what the reader asked for is gone: it has to look at everything anew.</summary>
    public static void Reset(long newest, ArrayBufferWriter<byte> text) =>
        Event(text, newest, "reset", json => json.WriteNumber("newest", newest));

    /// <summary>Tells a number without an event, so that a reader who hears nothing can come back with it.</summary>
    public static void Begin(long newest, int retryMs, ArrayBufferWriter<byte> text) =>
        Line(text, string.Create(CultureInfo.InvariantCulture, $"retry: {retryMs}\nid: {newest}\n\n"));

    /// <summary>A comment, which shows both ends that the other is there.</summary>
    public static void Heartbeat(ArrayBufferWriter<byte> text) => Line(text, ":\n\n");

    private bool Round(
        ArrayBufferWriter<byte> text, long id, string name, RoundKey key, string? project, Action<Utf8JsonWriter> rest)
    {
        if (names.ProjectOf(key.Project) is not { } known || (project is not null && known.Name != project))
        {
            return false;
        }

        return Event(text, id, name, json =>
        {
            json.WriteString("project", known.Name);
            Epoch(json, known.Stream, new Epoch(key.EpochEnd - known.Stream.Size + 1, key.EpochEnd));
            rest(json);
        });
    }

    private static bool Event(ArrayBufferWriter<byte> text, long id, string name, Action<Utf8JsonWriter> members)
    {
        Line(text, string.Create(CultureInfo.InvariantCulture, $"id: {id}\nevent: {name}\ndata: "));
        using (var json = new Utf8JsonWriter(text, JsonForm.Compact))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }

        Line(text, "\n\n");
        return true;
    }

    private static void Epoch(Utf8JsonWriter json, EpochStream stream, Epoch epoch)
    {
        json.WriteNumber("chainId", stream.ChainId);
        json.WriteStartObject("epoch");
        json.WriteNumber("begin", epoch.Begin);
        json.WriteNumber("end", epoch.End);
        json.WriteEndObject();
    }

    private static void Time(Utf8JsonWriter json, string name, DateTimeOffset at) =>
        json.WriteNumber(name, at.ToUnixTimeMilliseconds());

    private static void Line(ArrayBufferWriter<byte> text, string line) => Encoding.UTF8.GetBytes(line, text);
}
