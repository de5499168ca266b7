using System.Text.Json.Nodes;
using Outpost.App.Settings;
using Outpost.Consensus.Service;
using Outpost.Consensus.Store;

namespace Outpost.App.Checks;

/// <summary>A consensus service's configuration in words, for a person to compare with what was meant.</summary>
internal static class ConsensusUnderstanding
{
    public static IEnumerable<(string Subject, string Text)> Of(ConsensusConfiguration consensus)
    {
        var options = consensus.Options;
        var first = options.WindowStart == WindowStart.EpochRelease ? "the epoch's release" : "the first submission";
        yield return ("consensus", $"listens on {options.Listen}, store {ConsensusStore.NameOf(options.Store)}");
        yield return ("consensus", $"{options.Criteria.Percentage} % or more agree, "
            + $"{options.Criteria.MinSnapshotterCount} voting at least, within {DurationText.Format(options.Window)} "
            + $"from {first}");
        foreach (var stream in consensus.Streams)
        {
            yield return ("consensus", $"chain {stream.Stream.ChainId}, epochs of {stream.Stream.Size} blocks, "
                + $"{stream.Stream.HeadOffset} behind the head, {Endpoints(stream)}");
        }
    }

    public static JsonNode Json(ConsensusConfiguration consensus) => new JsonObject
    {
        ["listen"] = consensus.Options.Listen.ToString(),
        ["store"] = ConsensusStore.NameOf(consensus.Options.Store),
        ["streams"] = new JsonArray([.. consensus.Streams.Select(stream => (JsonNode)new JsonObject
        {
            ["chainId"] = stream.Stream.ChainId,
            ["epochSize"] = stream.Stream.Size,
            ["headOffset"] = stream.Stream.HeadOffset,
            ["endpoints"] = new JsonArray([.. stream.Endpoints.Select(url => (JsonNode)Shown(url))]),
        })]),
    };

    /// <summary>Without a query, a password and a path, any of which may hold a provider's key.</summary>
    public static string Shown(Uri url) => url.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped);

    private static string Endpoints(StreamSettings stream) => stream.Endpoints.Count == 0
        ? "no endpoint: no epoch is released here"
        : string.Join(", ", stream.Endpoints.Select(Shown));
}
