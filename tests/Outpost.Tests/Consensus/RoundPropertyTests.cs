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
    private const int Sequences = 10_000;
    [Fact]
    public void A_round_comes_to_what_the_model_says_after_every_step()
    {
        var (tried, finalized, votes) = (0, 0, 0);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(Sequences), Prop.ForAll(Plays.Any.ToArbitrary(), play =>
        {
            tried++;
            votes += play.Ballots.Length;
            var round = Plays.Open(play);
            var model = new RoundModel(play);
            var now = Plays.Start;
            foreach (var step in play.Ballots)
            {
                now += TimeSpan.FromMilliseconds(step.WaitMs);
                var result = round.Cast(new Vote(step.Voter, $"cid{step.Cid}", now));
                model.Take(step, (now - Plays.Start).TotalMilliseconds);
                Same(model, round);
                Assert.Equal(model.LastWasFirst, result == CastResult.First);
                Assert.Equal(model.Standings[step.Voter], round.FirstOf(step.Voter)!.Value.Standing.ToString());
            }

            now += TimeSpan.FromMilliseconds(play.EndMs);
            round.CloseWhenOver(now);
            model.Close((now - Plays.Start).TotalMilliseconds);
            Same(model, round);
            finalized += round.Decision?.Verdict is Verdict.Finalized ? 1 : 0;
            Assert.Equal(round.Decision, Round.Judge(Plays.VotesOf(play), Plays.RosterOf(play), Plays.CriteriaOf(play), Plays.ClosesAt(play), now));
        }));
        output.WriteLine($"{tried} sequences with {votes} votes, {finalized} finalized");
        Assert.True(finalized > tried / 10 && finalized < tried);
    }

    [Fact]
    public void The_order_of_votes_within_the_window_decides_nothing_when_a_majority_is_asked_for()
    {
        var tried = 0;
        var cases = from play in Plays.Any where play.Percentage > 50 from seed in Gen.Choose(0, int.MaxValue) select (play, seed);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(5_000), Prop.ForAll(cases.ToArbitrary(), one =>
        {
            tried++;
            var play = one.play;
            var votes = play.Ballots.DistinctBy(step => step.Voter)
                .Select(step => new Vote(step.Voter, $"cid{step.Cid}", Plays.Start)).ToArray();
            var over = Plays.ClosesAt(play).AddMilliseconds(1);
            var expected = Round.Judge(votes, Plays.RosterOf(play), Plays.CriteriaOf(play), Plays.ClosesAt(play), over)!.Verdict;
            new Random(one.seed).Shuffle(votes);
            Assert.Equal(
                expected, Round.Judge(votes, Plays.RosterOf(play), Plays.CriteriaOf(play), Plays.ClosesAt(play), over)!.Verdict);
        }));
        output.WriteLine($"{tried} shuffles");
    }

    private static void Same(RoundModel model, Round round)
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
}
