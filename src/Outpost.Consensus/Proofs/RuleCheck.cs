using Outpost.Consensus.Rounds;

namespace Outpost.Consensus.Proofs;

/// <summary>
/// Whether a record's verdict follows from its counts, and its counts from its votes. Each problem is a sentence; none
/// means that all holds.
/// </summary>
internal static class RuleCheck
{
    // More snapshotters than any round will have; a file that claims more would only take memory.
    private const int MostEligible = 1_000_000;

    // The last moment that a date can tell.
    private static readonly long LatestMs = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    // The reasons in a record are the names of Disagreement, with a small first letter.
    public static string TextOf(Disagreement why) => why switch
    {
        Disagreement.TooFewVotes => "tooFewVotes",
        Disagreement.Tie => "tie",
        _ => "belowThreshold",
    };

    /// <summary>Needs no votes.</summary>
    public static IEnumerable<string> OfCounts(VerdictRecord record)
    {
        var (counts, rule) = (record.Counts, record.Rule);
        if (rule is not { MinSnapshotterCount: >= 1, Percentage: >= 1 and <= 100 })
        {
            yield return "The rule is none: it asks for at least 1 vote and for 1 to 100 percent.";
        }

        if (record.OpenedAt < 0 || record.OpenedAt > record.DecidedAt || record.DecidedAt > record.ClosesAt
            || record.ClosesAt > LatestMs)
        {
            yield return "The verdict lies outside of its window.";
        }

        if (record.Eligible is < 0 or > MostEligible || record.Counted > record.Eligible)
        {
            yield return $"{record.Counted} votes cannot count of {record.Eligible} who may vote.";
        }

        if (counts.Any(count => count.Votes < 1) || counts.Sum(count => (long)count.Votes) != record.Counted)
        {
            yield return $"The counts do not add up to the {record.Counted} votes.";
        }

        if (!counts.SequenceEqual(Ordered(counts)) || counts.DistinctBy(count => count.Cid).Count() != counts.Count)
        {
            yield return "The counts are not in their order: most votes first, then by CID, each CID once.";
        }

        if (Outcome(record) is { } other)
        {
            yield return other;
        }
    }

    /// <summary>Needs a record whose counts are right.</summary>
    public static IEnumerable<string> OfVotes(VerdictRecord record, IReadOnlyList<CountedVote> votes)
    {
        if (VotesRoot.Of(votes) != record.VotesRoot)
        {
            yield return "The votes are not those whose root was signed.";
        }

        if (votes.Count != record.Counted || !CountsOf(votes).SequenceEqual(record.Counts))
        {
            yield return "The votes do not give the counts.";
        }

        if (votes.Any(vote => !VoterCheck.IsOwn(vote, record)))
        {
            yield return "A vote does not carry the signature of the address that it names.";
        }

        if (votes.DistinctBy(vote => vote.Snapshotter).Count() != votes.Count)
        {
            yield return "A snapshotter voted twice.";
        }

        if (votes.Any(vote => vote.At < record.OpenedAt || vote.At > record.DecidedAt))
        {
            yield return "A vote lies outside of the time from the window's begin to the verdict.";
        }
        else if (Replayed(record, votes) is not { } decision
            || decision.At.ToUnixTimeMilliseconds() != record.DecidedAt
            || !Says(record, decision.Verdict))
        {
            yield return "The votes, cast again in their order, come to another verdict or at another time.";
        }
    }

    /// <summary>The votes for each CID, in the order of a record.</summary>
    public static IEnumerable<CidCount> CountsOf(IEnumerable<CountedVote> votes) =>
        Ordered(votes.GroupBy(vote => vote.Cid).Select(group => new CidCount(group.Key, group.Count())));

    private static IEnumerable<CidCount> Ordered(IEnumerable<CidCount> counts) => counts
        .OrderByDescending(count => count.Votes)
        .ThenBy(count => count.Cid, StringComparer.Ordinal);

    // The rule in its own words, apart from the code that decides rounds.
    private static string? Outcome(VerdictRecord record)
    {
        var leading = record.Counts.Count > 0 ? record.Counts[0].Votes : 0;
        var share = (long)record.Rule.Percentage;
        var isOver = record.DecidedAt == record.ClosesAt;
        var why = record.Counted == 0 || record.Counted < record.Rule.MinSnapshotterCount ? Disagreement.TooFewVotes
            : record.Counts.Count > 1 && record.Counts[1].Votes == leading ? Disagreement.Tie
            : leading * 100L >= share * record.Eligible ? null
            : isOver && leading * 100L >= share * record.Counted ? null
            : (Disagreement?)Disagreement.BelowThreshold;
        var isSo = why is null
            ? record.Why is null && record.Counts is [var leader, ..] && record.Cid == leader.Cid
            : isOver && record.Cid is null && record.Why == TextOf(why.Value);
        return isSo ? null : "The verdict does not follow from the counts by the rule.";
    }

    private static Decision? Replayed(VerdictRecord record, IReadOnlyList<CountedVote> votes) => Round.Judge(
        votes.Select((vote, index) => new Vote(index, vote.Cid, Time(vote.At))),
        new Roster(0, Enumerable.Range(0, record.Eligible)),
        new Criteria(record.Rule.MinSnapshotterCount, record.Rule.Percentage),
        Time(record.ClosesAt),
        DateTimeOffset.MaxValue);

    private static bool Says(VerdictRecord record, Verdict verdict) => verdict switch
    {
        Verdict.Finalized finalized => record.Cid == finalized.Cid,
        Verdict.Indeterminate indeterminate => record.Why == TextOf(indeterminate.Why),
        _ => false,
    };

    private static DateTimeOffset Time(long ms) => DateTimeOffset.FromUnixTimeMilliseconds(ms);
}
