using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Outpost.Chains;
using Outpost.Chains.Evm;
using Outpost.Node.Reading;
using Outpost.Node.Snapshots;
using Outpost.Sdk.Snapshots;

namespace Outpost.Node;

/// <summary>
/// One snapshotter: sees epochs released, computes all of its projects, votes, and follows each vote to its verdict.
/// What is to be done stands in the store before it is done, so that a crash loses nothing.
/// </summary>
public sealed partial class SnapshotHost
{
    // An epoch that cannot be read is tried again after this; the pause doubles up to the longest.
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(60);

    private readonly SnapshotOptions _options;
    private readonly NodeSurroundings _around;
    private readonly ILogger<SnapshotHost> _logger;

    public SnapshotHost(SnapshotOptions options, NodeSurroundings surroundings)
    {
        _options = options;
        _around = surroundings;
        _logger = surroundings.Loggers.CreateLogger<SnapshotHost>();
    }

    /// <summary>
    /// Runs until cancelled. Throws only what no waiting can mend: a store that cannot be used, or a fault in Outpost.
    /// </summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var store = SnapshotStore.Open(_options.StorePath, _around.Time);
        await using var client = new EvmClient(
            _options.Chain, _around.ChainNetwork, _around.Time, _around.Random, _around.Loggers);
        using var consensus = _options.Consensus is { } options
            ? new ConsensusClient(options, _around.ModelNetwork, _around.Time)
            : null;
        await using var api = _options.Listen is { } listen
            ? await ReadApi.StartAsync(
                listen, new ReadRoutes(store, _options.Scale, _options.ProjectIds), _around.Loggers, cancellationToken)
            : null;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            await ConnectAsync(client, stop.Token);
            if (consensus is not null)
            {
                await RegisterAsync(consensus, stop.Token);
            }

            Started(_options.ProjectIds.Count, client.ChainId);
            IEpochSource source = consensus is null
                ? new OwnEpochs(client, _options.Cut, _around.Loggers)
                : new ReleasedEpochs(consensus, _options.Consensus!.PollInterval, _around.Time, _logger);
            var news = Channel.CreateBounded<Epoch>(
                new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
            List<Task> loops =
            [
                FollowAsync(source, store, news.Writer, stop.Token),
                new EpochWork(_options, new LiveChain(client), consensus, store, _around.Time, _logger)
                    .RunAsync(news.Reader, stop.Token),
            ];
            if (consensus is not null)
            {
                loops.Add(new VerdictWatch(consensus, _options.Consensus!, store, _around.Time, _logger)
                    .RunAsync(stop.Token));
            }

            await Task.WhenAny(loops);
            await stop.CancelAsync();
            await Task.WhenAll(loops);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            Stopped();
        }
    }

    private async Task ConnectAsync(EvmClient client, CancellationToken stop)
    {
        for (var pause = FirstPause; ; pause = Longer(pause))
        {
            try
            {
                await client.ConnectAsync(stop);
                return;
            }
            catch (ChainException problem)
            {
                Waiting(problem.Message);
            }

            await Task.Delay(pause, _around.Time, stop);
        }
    }

    private async Task RegisterAsync(ConsensusClient consensus, CancellationToken stop)
    {
        for (var pause = FirstPause; ; pause = Longer(pause))
        {
            try
            {
                foreach (var projectId in _options.ProjectIds)
                {
                    await consensus.RegisterAsync(projectId, stop);
                }

                return;
            }
            catch (ConsensusCallException problem)
            {
                Waiting(problem.Message);
            }

            await Task.Delay(pause, _around.Time, stop);
        }
    }

    /// <summary>Writes epochs down as they are released, and those between the last one and them.</summary>
    private async Task FollowAsync(
        IEpochSource source, SnapshotStore store, ChannelWriter<Epoch> news, CancellationToken stop)
    {
        await foreach (var newest in source.NewestAsync(stop))
        {
            var epochs = Between(store.Newest(), newest);
            store.Open(epochs, _options.ProjectIds);
            if (epochs.Count > 1)
            {
                CatchingUp(epochs.Count - 1, newest);
            }

            news.TryWrite(newest);
        }
    }

    /// <summary>The newest epoch and those since the last one that was seen, as many as are still wanted.</summary>
    private List<Epoch> Between(Epoch? last, Epoch newest)
    {
        List<Epoch> epochs = [newest];
        while (last is { } seen && epochs[^1].Begin - 1 > seen.End && epochs.Count <= _options.MaxBackfill
            && epochs[^1].Begin - newest.Size >= 0)
        {
            epochs.Add(new Epoch(epochs[^1].Begin - newest.Size, epochs[^1].Begin - 1));
        }

        return epochs;
    }

    private static TimeSpan Longer(TimeSpan pause) => pause * 2 < LongestPause ? pause * 2 : LongestPause;

    [LoggerMessage(LogLevel.Information, "Snapshotting {Count} projects of chain {ChainId}")]
    private partial void Started(int count, long chainId);

    [LoggerMessage(LogLevel.Information, "Stopped; what is computed is kept, and the next start goes on from there")]
    private partial void Stopped();

    [LoggerMessage(LogLevel.Warning, "Waiting: {Problem}")]
    private partial void Waiting(string problem);

    [LoggerMessage(LogLevel.Information, "Catching up: {Count} epochs before {Newest}, newest first")]
    private partial void CatchingUp(int count, Epoch newest);
}
