namespace Outpost.EndToEnd.Consensus;

/// <summary>Who votes for what in one round, in this order: in time, and after the window.</summary>
internal sealed record CrowdRound(string Project, long Epoch, IReadOnlyList<CrowdVote> Early, IReadOnlyList<CrowdVote> Late)
{
    private static readonly (int Weight, Mood Mood)[] Moods =
    [
        (55, new Mood(Right: 0.93, Dead: 0.05, Late: 0.03)),
        (15, new Mood(Right: 0.66, Dead: 0.15, Late: 0.10)),
        (10, new Mood(Right: 0.50, Dead: 0.10, Late: 0.30)),
        (10, new Mood(Right: 0.70, Dead: 0.90, Late: 0.05)),
        (8, new Mood(Right: 0.95, Dead: 0.40, Late: 0.35)),
        (2, new Mood(Right: 1, Dead: 1, Late: 0)),
    ];

    /// <summary>How a round goes: which share is right, does not vote, and votes late; one in twenty votes twice.</summary>
    private sealed record Mood(double Right, double Dead, double Late)
    {
        internal const double Twice = 0.05;
    }

    /// <summary>Draws a round. Where nobody votes in time nobody votes at all: the first vote opens the window.</summary>
    internal static CrowdRound Draw(string project, long epoch, int snapshotters, Random chance)
    {
        var mood = MoodOf(chance.Next(Moods.Sum(one => one.Weight)));
        var (early, late, again) = (new List<CrowdVote>(), new List<CrowdVote>(), new List<CrowdVote>());
        foreach (var snapshotter in Shuffled(snapshotters, chance).Where(_ => chance.NextDouble() >= mood.Dead))
        {
            var isLate = early.Count > 0 && chance.NextDouble() < mood.Late;
            var vote = new CrowdVote(snapshotter, Choose(epoch, mood, chance));
            (isLate ? late : early).Add(vote);
            if (chance.NextDouble() < Mood.Twice)
            {
                (isLate || chance.Next(2) == 0 ? late : again).Add(vote with { Cid = Choose(epoch, mood, chance) });
            }
        }

        // A second vote may come long after the first, but never before it.
        return new CrowdRound(project, epoch, [.. early, .. again], late);
    }

    private static Mood MoodOf(int draw)
    {
        foreach (var (weight, mood) in Moods)
        {
            if ((draw -= weight) < 0)
            {
                return mood;
            }
        }

        throw new ArgumentOutOfRangeException(nameof(draw));
    }

    private static int[] Shuffled(int count, Random chance)
    {
        int[] all = [.. Enumerable.Range(0, count)];
        chance.Shuffle(all);
        return all;
    }

    private static string Choose(long epoch, Mood mood, Random chance) => chance.NextDouble() < mood.Right
        ? $"bafkreiright{epoch}"
        : $"bafkreiwrong{(chance.Next(4) == 0 ? chance.Next(3) : 0)}for{epoch}";
}

/// <param name="Snapshotter">Its number, from 0.</param>
internal readonly record struct CrowdVote(int Snapshotter, string Cid);
