using Outpost.Consensus.Epochs;
using Outpost.Consensus.Store;

namespace Outpost.Consensus.Service;

/// <summary>The released epochs: the newest of each stream in memory, all of them in the store.</summary>
internal sealed class EpochLedger : IEpochLedger, IDisposable
{
    private readonly Dictionary<EpochStream, ReleasedEpoch[]> _newest;
    private readonly SemaphoreSlim _change = new(1);
    private readonly ConsensusOptions _options;
    private readonly RoundWriter _writer;
    private readonly SteadyClock _clock;

    public EpochLedger(ConsensusOptions options, RoundWriter writer, SteadyClock clock)
    {
        _options = options;
        _writer = writer;
        _clock = clock;
        _newest = options.Streams.ToDictionary(stream => stream, _ => Array.Empty<ReleasedEpoch>());
    }

    public IReadOnlyList<EpochStream> Streams => _options.Streams;

    public async Task LoadAsync(IStoreReader reader, CancellationToken cancellationToken)
    {
        await _change.WaitAsync(cancellationToken);
        try
        {
            foreach (var stream in Streams)
            {
                var newest = await reader.EpochsAsync(stream, _options.HistoryLength, cancellationToken);
                Set(stream, [.. newest.Reverse()]);
            }
        }
        finally
        {
            _change.Release();
        }
    }

    public ReleasedEpoch? Last(EpochStream stream) => Ascending(stream).LastOrDefault();

    public IReadOnlyList<ReleasedEpoch> Newest(EpochStream stream, int count) =>
        [.. Ascending(stream).TakeLast(count).Reverse()];

    /// <summary>The epoch with this last block, if it is among the newest.</summary>
    public ReleasedEpoch? Find(EpochStream stream, long end)
    {
        var epochs = Ascending(stream);
        var at = PlaceOf(epochs, end);
        return at < epochs.Length && epochs[at].Epoch.End == end ? epochs[at] : null;
    }

    /// <summary>The newest epochs in ascending order.</summary>
    public ReleasedEpoch[] Ascending(EpochStream stream)
    {
        lock (_newest)
        {
            return _newest.TryGetValue(stream, out var epochs)
                ? epochs
                : throw new ArgumentException($"There is no stream {stream} in this service.", nameof(stream));
        }
    }

    public async Task<ReleasedEpoch> ReleaseAsync(
        EpochStream stream, Epoch epoch, string? lastBlockHash, CancellationToken cancellationToken)
    {
        await _change.WaitAsync(cancellationToken);
        try
        {
            var last = Last(stream);
            var known = Find(stream, epoch.End);
            if (known is { InvalidatedAt: not null } && known.Epoch == epoch)
            {
                var anew = new ReleasedEpoch(epoch, _clock.Now, lastBlockHash) { Releases = known.Releases + 1 };
                await _writer.WriteAsync(new WriterTask.Release(stream, anew));
                Replace(stream, anew);
                return anew;
            }

            if (last?.Epoch == epoch)
            {
                return last;
            }

            if (epoch.Size != stream.Size || epoch.Begin < 0 || epoch.Begin <= (last?.Epoch.End ?? -1))
            {
                throw new ArgumentException(
                    $"Epoch {epoch} does not follow {last?.Epoch.ToString() ?? "nothing"} in the stream {stream}.",
                    nameof(epoch));
            }

            var released = new ReleasedEpoch(epoch, _clock.Now, lastBlockHash);
            await _writer.WriteAsync(new WriterTask.Release(stream, released));
            Set(stream, [.. Ascending(stream).TakeLast(_options.HistoryLength - 1), released]);
            return released;
        }
        finally
        {
            _change.Release();
        }
    }

    public async Task<bool> InvalidateAsync(EpochStream stream, Epoch epoch, CancellationToken cancellationToken)
    {
        await _change.WaitAsync(cancellationToken);
        try
        {
            if (Find(stream, epoch.End) is not { InvalidatedAt: null } known || known.Epoch != epoch)
            {
                return false;
            }

            var now = _clock.Now;
            await _writer.WriteAsync(new WriterTask.Invalidate(stream, epoch, now));
            Replace(stream, known with { InvalidatedAt = now });
            return true;
        }
        finally
        {
            _change.Release();
        }
    }

    public void Dispose() => _change.Dispose();

    /// <summary>Where an epoch with this end stands, or would.</summary>
    private static int PlaceOf(ReleasedEpoch[] epochs, long end)
    {
        var (low, high) = (0, epochs.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = epochs[middle].Epoch.End < end ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    private void Replace(EpochStream stream, ReleasedEpoch epoch) =>
        Set(stream, [.. Ascending(stream).Select(one => one.Epoch == epoch.Epoch ? epoch : one)]);

    private void Set(EpochStream stream, ReleasedEpoch[] epochs)
    {
        lock (_newest)
        {
            _newest[stream] = epochs;
        }
    }
}
