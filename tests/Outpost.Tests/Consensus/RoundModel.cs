namespace Outpost.Tests.Consensus;

/// <summary>The rule, said once more and as simply as can be.</summary>
internal sealed class RoundModel(Play play)
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
