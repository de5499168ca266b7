using System.Collections.Concurrent;
using Outpost.Consensus.Rounds;
using Outpost.Consensus.Store;

namespace Outpost.EndToEnd.Consensus;

/// <summary>What the service acknowledged, and which verdicts it told, as its callers saw it.</summary>
internal sealed class VoteLedger
{
    private readonly ConcurrentDictionary<(string Project, long Epoch, int Snapshotter), string> _acknowledged = [];
    private readonly ConcurrentDictionary<(string Project, long Epoch), string> _finalized = [];

    internal int Acknowledged => _acknowledged.Count;

    internal int Finalized => _finalized.Count;

    internal ConcurrentQueue<string> Faults { get; } = [];

    /// <summary>A vote was answered with success.</summary>
    internal void Acknowledge(string project, long epoch, int snapshotter, string cid, string? finalized)
    {
        _acknowledged[(project, epoch, snapshotter)] = cid;
        if (finalized is not null && _finalized.GetOrAdd((project, epoch), finalized) is var before
            && before != finalized)
        {
            Faults.Enqueue($"{project} {epoch}: told to be finalized as {before}, then as {finalized}");
        }
    }

    /// <summary>Holds the store against what was said.</summary>
    internal async Task CompareAsync(IStoreReader store, CancellationToken cancellationToken)
    {
        foreach (var round in _acknowledged.GroupBy(vote => (vote.Key.Project, vote.Key.Epoch)))
        {
            var project = await store.ProjectAsync(round.Key.Project, cancellationToken)
                ?? throw new InvalidOperationException($"{round.Key.Project} was lost.");
            var key = new RoundKey(project.Id, round.Key.Epoch);
            var stored = await store.VotesAsync(key, cancellationToken);
            foreach (var (vote, cid) in round)
            {
                var first = stored.Where(one => one.Standing is not null && one.Alias == $"snapshotter{vote.Snapshotter + 1}");
                if (first.SingleOrDefault()?.Cid != cid)
                {
                    Faults.Enqueue($"{vote.Project} {vote.Epoch}: the vote of {vote.Snapshotter} was acknowledged and is lost");
                }
            }

            if (_finalized.TryGetValue(round.Key, out var told)
                && (await store.RoundAsync(key, cancellationToken))?.Decision?.Verdict is var verdict
                && (verdict as Verdict.Finalized)?.Cid != told)
            {
                Faults.Enqueue($"{round.Key}: told to be finalized as {told}, stored as {verdict}");
            }
        }
    }
}
