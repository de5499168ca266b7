using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Outpost.Consensus.Contract;
using Outpost.Consensus.Epochs;
using Outpost.Consensus.Store;

namespace Outpost.Consensus.Service;

/// <summary>GET /currentEpoch and GET /epochDetails.</summary>
internal sealed class EpochRoutes(CallDesk desk, EpochLedger ledger, IStoreReader store, ConsensusOptions options)
{
    private static readonly Answer NoEpochYet = Answer.Message(404, "No epoch has been released yet.");

    /// <summary>The newest epoch: no identity and no limit, since every node asks for it again and again.</summary>
    public Task<Answer> CurrentAsync(HttpContext http)
    {
        if (StreamOf(http) is not { } stream)
        {
            return Task.FromResult(NoStream());
        }

        return Task.FromResult(ledger.Last(stream) is not { } last ? NoEpochYet : Answer.Write(200, json =>
        {
            json.WriteStartObject();
            json.WriteNumber("chainId", stream.ChainId);
            json.WriteNumber("epochStartBlockHeight", last.Epoch.Begin);
            json.WriteNumber("epochEndBlockHeight", last.Epoch.End);
            json.WriteEndObject();
        }));
    }

    /// <summary>How far the projects are with an epoch; without one, or with 0, with the newest.</summary>
    public async Task<Answer> DetailsAsync(HttpContext http)
    {
        if (desk.Admit(http) is { } refusal)
        {
            return refusal;
        }

        var faults = new Faults();
        var end = Query.Whole(http, "epoch", 0, 0, long.MaxValue, faults);
        if (!faults.IsEmpty)
        {
            return Answer.Invalid(faults);
        }

        if (StreamOf(http) is not { } stream)
        {
            return NoStream();
        }

        var epoch = end == 0 ? ledger.Last(stream) : ledger.Find(stream, end);
        if (epoch is null)
        {
            return end == 0 ? NoEpochYet : Answer.Message(404, $"No epoch in the history ends with {end}.");
        }

        var (finalized, projects) = await store.ProgressAsync(stream, epoch.Epoch.End, http.RequestAborted);
        return Answer.Write(200, json => Write(json, epoch, finalized, projects));
    }

    /// <summary>The stream that ?stream= names, by its chain or as it is written; without it the first one.</summary>
    private EpochStream? StreamOf(HttpContext http)
    {
        var name = http.Request.Query["stream"].ToString();
        return name.Length == 0 ? options.Streams[0]
            : options.Streams.FirstOrDefault(one => name == one.ToString())
            ?? options.Streams.FirstOrDefault(
                one => name == one.ChainId.ToString(CultureInfo.InvariantCulture));
    }

    private Answer NoStream() => Answer.Message(
        404, $"There is no such stream; there are {string.Join(", ", options.Streams)}.");

    private static void Write(Utf8JsonWriter json, ReleasedEpoch epoch, int finalized, int projects)
    {
        json.WriteStartObject();
        json.WriteNumber("epochEndHeight", epoch.Epoch.End);
        json.WriteNumber("releaseTime", epoch.ReleasedAt.ToUnixTimeSeconds());
        json.WriteString("status", finalized == projects ? "FINALIZED" : "IN_PROGRESS");
        json.WriteNumber("totalProjects", projects);
        json.WriteNumber("projectsFinalized", finalized);
        json.WriteString("lastBlockHash", epoch.LastBlockHash);
        json.WriteNumber("releases", epoch.Releases);
        json.WritePropertyName("invalidatedAt");
        if (epoch.InvalidatedAt is { } at)
        {
            json.WriteNumberValue(at.ToUnixTimeSeconds());
        }
        else
        {
            json.WriteNullValue();
        }

        json.WriteEndObject();
    }
}
