using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Outpost.Consensus.Epochs;
using Outpost.Consensus.Proofs;
using Outpost.Consensus.Rounds;
using Outpost.Consensus.Store;

namespace Outpost.Consensus.Service;

/// <summary>
/// Leaves a signed record of every verdict, soon after it. What is not recorded yet stands in the store, so none is
/// forgotten when the service stops; while there is much to do, it leaves most of the time to votes.
/// </summary>
internal sealed partial class RecordKeeper(
    ProofLedger proofs, IStoreReader store, EpochLedger epochs, RoundWriter writer, TimeProvider time,
    ILogger<RecordKeeper> log)
{
    /// <summary>Records in one transaction.</summary>
    private const int MostAtOnce = 64;

    /// <summary>After a pass, this many times as long as it took is left to others.</summary>
    private const int RestFactor = 4;

    /// <summary>Without a verdict in this process, for what another one left; and after a fault.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private readonly Channel<bool> _decided = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>True when the last look found more verdicts without a record than one pass makes.</summary>
    public bool IsBehind { get; private set; }

    /// <summary>Looks through what was written for verdicts.</summary>
    public void Hear(IReadOnlyList<Change> changes)
    {
        if (changes.Any(change => change is Change.Decided))
        {
            _decided.Writer.TryWrite(true);
        }
    }

    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                var began = time.GetTimestamp();
                if (await RecordSomeAsync(stop) == 0)
                {
                    await DecidedAsync(stop);
                }
                else
                {
                    await Task.Delay(time.GetElapsedTime(began) * RestFactor, time, stop);
                }
            }
            catch (ConsensusException fault)
            {
                Failed(fault.Message);
                await Task.Delay(Pause, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private async Task<int> RecordSomeAsync(CancellationToken stop)
    {
        var rounds = await proofs.UnrecordedAsync(MostAtOnce, stop);
        IsBehind = rounds.Count == MostAtOnce;
        if (rounds.Count == 0)
        {
            return 0;
        }

        var projects = (await store.ProjectsAsync(stop)).ToDictionary(project => project.Id);
        var drafts = new Dictionary<int, SeriesDraft>();
        var records = new List<Change.Recorded>();
        foreach (var round in rounds)
        {
            if (!drafts.TryGetValue(round.Project, out var series))
            {
                drafts.Add(round.Project, series = await proofs.DraftAsync(round.Project, stop));
            }

            var project = projects[round.Project];
            if (await proofs.RecordAsync(project, EpochOf(project, round), series, stop) is { } record)
            {
                records.Add(record);
            }
        }

        await writer.WriteAsync(new WriterTask.Record(records));
        return records.Count;
    }

    private ReleasedEpoch EpochOf(Project project, RoundKey round) =>
        epochs.Find(project.Stream, round.EpochEnd) ?? new ReleasedEpoch(
            new Epoch(round.EpochEnd - project.Stream.Size + 1, round.EpochEnd), DateTimeOffset.UnixEpoch, null);

    private async Task DecidedAsync(CancellationToken stop)
    {
        try
        {
            await _decided.Reader.WaitToReadAsync(stop).AsTask().WaitAsync(Pause, time, stop);
            _decided.Reader.TryRead(out _);
        }
        catch (TimeoutException)
        {
            // Another service on this store may have decided something.
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Verdicts could not be recorded; they are tried again: {Reason}")]
    private partial void Failed(string reason);
}
