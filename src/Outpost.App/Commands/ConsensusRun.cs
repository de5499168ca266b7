using System.Text.Json;
using Microsoft.Extensions.Logging;
using Outpost.App.Settings;
using Outpost.Consensus.Epochs;
using Outpost.Consensus.Service;
using Outpost.Consensus.Store;

namespace Outpost.App.Commands;

/// <summary>One run of 'outpost consensus': says what is served, and releases epochs until it is stopped.</summary>
internal sealed class ConsensusRun(
    ConsensusConfiguration configuration, ConsensusHost host, bool simulatesHead, bool asJson,
    CommandSurroundings surroundings, ILoggerFactory loggers)
{
    private readonly TextWriter _out = surroundings.Out;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        Announce();
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task[] tasks =
        [
            host.Completion.WaitAsync(ending.Token),
            .. simulatesHead
                ? configuration.Streams.Select(stream => ReleaseAsync(stream, ending.Token))
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
    private async Task ReleaseAsync(StreamSettings settings, CancellationToken cancellationToken)
    {
        var stream = settings.Stream;
        var begin = host.Epochs.Last(stream) is { } last ? last.Epoch.End + 1 : Math.Max(settings.BeginBlock, 1);
        using var timer = new PeriodicTimer(settings.BlockTime * stream.Size, surroundings.Time);
        do
        {
            await host.Epochs.ReleaseAsync(stream, new Epoch(begin, begin + stream.Size - 1), null, cancellationToken);
            begin += stream.Size;
        }
        while (await timer.WaitForNextTickAsync(cancellationToken));
    }

    private void Announce()
    {
        var options = configuration.Options;
        var address = host.Address.ToString().TrimEnd('/');
        if (asJson)
        {
            _out.WriteLine(JsonSerializer.Serialize(new { address, store = ConsensusStore.NameOf(options.Store) }));
            _out.Flush();
            return;
        }

        foreach (var note in configuration.Notes.Where(note => note.Kind != NoteKind.Default))
        {
            surroundings.Error.WriteLine($"{configuration.File}: {note}");
        }

        _out.WriteLine($"""
            consensus at {address}, from {configuration.File}
              store    {ConsensusStore.NameOf(options.Store)}
              window   {DurationText.Format(options.Window)} from {Words(options.WindowStart)}
              agreed   {options.Criteria.Percentage} % or more, {options.Criteria.MinSnapshotterCount} votes at least
            """);
        foreach (var settings in configuration.Streams)
        {
            var last = host.Epochs.Last(settings.Stream)?.Epoch.ToString() ?? "none yet";
            _out.WriteLine($"  epochs   chain {settings.Stream.ChainId}, {settings.Stream.Size} blocks, "
                + $"{settings.Stream.HeadOffset} behind the head; last: {last}");
        }

        _out.WriteLine("Ctrl-C stops it; what is open goes on with the next start.");
        _out.Flush();
    }

    private static string Words(WindowStart start) =>
        start == WindowStart.EpochRelease ? "the epoch's release" : "the first submission";
}
