using FsCheck;
using FsCheck.Fluent;
using Outpost.Consensus;
using Outpost.Consensus.Epochs;
using Outpost.Consensus.Rounds;
using Outpost.Consensus.Service;
using Outpost.Consensus.Snapshotters;
using Outpost.Consensus.Store;
using Outpost.Tests.Node;
using Outpost.Tests.Rpc;

namespace Outpost.Tests.Consensus;

/// <summary>
/// The same rounds through the writer and its store, with restarts between any two votes, a machine's clock that is set
/// at any time, and commits that fail: the model of the rule says what has to be on disk in the end.
/// </summary>
public sealed class StorePropertyTests(ITestOutputHelper output)
{
    private const int Sequences = 300;
    private const int Voters = 10;
    private static readonly EpochStream Stream = new(1, 10, 2);
    private readonly ManualTime _passing = new();

    [Fact]
    public async Task Restarts_clocks_and_failed_commits_change_no_verdict()
    {
        var time = new ShiftedTime(_passing);
        var folder = Directory.CreateTempSubdirectory("consensus-property-").FullName;
        try
        {
            await using var store = await ConsensusStore.OpenAsync(Path.Combine(folder, "store.db"), ServiceWorld.Stop);
            for (var i = 0; i < Voters; i++)
            {
                await store.Registry.AddAsync(
                    new Snapshotter(0, $"s{i}") { InstanceHash = InstanceId.Hash([(byte)i]), RateLimit = "1/day" }, ServiceWorld.Stop);
            }

            var ids = (await store.Registry.ListAsync(ServiceWorld.Stop)).Select(one => one.Id).ToArray();
            var seed = new Random().Next();
            output.WriteLine($"seed {seed}");
            var chance = new Random(seed);
            await using var writer = new FailingWriter(store.Writer, chance);
            var (votes, restarts, clocks) = (0, 0, 0);
            foreach (var (number, play) in Plays.Any.Sample(30, new Rnd((ulong)seed), Sequences).Index())
            {
                var run = new Run(play, store.Reader, writer, ids, number, chance, _passing, time);
                await run.PlayAsync();
                votes += play.Ballots.Length;
                restarts += run.Restarts;
                clocks += run.ClocksSet;
            }

            var failures = writer.Failures;

            output.WriteLine(
                $"{Sequences} sequences, {votes} votes, {restarts} restarts, {clocks} clocks set, {failures} failed commits");
            Assert.True(restarts > 100 && clocks > 100 && failures > 100);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>One play on one project of its own.</summary>
    private sealed class Run(
        Play play, IStoreReader reader, IStoreWriter writer, int[] ids, int number, Random chance, ManualTime passing,
        ShiftedTime time)
    {
        private const int MostOffByMs = 100;

        private readonly RoundModel _model = new(play);
        private readonly ConsensusOptions _options = new()
        {
            Window = TimeSpan.FromMilliseconds(play.WindowMs),
            Criteria = new Criteria(play.MinCount, play.Percentage),
        };

        private RoundBatch _batch = null!;
        private SteadyClock _clock = null!;
        private DateTimeOffset? _opened;

        public int Restarts { get; private set; }

        public int ClocksSet { get; private set; }

        public async Task PlayAsync()
        {
            await RestartAsync();
            Project? project = null;
            for (var i = 0; i < play.Eligible; i++)
            {
                project = (await WriteAsync(new WriterTask.Register($"P{number}", Stream, ids[i]))).Project;
            }

            if (project is null)
            {
                return;
            }

            foreach (var ballot in play.Ballots)
            {
                passing.Advance(TimeSpan.FromMilliseconds(ballot.WaitMs));
                if (chance.Next(4) == 0)
                {
                    // Nobody notices before the next start; then the new date holds.
                    time.WallClockIsOffBy = TimeSpan.FromMilliseconds(chance.Next(-MostOffByMs, MostOffByMs));
                    ClocksSet++;
                }

                if (chance.Next(4) == 0)
                {
                    await RestartAsync();
                }

                await VoteAsync(project, ballot);
            }

            passing.Advance(TimeSpan.FromMilliseconds(play.EndMs));
            await WriteAsync(new WriterTask.Tick());
            await CompareAsync(project);
        }

        private async Task VoteAsync(Project project, Ballot ballot)
        {
            var submission = new Submission(project, ids[ballot.Voter], 10, default, $"cid{ballot.Cid}");
            await WriteAsync(new WriterTask.Submit([submission]));

            // Whatever is written closes what is over; the clock may be set back later.
            if (_opened is { } opened)
            {
                _model.Close((_clock.Now - opened).TotalMilliseconds);
            }

            // Who is not registered leaves no trace, so the model does not hear of it.
            Assert.Equal(ballot.Voter >= play.Eligible, submission.IsOutsider);
            if (submission.IsOutsider)
            {
                return;
            }

            _opened ??= _clock.Now;
            _model.Take(ballot, (_clock.Now - _opened.Value).TotalMilliseconds);
            Assert.Equal(_model.Verdict, Shown(submission.Verdict));
        }

        private async Task CompareAsync(Project project)
        {
            var round = await reader.RoundAsync(new RoundKey(project.Id, 10), ServiceWorld.Stop);
            if (_opened is not { } opened)
            {
                Assert.Null(round);
                return;
            }

            _model.Close((_clock.Now - opened).TotalMilliseconds);
            Assert.Equal(_model.Verdict, Shown(round!.Decision?.Verdict));
            var votes = await reader.VotesAsync(round.Key, ServiceWorld.Stop);
            Assert.Equal(
                _model.Standings.Select(pair => $"s{pair.Key} {pair.Value}").Order(),
                votes.Where(vote => vote.Standing is not null).Select(vote => $"{vote.Alias} {vote.Standing}").Order());
        }

        private static string? Shown(Verdict? verdict) => verdict switch
        {
            Verdict.Finalized won => won.Cid,
            Verdict.Indeterminate indeterminate => indeterminate.Why.ToString(),
            _ => null,
        };

        /// <summary>What a process forgets is forgotten; what is on disk is read.</summary>
        private async Task RestartAsync()
        {
            Restarts++;
            _clock = new SteadyClock(time);
            var closing = new ClosingTimes(_clock, time, () => { });
            foreach (var open in await reader.OpenRoundsAsync(ServiceWorld.Stop))
            {
                closing.Add(open.Key, open.ClosesAt);
            }

            _batch = new RoundBatch(writer, _options, closing);
        }

        /// <summary>Asks again until it is written, as a client does.</summary>
        private async Task<T> WriteAsync<T>(T task)
            where T : WriterTask
        {
            while (true)
            {
                try
                {
                    await _batch.WriteAsync([task], _clock.Now);
                    return task;
                }
                catch (ConsensusException)
                {
                    // Nothing of it was taken.
                }
            }
        }
    }

    /// <summary>Fails now and then where a disk does: while writing, or at the commit.</summary>
    private sealed class FailingWriter(IStoreWriter inner, Random chance) : IStoreWriter
    {
        public int Failures { get; private set; }

        public ValueTask BeginAsync(CancellationToken cancellationToken) => inner.BeginAsync(cancellationToken);

        public ValueTask<(Project Project, bool IsNew)> RegisterAsync(
            string project, EpochStream stream, int snapshotter, DateTimeOffset at, CancellationToken cancellationToken) =>
            inner.RegisterAsync(project, stream, snapshotter, at, cancellationToken);

        public ValueTask<IReadOnlyList<int>> ProjectsAsync(EpochStream stream, CancellationToken cancellationToken) =>
            inner.ProjectsAsync(stream, cancellationToken);

        public ValueTask<bool> IsRegisteredAsync(int project, int snapshotter, CancellationToken cancellationToken) =>
            inner.IsRegisteredAsync(project, snapshotter, cancellationToken);

        public ValueTask<IReadOnlyList<int>> VoidAsync(
            EpochStream stream, ReleasedEpoch epoch, CancellationToken cancellationToken) => inner.VoidAsync(stream, epoch, cancellationToken);

        public ValueTask<IReadOnlyList<RoundKey>> PrunableAsync(DateTimeOffset before, int most, CancellationToken cancellationToken) =>
            inner.PrunableAsync(before, most, cancellationToken);

        public ValueTask<IReadOnlyList<RoundFound>> FindAsync(
            IReadOnlyCollection<RoundNeed> needs, CancellationToken cancellationToken) => inner.FindAsync(needs, cancellationToken);

        public ValueTask WriteAsync(IReadOnlyList<Change> changes, CancellationToken cancellationToken)
        {
            Fail();
            return inner.WriteAsync(changes, cancellationToken);
        }

        public ValueTask CommitAsync(CancellationToken cancellationToken)
        {
            Fail();
            return inner.CommitAsync(cancellationToken);
        }

        public ValueTask RollBackAsync() => inner.RollBackAsync();

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        private void Fail()
        {
            if (chance.Next(4) == 0)
            {
                Failures++;
                throw new ConsensusException("the disk is full") { IsTransient = true };
            }
        }
    }
}
