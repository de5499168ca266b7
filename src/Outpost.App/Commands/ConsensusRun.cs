using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Outpost.App.Settings;
using Outpost.Consensus;
using Outpost.Consensus.Epochs;
using Outpost.Consensus.Service;

namespace Outpost.App.Commands;

/// <summary>One run of a consensus service, alone or beside a node: takes votes and releases epochs.</summary>
internal sealed class ConsensusRun(
    ConsensusConfiguration configuration, CommandSurroundings surroundings, ILoggerFactory loggers)
{
    /// <summary>True when no chain is followed: a block comes each block time.</summary>
    public bool SimulatesHead { get; init; }

    /// <summary>Runs until cancelled, and then ends in good order.</summary>
    /// <param name="announce">Called once, when it listens.</param>
    /// <exception cref="ConsensusException">The store or the address cannot be used.</exception>
    public async Task RunAsync(Action<ConsensusHost> announce, CancellationToken cancellationToken)
    {
        // The writer's thread waits for the disk most of the time; requests go on meanwhile.
        ThreadPool.GetMinThreads(out var workers, out var completions);
        ThreadPool.SetMinThreads(Math.Max(workers, Environment.ProcessorCount + 2), completions);
        try
        {
            await using var host = await StartAsync(cancellationToken);
            announce(host);
            await ReleaseAsync(host, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // It was told to stop, and has.
        }
    }

    private async Task<ConsensusHost> StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await ConsensusHost.StartAsync(
                configuration.Options, surroundings.Time, surroundings.Random, loggers, cancellationToken);
        }
        catch (Exception problem) when (problem is IOException or SocketException)
        {
            var key = configuration.IsReference ? "consensus_service.host and port" : "\"listen\"";
            throw new ConsensusException($"Listening on {configuration.Options.Listen}: "
                + $"{problem.Message.TrimEnd('.')}. Give another address: {key} in the configuration.", problem);
        }
    }

    private async Task ReleaseAsync(ConsensusHost host, CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task[] tasks =
        [
            host.Completion.WaitAsync(ending.Token),
            .. SimulatesHead
                ? configuration.Streams.Select(stream => ReleaseAsync(host.Epochs, stream, ending.Token))
                : SourceChain.FollowAll(configuration.Streams, host.Epochs, surroundings, loggers, ending.Token),
        ];
        try
        {
            await await Task.WhenAny(tasks);
        }
        finally
        {
            await ending.CancelAsync();
            await Task.WhenAll(tasks).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>A head that grows by itself, one block each block time.</summary>
    private async Task ReleaseAsync(IEpochLedger epochs, StreamSettings settings, CancellationToken cancellationToken)
    {
        var stream = settings.Stream;
        var begin = epochs.Last(stream) is { } last ? last.Epoch.End + 1 : Math.Max(settings.BeginBlock, 1);
        using var timer = new PeriodicTimer(settings.BlockTime * stream.Size, surroundings.Time);
        do
        {
            await epochs.ReleaseAsync(stream, new Epoch(begin, begin + stream.Size - 1), null, cancellationToken);
            begin += stream.Size;
        }
        while (await timer.WaitForNextTickAsync(cancellationToken));
    }
}
