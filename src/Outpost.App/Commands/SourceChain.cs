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
        .GroupBy(one => one.Stream.ChainId)
        .Select(chain => FollowAsync([.. chain], ledger, surroundings, loggers, cancellationToken));

    private static async Task FollowAsync(
        StreamSettings[] streams, IEpochLedger ledger, CommandSurroundings surroundings, ILoggerFactory loggers,
        CancellationToken cancellationToken)
    {
        var options = new EvmOptions
        {
            Endpoints =
            [
                .. streams.SelectMany(one => one.Endpoints).Distinct().Select(url => new EvmEndpointOptions(url)),
            ],
            ChainId = streams[0].Stream.ChainId,
            AttemptTimeout = streams.Max(one => one.RequestTimeout),
        };
        await using var client = new EvmClient(
            options, surroundings.ChainNetwork, surroundings.Time, surroundings.Random, loggers);
        var heads = new HeadFollower(client, new HeadOptions(), loggers);
        var starts = streams.Select(one => new EpochStart(one.Stream, one.BeginBlock)).ToArray();
        await new EpochReleaser(ledger, starts, client, heads, surroundings.Time, loggers).RunAsync(cancellationToken);
    }
}
