namespace Outpost.Consensus.Rounds;

/// <summary>Votes for each CID, and who leads. Each step costs the same, however many votes there are.</summary>
internal sealed class Tally
{
    private readonly List<int> _counts = [];
    private int _leader = -1;
    private int _leading;
    private bool _isTied;

    /// <summary>All votes that count.</summary>
    public int Counted { get; private set; }

    /// <param name="choice">The CID's number in its round, from 0.</param>
    public void Add(int choice)
    {
        while (_counts.Count <= choice)
        {
            _counts.Add(0);
        }

        Counted++;
        var count = ++_counts[choice];
        if (count > _leading)
        {
            (_leader, _leading, _isTied) = (choice, count, false);
        }
        else if (count == _leading)
        {
            _isTied = true;
        }
    }

    /// <summary>The number of the CID that wins, or why none does.</summary>
    /// <param name="divisor">How many votes are the whole.</param>
    public (int Choice, Disagreement? Why) Winner(Criteria criteria, int divisor)
    {
        if (Counted == 0 || Counted < criteria.MinSnapshotterCount)
        {
            return (-1, Disagreement.TooFewVotes);
        }

        if (_isTied)
        {
            return (-1, Disagreement.Tie);
        }

        return _leading * 100L >= (long)criteria.Percentage * divisor
            ? (_leader, null)
            : (-1, Disagreement.BelowThreshold);
    }
}
