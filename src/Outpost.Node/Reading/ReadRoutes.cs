using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Outpost.Node.Snapshots;
using Outpost.Sdk.Snapshots;

namespace Outpost.Node.Reading;

/// <summary>
/// What can be read of snapshots: the routes of Pooler's core API that say something of snapshots, and the series of
/// a project in one's own units. An epoch's id is its number in the stream.
/// </summary>
/// <param name="projectIds">All that is snapshotted and aggregated.</param>
internal sealed class ReadRoutes(SnapshotStore store, EpochScale scale, IReadOnlyList<string> projectIds)
{
    private readonly HashSet<string> _known = projectIds.ToHashSet(StringComparer.Ordinal);

    /// <summary>The answer to a GET.</summary>
    public ReadAnswer Answer(string path, IQueryCollection query)
    {
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (parts is ["health"])
        {
            return ReadAnswer.Of(new JsonObject { ["status"] = "OK" });
        }

        if (parts is ["projects"])
        {
            return ReadAnswer.Of(new JsonArray([.. projectIds.Select(id => (JsonNode)id)]));
        }

        if (parts is ["last_finalized_epoch" or "series", _] or ["data" or "cid", _, _] && !_known.Contains(parts[^1]))
        {
            return ReadAnswer.Problem(404, "there is no such project: /projects lists them");
        }

        if (store.Newest() is not { } newest)
        {
            return ReadAnswer.Problem(404, "no epoch was seen yet");
        }

        return parts switch
        {
            ["current_epoch"] => Of(newest),
            ["epoch", var id] => OfEpoch(id, newest, Of),
            ["last_finalized_epoch", var project] => store.Series.LastFinalized(project) is { } last
                ? Of(last)
                : ReadAnswer.Problem(404, "none of its epochs is finalized yet"),
            ["data", var id, var project] => OfEpoch(id, newest, epoch => Data(project, epoch)),
            ["cid", var id, var project] => OfEpoch(id, newest, epoch => CidOf(project, epoch)),
            ["series", var project] => Series(project, newest, query),
            _ => ReadAnswer.Problem(
                404, "there is: /health, /projects, /current_epoch, /epoch/ID, /last_finalized_epoch/PROJECT, "
                + "/data/ID/PROJECT, /cid/ID/PROJECT, /series/PROJECT"),
        };
    }

    private ReadAnswer OfEpoch(string id, Epoch newest, Func<Epoch, ReadAnswer> answer)
    {
        if (!long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            || number > scale.NumberOf(newest))
        {
            return ReadAnswer.Problem(404, $"there is no epoch {id} yet; the newest is {scale.NumberOf(newest)}");
        }

        return store.EndingAt(scale.EndOf(number, newest.Size)) is { } epoch
            ? answer(epoch)
            : ReadAnswer.Problem(404, $"epoch {id} was not seen here");
    }

    private ReadAnswer Of(Epoch epoch) => ReadAnswer.Of(new JsonObject
    {
        ["epochId"] = scale.NumberOf(epoch),
        ["begin"] = epoch.Begin,
        ["end"] = epoch.End,
        // As Pooler names them.
        ["epochEnd"] = epoch.End,
        ["blocknumber"] = epoch.End,
        ["timestamp"] = store.LastBlock(epoch)?.Timestamp,
    });

    private SeriesEntry? EntryOf(string project, Epoch epoch) =>
        store.Series.Entries(project, epoch.End - 1, epoch.End, 0, 1) is [var entry] ? entry : null;

    private ReadAnswer CidOf(string project, Epoch epoch) => EntryOf(project, epoch) switch
    {
        { Cid: { } cid } => ReadAnswer.Of(cid),
        var entry => Gap(entry),
    };

    private ReadAnswer Data(string project, Epoch epoch) => EntryOf(project, epoch) switch
    {
        { Cid: { } cid } => store.Bytes(cid) is { } bytes
            ? new ReadAnswer(200, ReadAnswer.JsonType, bytes)
            : ReadAnswer.Problem(404, $"the round was decided for {cid}, which this node did not compute"),
        var entry => Gap(entry),
    };

    private static ReadAnswer Gap(SeriesEntry? entry) => ReadAnswer.Problem(
        404, entry is null ? "the project was not served in that epoch"
            : $"there is no snapshot: {entry.Reason ?? entry.State.ToString().ToLowerInvariant()}");

    private ReadAnswer Series(string project, Epoch newest, IQueryCollection asked)
    {
        if (SeriesQuery.Read(asked, out var problem) is not { } query)
        {
            return ReadAnswer.Problem(400, problem);
        }

        var range = SeriesRange.Of(query, newest, scale, store);
        var points = SeriesPoints.Of(store.Series, project, query, range, scale);
        if (points.Problem is { } refusal)
        {
            return ReadAnswer.Problem(400, refusal);
        }

        // The next page is of the same range, also when there is a newer epoch by then.
        string? next = null;
        if (points.HasMore)
        {
            var values = asked.Where(one => one.Key is not ("page" or "from" or "to"))
                .ToDictionary(one => one.Key, string? (one) => one.Value[^1]);
            (values["from"], values["to"], values["page"]) = (Text(range.From), Text(range.To), Text(query.Page + 1));
            next = $"/series/{Uri.EscapeDataString(project)}{QueryString.Create(values)}";
        }

        return SeriesText.Of(project, query, points.All, next);
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
