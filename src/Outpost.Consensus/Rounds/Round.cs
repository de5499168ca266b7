using System.Runtime.InteropServices;

namespace Outpost.Consensus.Rounds;

/// <summary>
/// The votes on one (project, epoch) and what they come to. A pure function of its roster, its criteria, its closing
/// time and the votes in the order in which they came; the rule is in docs/consensus.md. Its caller is its one writer.
/// </summary>
/// <remarks>
/// 1. A vote counts when its snapshotter is on the roster, it is that snapshotter's first, it came no later than the
/// closing time, and nothing was decided before.
/// 2. After each vote that counts, the leading CID wins when it leads alone, enough votes count, and it has the share
/// that is asked for of all on the roster.
/// 3. When the closing time is past, the same holds with the votes that count as the whole; if none wins then, the
/// round is indeterminate. What is decided stays.
/// </remarks>
public sealed class Round(Roster roster, Criteria criteria, DateTimeOffset closesAt)
{
    /// <summary>Equivocations of one snapshotter that are recorded: one proves it, a few show how.</summary>
    public const int MaxEquivocations = 3;

    private readonly Dictionary<int, (int Choice, Standing Standing)> _first = [];
    private readonly Dictionary<int, List<string>> _equivocations = [];
    private readonly Dictionary<string, int> _choices = new(StringComparer.Ordinal);
    private readonly List<string> _cids = [];
    private readonly Tally _tally = new();

    public Roster Roster { get; } = roster;

    public Criteria Criteria { get; } = criteria;

    /// <summary>The last moment at which a vote counts.</summary>
    public DateTimeOffset ClosesAt { get; } = closesAt;

    /// <summary>Null while it is open.</summary>
    public Decision? Decision { get; private set; }

    /// <summary>True when its votes are removed and nothing but its end is known: it takes no more.</summary>
    internal bool IsPruned { get; init; }

    /// <summary>How many have voted, whatever their votes are worth.</summary>
    public int Voters => _first.Count;

    /// <summary>The CIDs that were voted for, in the order of their numbers.</summary>
    public IReadOnlyList<string> Cids => _cids;

    /// <summary>What the votes come to at this time. They are in the order in which they came.</summary>
    public static Decision? Judge(
        IEnumerable<Vote> votes, Roster roster, Criteria criteria, DateTimeOffset closesAt, DateTimeOffset now)
    {
        var round = new Round(roster, criteria, closesAt);
        foreach (var vote in votes.Where(vote => vote.At <= now))
        {
            round.Cast(vote);
        }

        round.CloseWhenOver(now);
        return round.Decision;
    }

    /// <summary>Takes a vote.</summary>
    public CastResult Cast(Vote vote)
    {
        CloseWhenOver(vote.At);
        ref var first = ref CollectionsMarshal.GetValueRefOrAddDefault(_first, vote.Snapshotter, out var hasVoted);
        if (hasVoted)
        {
            return vote.Cid == _cids[first.Choice] ? CastResult.Repeated : Equivocate(vote.Snapshotter, vote.Cid);
        }

        var choice = ChoiceOf(vote.Cid);
        first = (choice, StandingOf(vote));
        if (first.Standing == Standing.Counted)
        {
            _tally.Add(choice);
            Decide(Roster.Count, vote.At, isLast: false);
        }

        return CastResult.First;
    }

    /// <summary>Decides when the window is over.</summary>
    public void CloseWhenOver(DateTimeOffset now)
    {
        if (Decision is null && now > ClosesAt)
        {
            Decide(_tally.Counted, ClosesAt, isLast: true);
        }
    }

    /// <summary>What a snapshotter voted for first; null when it did not vote.</summary>
    public (string Cid, Standing Standing)? FirstOf(int snapshotter) =>
        _first.TryGetValue(snapshotter, out var first) ? (_cids[first.Choice], first.Standing) : null;

    /// <summary>The number of a CID in this round, from 0 in the order of their first votes.</summary>
    internal int ChoiceOf(string cid)
    {
        ref var choice = ref CollectionsMarshal.GetValueRefOrAddDefault(_choices, cid, out var isKnown);
        if (!isKnown)
        {
            choice = _cids.Count;
            _cids.Add(cid);
        }

        return choice;
    }

    /// <summary>Puts a first vote back as it was once judged.</summary>
    internal void Restore(int snapshotter, int choice, Standing standing)
    {
        _first.Add(snapshotter, (choice, standing));
        if (standing == Standing.Counted)
        {
            _tally.Add(choice);
        }
    }

    /// <summary>Puts an equivocation back.</summary>
    internal void RestoreEquivocation(int snapshotter, string cid) => Equivocate(snapshotter, cid);

    /// <summary>Puts back what was once decided.</summary>
    internal void Restore(Decision decision) => Decision = decision;

    private Standing StandingOf(Vote vote) =>
        !Roster.Contains(vote.Snapshotter) ? Standing.NotEligible
        : vote.At > ClosesAt ? Standing.Late
        : Decision is not null ? Standing.AfterVerdict
        : Standing.Counted;

    private CastResult Equivocate(int snapshotter, string cid)
    {
        ref var known = ref CollectionsMarshal.GetValueRefOrAddDefault(_equivocations, snapshotter, out _);
        known ??= [];
        if (known.Count >= MaxEquivocations || known.Contains(cid, StringComparer.Ordinal))
        {
            return CastResult.EquivocatedAgain;
        }

        known.Add(cid);
        return CastResult.Equivocated;
    }

    private void Decide(int divisor, DateTimeOffset at, bool isLast)
    {
        var (choice, why) = _tally.Winner(Criteria, divisor);
        if (why is null)
        {
            Decision = new Decision(new Verdict.Finalized(_cids[choice]), at);
        }
        else if (isLast)
        {
            Decision = new Decision(new Verdict.Indeterminate(why.Value), at);
        }
    }
}
