using System.Text.Json;
using Outpost.App.Settings;
using Outpost.Consensus.Service;
using Outpost.Consensus.Store;

namespace Outpost.App.Commands;

/// <summary>What 'outpost consensus' says when it listens.</summary>
internal static class ConsensusWords
{
    public static string Json(ConsensusConfiguration configuration, ConsensusHost host) => JsonSerializer.Serialize(new
    {
        address = AddressOf(host),
        store = ConsensusStore.NameOf(configuration.Options.Store),
        key = host.Key.ToString(),
    });

    public static IEnumerable<string> Lines(
        ConsensusConfiguration configuration, ConsensusHost host, bool simulatesHead)
    {
        var options = configuration.Options;
        var first = options.WindowStart == WindowStart.EpochRelease ? "the epoch's release" : "the first submission";
        yield return $"consensus at {AddressOf(host)} (the page is there too), from {configuration.File}";
        yield return $"  store    {ConsensusStore.NameOf(options.Store)}";
        yield return $"  window   {DurationText.Format(options.Window)} from {first}";
        yield return $"  agreed   {options.Criteria.Percentage} % or more, "
            + $"{Votes(options.Criteria.MinSnapshotterCount)} at least";
        yield return $"  signs    {host.Key}";
        foreach (var settings in configuration.Streams)
        {
            var last = host.Epochs.Last(settings.Stream)?.Epoch.ToString() ?? "none yet";
            yield return $"  epochs   chain {settings.Stream.ChainId}, {settings.Stream.Size} blocks, "
                + $"{settings.Stream.HeadOffset} behind the head; last: {last}";
            if (settings.Endpoints.Count == 0 && !simulatesHead)
            {
                yield return "           no endpoint is named, so none is released here: write \"endpoints\", or try "
                    + "--simulate-head";
            }
        }

        if (!host.HasSnapshotters)
        {
            yield return "  nobody may vote yet: 'outpost snapshotter add --sample-metadata' shows how to add somebody";
        }

        yield return "Ctrl-C stops it; what is open goes on with the next start.";
    }

    private static string Votes(int count) => count == 1 ? "1 vote" : $"{count} votes";

    private static string AddressOf(ConsensusHost host) => host.Address.ToString().TrimEnd('/');
}
