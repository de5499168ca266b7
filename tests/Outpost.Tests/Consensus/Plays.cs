using FsCheck;
using FsCheck.Fluent;
using Outpost.Consensus.Rounds;

namespace Outpost.Tests.Consensus;

/// <summary>One vote: who, for what, and how long after the one before.</summary>
internal sealed record Ballot(int Voter, int Cid, int WaitMs);

/// <summary>A round and all that is sent to it.</summary>
internal sealed record Play(int Eligible, int MinCount, int Percentage, int WindowMs, Ballot[] Ballots, int EndMs);

/// <summary>Rounds by chance, and what they are made of.</summary>
internal static class Plays
{
    public static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static readonly Gen<Play> Any =
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

    public static Roster RosterOf(Play play) => new(1, Enumerable.Range(0, play.Eligible));

    public static Criteria CriteriaOf(Play play) => new(play.MinCount, play.Percentage);

    public static DateTimeOffset ClosesAt(Play play) => Start.AddMilliseconds(play.WindowMs);

    public static Round Open(Play play) => new(RosterOf(play), CriteriaOf(play), ClosesAt(play));

    public static IEnumerable<Vote> VotesOf(Play play)
    {
        var now = Start;
        foreach (var step in play.Ballots)
        {
            now += TimeSpan.FromMilliseconds(step.WaitMs);
            yield return new Vote(step.Voter, $"cid{step.Cid}", now);
        }
    }
}
