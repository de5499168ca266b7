using Outpost.Consensus;
using Outpost.Consensus.Epochs;

namespace Outpost.Tests.Epochs;

/// <summary>An epoch ledger in memory with the rules of the durable one; can fail as a full disk does.</summary>
internal sealed class MemoryLedger(params EpochStream[] streams) : IEpochLedger
{
    private readonly Dictionary<EpochStream, List<ReleasedEpoch>> _epochs = streams.ToDictionary(one => one, _ => new List<ReleasedEpoch>());

    public IReadOnlyList<EpochStream> Streams => streams;

    /// <summary>How many writes from now on fail.</summary>
    public int Failures { get; set; }

    public ReleasedEpoch? Last(EpochStream stream) => _epochs[stream].LastOrDefault();

    public IReadOnlyList<ReleasedEpoch> Newest(EpochStream stream, int count) =>
        [.. Enumerable.Reverse(_epochs[stream]).Take(count)];

    public Task<ReleasedEpoch> ReleaseAsync(
        EpochStream stream, Epoch epoch, string? lastBlockHash, CancellationToken cancellationToken)
    {
        Fail();
        var again = _epochs[stream].FindIndex(one => one.Epoch == epoch && one.InvalidatedAt is not null);
        if (again >= 0)
        {
            var anew = new ReleasedEpoch(epoch, default, lastBlockHash) { Releases = _epochs[stream][again].Releases + 1 };
            _epochs[stream][again] = anew;
            return Task.FromResult(anew);
        }

        if (epoch.Size != stream.Size || Last(stream)?.Epoch.End >= epoch.Begin)
        {
            throw new ArgumentException($"{epoch} does not fit {stream}.", nameof(epoch));
        }

        var released = new ReleasedEpoch(epoch, default, lastBlockHash);
        _epochs[stream].Add(released);
        return Task.FromResult(released);
    }

    public Task<bool> InvalidateAsync(EpochStream stream, Epoch epoch, CancellationToken cancellationToken)
    {
        Fail();
        var at = _epochs[stream].FindIndex(one => one.Epoch == epoch && one.InvalidatedAt is null);
        if (at >= 0)
        {
            _epochs[stream][at] = _epochs[stream][at] with { InvalidatedAt = DateTimeOffset.UnixEpoch };
        }

        return Task.FromResult(at >= 0);
    }

    private void Fail()
    {
        if (Failures > 0)
        {
            Failures--;
            throw new ConsensusException("The disk is full.") { IsTransient = true };
        }
    }
}
