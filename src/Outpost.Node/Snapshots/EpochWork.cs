using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Outpost.Chains;
using Outpost.Node.Duties;
using Outpost.Sdk.Snapshots;

namespace Outpost.Node.Snapshots;

/// <summary>
/// Serves the epochs that the store has open, the newest first: computes all projects, keeps their bytes, and tells the
/// consensus service. Aggregates follow when no epoch waits for its snapshots, the oldest first, since they are made of
/// what came before; an epoch that has failed is not waited for. What fails is tried again, with pauses that grow.
/// </summary>
internal sealed partial class EpochWork(
    SnapshotOptions options, ISourceChain chain, ConsensusClient? consensus, SnapshotStore store, TimeProvider time,
    ILogger logger)
{
    // What a processor throws may have come from an endpoint that lied, or from its own code.
    private const int MostTries = 5;

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(60);

    // A processor that never ends must not keep the next epoch waiting for ever.
    private static readonly TimeSpan LongestComputation = TimeSpan.FromMinutes(5);

    private readonly Dictionary<Epoch, Failure> _failed = [];
    private readonly MetadataBook _metadata = store.Metadata();
    private readonly HashSet<string> _aggregates =
        options.Aggregates.Select(project => project.Id).ToHashSet(StringComparer.Ordinal);

    // Epochs whose snapshots are served, and whose aggregates are not.
    private readonly HashSet<Epoch> _toAggregate = [];

    /// <summary>Takes the newest open epoch, computes it and tells the service, again and again.</summary>
    /// <param name="news">Tells that there are more.</param>
    public async Task RunAsync(ChannelReader<Epoch> news, CancellationToken stop)
    {
        while (true)
        {
            var open = store.OpenEpochs(options.MaxBackfill);
            var now = time.GetUtcNow();
            var due = open.Where(epoch => !(_failed.TryGetValue(epoch, out var failed) && failed.NotBefore > now));
            if (Next([.. due]) is not { } next)
            {
                await NewsAsync(news, open.Count > 0, stop);
                continue;
            }

            try
            {
                await (_toAggregate.Contains(next) ? AggregateAsync(next, stop) : ServeAsync(next, stop));
            }
            catch (Exception problem) when (problem is ChainException or ConsensusCallException)
            {
                PutOff(next, problem.Message);
            }
            catch (OperationCanceledException) when (!stop.IsCancellationRequested)
            {
                PutOff(next, $"its processors did not end within {LongestComputation.TotalMinutes} minutes");
            }
        }
    }

    /// <summary>Newest first, as the store has them.</summary>
    private Epoch? Next(IReadOnlyList<Epoch> due) =>
        due.Count == 0 ? null
        : due.Where(epoch => !_toAggregate.Contains(epoch)).Select(epoch => (Epoch?)epoch).FirstOrDefault() ?? due[^1];

    /// <summary>Until there are more epochs, or one that failed may be due again.</summary>
    private async Task NewsAsync(ChannelReader<Epoch> news, bool isSomethingOpen, CancellationToken stop)
    {
        if (!isSomethingOpen)
        {
            await news.ReadAsync(stop);
            return;
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop);
        await Task.WhenAny(Task.Delay(FirstPause, time, either.Token), news.ReadAsync(either.Token).AsTask());
        await either.CancelAsync();
        stop.ThrowIfCancellationRequested();
    }

    /// <summary>Serves one epoch, as far as it goes now.</summary>
    internal async Task ServeAsync(Epoch epoch, CancellationToken stop)
    {
        var began = time.GetTimestamp();
        var wanted = Wanted(epoch);
        if (wanted.Count > 0)
        {
            using var limit = new CancellationTokenSource(LongestComputation, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, limit.Token);
            var computed = await EpochComputation.RunAsync(chain, epoch, wanted, _metadata, either.Token);
            Keep(computed);
        }

        var isLast = _aggregates.Count == 0;
        if (await TellAsync(epoch, began, areAggregates: false, isLast, stop) && !isLast)
        {
            _toAggregate.Add(epoch);
        }
    }

    private async Task AggregateAsync(Epoch epoch, CancellationToken stop)
    {
        var began = time.GetTimestamp();
        var wanted = store.Entries(epoch)
            .Where(entry => Tries(epoch) == 0 || entry.State is SnapshotState.Opened)
            .Select(entry => entry.ProjectId).ToHashSet(StringComparer.Ordinal);
        using var limit = new CancellationTokenSource(LongestComputation, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, limit.Token);
        await new AggregateComputation(chain, options.Scale, store, _metadata).RunAsync(
            epoch, [.. options.Aggregates.Where(project => wanted.Contains(project.Id))], either.Token);
        if (await TellAsync(epoch, began, areAggregates: true, isLast: true, stop))
        {
            _toAggregate.Remove(epoch);
        }
    }

    /// <summary>Votes for what is computed, and gives up what has failed too often.</summary>
    /// <param name="isLast">The epoch is done with this.</param>
    /// <returns>False: something failed and is tried again.</returns>
    private async Task<bool> TellAsync(
        Epoch epoch, long began, bool areAggregates, bool isLast, CancellationToken stop)
    {
        var kind = areAggregates ? "aggregates" : "snapshots";
        var entries = store.Entries(epoch)
            .Where(entry => _aggregates.Contains(entry.ProjectId) == areAggregates).ToList();
        var ends = await VoteAsync(
            epoch, [.. entries.Where(entry => entry is { State: SnapshotState.Computed, Cid: not null })], stop);
        var failed = entries.Where(entry => entry.State is SnapshotState.Opened).ToList();
        if (failed.Count > 0 && Tries(epoch) < MostTries - 1)
        {
            store.Advance(ends);
            Served(epoch, ends.Count, kind, time.GetElapsedTime(began).TotalMilliseconds);
            PutOff(epoch, $"{failed.Count} projects failed, the first is {failed[0].ProjectId}: {failed[0].Detail}");
            return false;
        }

        var missed = failed.ConvertAll(entry => entry with
        {
            State = SnapshotState.Missed,
            Reason = Reason.ProcessorFailed.Code,
        });
        store.Advance([.. ends, .. missed], done: isLast ? epoch : null);
        _failed.Remove(epoch);
        Served(epoch, ends.Count, kind, time.GetElapsedTime(began).TotalMilliseconds);
        if (missed.Count > 0)
        {
            Missed(epoch, missed.Count, missed[0].ProjectId, missed[0].Detail);
        }

        await ReportAsync(epoch, missed, stop);
        return true;
    }

    /// <summary>What becomes of snapshots when the service is told of them, or where there is none.</summary>
    private async Task<IReadOnlyList<SnapshotEntry>> VoteAsync(
        Epoch epoch, IReadOnlyList<SnapshotEntry> computed, CancellationToken stop)
    {
        if (consensus is null)
        {
            return
            [
                .. computed.Select(entry =>
                    entry with { State = SnapshotState.Finalized, FinalizedCid = entry.Cid }),
            ];
        }

        var answers = await consensus.SubmitAsync(
            [.. computed.Select(entry => new SnapshotVote(entry.ProjectId, epoch, entry.Cid!))], stop);
        return [.. computed.Zip(answers, VerdictWatch.EntryAfter)];
    }

    private int Tries(Epoch epoch) => _failed.TryGetValue(epoch, out var failed) ? failed.Tries : 0;

    private void PutOff(Epoch epoch, string problem)
    {
        var pause = _failed.TryGetValue(epoch, out var before) ? Longer(before.Pause) : FirstPause;
        _failed[epoch] = new Failure(Tries(epoch) + 1, time.GetUtcNow() + pause, pause);
        Failed(epoch, problem);
    }

    /// <summary>All projects where the epoch is new or its blocks are others now, else those that failed.</summary>
    private List<SnapshotProject> Wanted(Epoch epoch)
    {
        var isFresh = store.HashOf(epoch.End) is null;
        var open = store.Entries(epoch).Where(entry => isFresh || entry.State is SnapshotState.Opened)
            .Select(entry => entry.ProjectId).ToHashSet(StringComparer.Ordinal);
        return [.. options.Projects.Where(project => open.Contains(project.Id))];
    }

    private void Keep(ComputedEpoch computed)
    {
        store.RecordComputed(computed, _metadata);

        // What the epoch is built on is where the one before ended, or the chain has left that one.
        if (store.HashOf(computed.Epoch.Begin - 1) is { } before && before != computed.ParentHash
            && store.EndingAt(computed.Epoch.Begin - 1) is { } left)
        {
            store.Reopen(left);
            _toAggregate.Remove(left);
            Left(left);
        }
    }

    private async Task ReportAsync(Epoch epoch, IReadOnlyList<SnapshotEntry> missed, CancellationToken stop)
    {
        foreach (var entry in consensus is null ? [] : missed)
        {
            try
            {
                await consensus!.ReportAsync("MEDIUM", "MISSED_SNAPSHOT", entry.ProjectId, [epoch.End], stop);
            }
            catch (ConsensusCallException problem)
            {
                NotReported(problem.Message);
                return;
            }
        }
    }

    [LoggerMessage(LogLevel.Information, "Epoch {Epoch}: {Told} {Kind} in {Milliseconds:0} ms")]
    private partial void Served(Epoch epoch, int told, string kind, double milliseconds);

    [LoggerMessage(LogLevel.Error,
        "Epoch {Epoch}: {Count} projects missed, processor-failed; the first is {ProjectId}: {Detail}")]
    private partial void Missed(Epoch epoch, int count, string projectId, string detail);

    [LoggerMessage(LogLevel.Warning, "Epoch {Epoch} is tried again: {Problem}")]
    private partial void Failed(Epoch epoch, string problem);

    [LoggerMessage(LogLevel.Warning,
        "The chain has left blocks of epoch {Epoch}: it is computed again; votes that are out stand.")]
    private partial void Left(Epoch epoch);

    [LoggerMessage(LogLevel.Warning, "What was missed is not reported: {Problem}")]
    private partial void NotReported(string problem);

    private static TimeSpan Longer(TimeSpan pause) => pause * 2 < LongestPause ? pause * 2 : LongestPause;

    private sealed record Failure(int Tries, DateTimeOffset NotBefore, TimeSpan Pause);
}
