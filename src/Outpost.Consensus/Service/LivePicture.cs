using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Outpost.Consensus.Contract;
using Outpost.Consensus.Epochs;
using Outpost.Consensus.Proofs;
using Outpost.Consensus.Rounds;
using Outpost.Consensus.Snapshotters;
using Outpost.Consensus.Store;

namespace Outpost.Consensus.Service;

/// <summary>
/// GET /live: the newest rounds and epochs in one answer, as the page shows them. Made anew at most once a second,
/// however many ask.
/// </summary>
internal sealed class LivePicture(
    CallDesk desk, IStoreReader store, EpochLedger epochs, SnapshotterDirectory directory, ProofLedger proofs,
    SteadyClock clock) : IDisposable
{
    private const int MostEpochs = 12;
    private const int EpochsWithRounds = 3;
    private const int MostProjects = 60;
    private const int MostVotes = 100;
    private const int MostSnapshotters = 200;

    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);
    private static readonly JsonSerializerOptions Names =
        new(JsonSerializerDefaults.Web) { Encoder = JsonForm.Encoder };

    private readonly SemaphoreSlim _making = new(1);
    private (DateTimeOffset At, Answer Answer) _last = (DateTimeOffset.MinValue, Answer.Null);

    private sealed record EpochShown(
        long Begin, long End, long ReleasedAt, int Releases, long? InvalidatedAt, int Finalized, int Projects);

    private sealed record VoteShown(string Snapshotter, int Choice, long At, string? Standing);

    /// <param name="Cids">The CIDs by the numbers of the choices; null while the round is open.</param>
    private sealed record RoundShown(
        string Project, long ChainId, EpochBlocks Epoch, long OpenedAt, long ClosesAt, long? DecidedAt, string? Cid,
        string? Why, int Eligible, int Counted, int Voters, int MinSnapshotterCount, int Percentage,
        IReadOnlyList<VoteShown> Votes, IReadOnlyList<VoteShown> Equivocations, IReadOnlyList<string> Missing,
        int MissingCount, IReadOnlyList<string>? Cids);

    public async Task<Answer> AnswerAsync(HttpContext http)
    {
        if (desk.Admit(http) is { } refusal)
        {
            return refusal;
        }

        await _making.WaitAsync(http.RequestAborted);
        try
        {
            if (clock.Now - _last.At >= Fresh)
            {
                _last = (clock.Now, await MakeAsync(http.RequestAborted));
            }

            return _last.Answer;
        }
        finally
        {
            _making.Release();
        }
    }

    public void Dispose() => _making.Dispose();

    private async Task<Answer> MakeAsync(CancellationToken stop)
    {
        var projects = await store.ProjectsAsync(stop);
        var shown = projects.Take(MostProjects).ToList();
        var rounds = new List<RoundShown>();
        var streams = new List<object>();
        foreach (var stream in epochs.Streams)
        {
            var newest = epochs.Newest(stream, MostEpochs);
            var mine = shown.Where(project => project.Stream == stream).ToList();
            foreach (var epoch in newest.Take(EpochsWithRounds))
            {
                foreach (var project in mine)
                {
                    if (await RoundAsync(project, epoch.Epoch, stop) is { } round)
                    {
                        rounds.Add(round);
                    }
                }
            }

            var told = await ShownAsync(stream, newest, stop);
            streams.Add(new { stream.ChainId, stream.Size, stream.HeadOffset, Epochs = told });
        }

        rounds =
        [
            .. rounds.OrderBy(round => round.DecidedAt is null ? 0 : 1).ThenByDescending(round => round.Epoch.End),
        ];
        var live = new
        {
            Now = clock.Now.ToUnixTimeMilliseconds(),
            Key = proofs.Key.ToString(),
            Projects = projects.Count,
            ShownProjects = shown.Count,
            Streams = streams,
            Rounds = rounds,
            Snapshotters = Sums(rounds),
        };
        return new Answer(200, JsonSerializer.SerializeToUtf8Bytes(live, Names));
    }

    private async Task<IReadOnlyList<EpochShown>> ShownAsync(
        EpochStream stream, IReadOnlyList<ReleasedEpoch> newest, CancellationToken stop)
    {
        var shown = new List<EpochShown>();
        foreach (var epoch in newest)
        {
            var (finalized, projects) = await store.ProgressAsync(stream, epoch.Epoch.End, stop);
            shown.Add(new EpochShown(
                epoch.Epoch.Begin, epoch.Epoch.End, Ms(epoch.ReleasedAt), epoch.Releases,
                epoch.InvalidatedAt is { } at ? Ms(at) : null, finalized, projects));
        }

        return shown;
    }

    private async Task<RoundShown?> RoundAsync(Project project, Epoch epoch, CancellationToken stop)
    {
        var key = new RoundKey(project.Id, epoch.End);
        if (await store.RoundAsync(key, stop) is not { } round)
        {
            return null;
        }

        var all = await store.VotesAsync(key, stop);
        var firsts = all.Where(vote => vote.Standing is not null).ToList();

        // In the order in which they were first named, which is that of the numbers in pushed events.
        var cids = all.OrderBy(vote => vote.At).Select(vote => vote.Cid).Distinct(StringComparer.Ordinal).ToList();
        var voted = firsts.Select(vote => vote.Alias).ToHashSet(StringComparer.Ordinal);
        var missing = (await store.RegisteredAsync(project.Id, stop)).Where(alias => !voted.Contains(alias)).ToList();
        VoteShown Shown(StoredVote vote) => new(
            vote.Alias, cids.IndexOf(vote.Cid), Ms(vote.At), vote.Standing is { } standing ? Text(standing) : null);
        return new RoundShown(
            project.Name, project.Stream.ChainId, new EpochBlocks(epoch.Begin, epoch.End), Ms(round.OpenedAt),
            Ms(round.ClosesAt), round.Decision is { } decision ? Ms(decision.At) : null,
            (round.Decision?.Verdict as Verdict.Finalized)?.Cid,
            round.Decision?.Verdict is Verdict.Indeterminate no ? Text(no.Why) : null,
            round.Eligible, firsts.Count(vote => vote.Standing == Standing.Counted), firsts.Count,
            round.Criteria.MinSnapshotterCount, round.Criteria.Percentage,
            [.. firsts.Take(MostVotes).Select(Shown)],
            [.. all.Where(vote => vote.Standing is null).Take(MostVotes).Select(Shown)],
            [.. missing.Take(MostVotes)], missing.Count, round.Decision is null ? null : cids);
    }

    private IEnumerable<object> Sums(List<RoundShown> rounds)
    {
        var votes = rounds.SelectMany(round => round.Votes).ToLookup(vote => vote.Snapshotter, StringComparer.Ordinal);
        var again = rounds.SelectMany(round => round.Equivocations)
            .ToLookup(vote => vote.Snapshotter, StringComparer.Ordinal);
        var missed = rounds.Where(round => round.DecidedAt is not null).SelectMany(round => round.Missing)
            .ToLookup(alias => alias, StringComparer.Ordinal);
        return directory.All.Select(member => member.Snapshotter)
            .OrderBy(snapshotter => snapshotter.Alias, StringComparer.Ordinal)
            .Take(MostSnapshotters)
            .Select(snapshotter => new
            {
                snapshotter.Alias,
                snapshotter.IsActive,
                Counted = votes[snapshotter.Alias].Count(vote => vote.Standing == Text(Standing.Counted)),
                Late = votes[snapshotter.Alias].Count(vote => vote.Standing == Text(Standing.Late)),
                Missed = missed[snapshotter.Alias].Count(),
                Equivocations = again[snapshotter.Alias].Count(),
            });
    }

    private static string Text<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    private static long Ms(DateTimeOffset at) => at.ToUnixTimeMilliseconds();
}
