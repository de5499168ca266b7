using FsCheck;
using FsCheck.Fluent;
using Outpost.Consensus.Rounds;

namespace Outpost.Tests.Consensus;

/// <summary>
/// Rounds against a model of the rule that shares nothing with them: it keeps all votes and counts them anew at each
/// step, where a round keeps sums.
/// </summary>
public sealed class RoundPropertyTests(ITestOutputHelper output)
{
    private const int Sequences = 20_000;
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>One vote: who, for what, and how long after the one before.</summary>
    public sealed record Ballot(int Voter, int Cid, int WaitMs);

    /// <summary>A round and all that is sent to it.</summary>
    public sealed record Play(int Eligible, int MinCount, int Percentage, int WindowMs, Ballot[] Ballots, int EndMs);

    private static readonly Gen<Play> Plays =
        from eligible in Gen.Choose(0, 7)
        from minCount in Gen.Choose(1, 4)
        from percentage in Gen.Elements(1, 33, 34, 50, 51, 66, 67, 75, 99, 100)
        from window in Gen.Choose(1, 60)
        from steps in (
            from voter in Gen.Choose(0, 9)
            from cid in Gen.Frequency((4, Gen.Constant(0)), (2, Gen.Constant(1)), (1, Gen.Choose(2, 4)))
            from wait in Gen.Frequency((3, Gen.Constant(0)), (3, Gen.Choose(1, 10)), (1, Gen.Choose(11, 70)))
            select new Ballot(voter, cid, wait)).ArrayOf()
        from end in Gen.Choose(0, 70)
        select new Play(eligible, minCount, percentage, window, steps, end);

    [Fact]
    public void A_round_comes_to_what_the_model_says_after_every_step()
    {
        var (tried, finalized, votes) = (0, 0, 0);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(Sequences), Prop.ForAll(Plays.ToArbitrary(), play =>
        {
            tried++;
            votes += play.Ballots.Length;
            var round = Open(play);
            var model = new Model(play);
            var now = Start;
            foreach (var step in play.Ballots)
            {
                now += TimeSpan.FromMilliseconds(step.WaitMs);
                var result = round.Cast(new Vote(step.Voter, $"cid{step.Cid}", now));
                model.Take(step, (now - Start).TotalMilliseconds);
                Same(model, round);
                Assert.Equal(model.LastWasFirst, result == CastResult.First);
                Assert.Equal(model.Standings[step.Voter], round.FirstOf(step.Voter)!.Value.Standing.ToString());
            }

            now += TimeSpan.FromMilliseconds(play.EndMs);
            round.CloseWhenOver(now);
            model.Close((now - Start).TotalMilliseconds);
            Same(model, round);
            finalized += round.Decision?.Verdict is Verdict.Finalized ? 1 : 0;
            Assert.Equal(round.Decision, Round.Judge(VotesOf(play), RosterOf(play), CriteriaOf(play), ClosesAt(play), now));
        }));
        output.WriteLine($"{tried} sequences with {votes} votes, {finalized} finalized");
        Assert.True(finalized > tried / 10 && finalized < tried);
    }

    [Fact]
    public void The_order_of_votes_within_the_window_decides_nothing_when_a_majority_is_asked_for()
    {
        var tried = 0;
        var cases = from play in Plays where play.Percentage > 50 from seed in Gen.Choose(0, int.MaxValue) select (play, seed);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(5_000), Prop.ForAll(cases.ToArbitrary(), one =>
        {
            tried++;
            var play = one.play;
            var votes = play.Ballots.DistinctBy(step => step.Voter)
                .Select(step => new Vote(step.Voter, $"cid{step.Cid}", Start)).ToArray();
            var over = ClosesAt(play).AddMilliseconds(1);
            var expected = Round.Judge(votes, RosterOf(play), CriteriaOf(play), ClosesAt(play), over)!.Verdict;
            new Random(one.seed).Shuffle(votes);
            Assert.Equal(
                expected, Round.Judge(votes, RosterOf(play), CriteriaOf(play), ClosesAt(play), over)!.Verdict);
        }));
        output.WriteLine($"{tried} shuffles");
    }

    private static void Same(Model model, Round round)
    {
        var shown = round.Decision?.Verdict switch
        {
            null => "open",
            Verdict.Finalized won => won.Cid,
            Verdict.Indeterminate why => why.Why.ToString(),
            _ => "?",
        };
        Assert.Equal(model.Verdict ?? "open", shown);
    }

    private static Roster RosterOf(Play play) => new(1, Enumerable.Range(0, play.Eligible));

    private static Criteria CriteriaOf(Play play) => new(play.MinCount, play.Percentage);

    private static DateTimeOffset ClosesAt(Play play) => Start.AddMilliseconds(play.WindowMs);

    private static Round Open(Play play) => new(RosterOf(play), CriteriaOf(play), ClosesAt(play));

    private static IEnumerable<Vote> VotesOf(Play play)
    {
        var now = Start;
        foreach (var step in play.Ballots)
        {
            now += TimeSpan.FromMilliseconds(step.WaitMs);
            yield return new Vote(step.Voter, $"cid{step.Cid}", now);
        }
    }

    /// <summary>The rule, said once more and as simply as can be.</summary>
    private sealed class Model(Play play)
    {
        private readonly List<(int Voter, int Cid)> _counted = [];
        private readonly HashSet<int> _voted = [];

        public string? Verdict { get; private set; }

        public bool LastWasFirst { get; private set; }

        public Dictionary<int, string> Standings { get; } = [];

        public void Take(Ballot step, double ms)
        {
            Close(ms);
            LastWasFirst = _voted.Add(step.Voter);
            if (!LastWasFirst)
            {
                return;
            }

            if (step.Voter >= play.Eligible)
            {
                Standings[step.Voter] = "NotEligible";
            }
            else if (ms > play.WindowMs)
            {
                Standings[step.Voter] = "Late";
            }
            else if (Verdict is not null)
            {
                Standings[step.Voter] = "AfterVerdict";
            }
            else
            {
                Standings[step.Voter] = "Counted";
                _counted.Add((step.Voter, step.Cid));
                var (cid, why) = Winner(play.Eligible);
                Verdict = why is null ? $"cid{cid}" : null;
            }
        }

        public void Close(double ms)
        {
            if (Verdict is null && ms > play.WindowMs)
            {
                var (cid, why) = Winner(_counted.Count);
                Verdict = why ?? $"cid{cid}";
            }
        }

        private (int Cid, string? Why) Winner(int whole)
        {
            if (_counted.Count < play.MinCount)
            {
                return (-1, "TooFewVotes");
            }

            var ranked = _counted.CountBy(vote => vote.Cid).OrderByDescending(pair => pair.Value).ToList();
            if (ranked.Count > 1 && ranked[0].Value == ranked[1].Value)
            {
                return (-1, "Tie");
            }

            return (decimal)ranked[0].Value / whole >= play.Percentage / 100m
                ? (ranked[0].Key, null)
                : (-1, "BelowThreshold");
        }
    }
}
