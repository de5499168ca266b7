using Microsoft.Extensions.Logging;
using Outpost.App.Settings;
using Outpost.Chains.Evm;
using Outpost.Consensus.Epochs;

namespace Outpost.App.Commands;

/// <summary>One source chain that the consensus service follows, with all streams of its epochs.</summary>
internal static class SourceChain
{
    /// <summary>Releases the epochs of all streams that name endpoints, a chain in one task, until cancelled.</summary>
    public static IEnumerable<Task> FollowAll(
        IReadOnlyList<StreamSettings> streams, IEpochLedger ledger, CommandSurroundings surroundings,
        ILoggerFactory loggers, CancellationToken cancellationToken) => streams
        .Where(one => one.Endpoints.Count > 0)
        .GroupBy(one => (one.Stream.ChainId, one.Head))
        .Select(chain => FollowAsync([.. chain], ledger, surroundings, loggers, cancellationToken));

    private static IEnumerable<EvmEndpointOptions> Endpoints(StreamSettings stream) => stream.Endpoints.Index()
        .Select(one => new EvmEndpointOptions(one.Item)
        {
            Socket = stream.Sockets.ElementAtOrDefault(one.Index),
            Limit = stream.RateLimit,
        });

    private static async Task FollowAsync(
        StreamSettings[] streams, IEpochLedger ledger, CommandSurroundings surroundings, ILoggerFactory loggers,
        CancellationToken cancellationToken)
    {
        var options = new EvmOptions
        {
            Endpoints = [.. streams.SelectMany(Endpoints).DistinctBy(one => one.Url)],
            ChainId = streams[0].Stream.ChainId,
            AttemptTimeout = streams.Max(one => one.RequestTimeout),
        };
        await using var client = new EvmClient(
            options, surroundings.ChainNetwork, surroundings.Time, surroundings.Random, loggers);
        var heads = new HeadFollower(client, new HeadOptions { Tag = streams[0].Head }, loggers);
        var starts = streams.Select(one => new EpochStart(one.Stream, one.BeginBlock)).ToArray();
        await new EpochReleaser(ledger, starts, client, heads, surroundings.Time, loggers).RunAsync(cancellationToken);
    }
}
