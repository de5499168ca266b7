namespace Outpost.EndToEnd.Consensus;

/// <summary>
/// What a round has to come to: the rule, said once more over the plain list of votes, and what the service has to
/// answer to each of them.
/// </summary>
internal sealed class CrowdModel
{
    private readonly CrowdRound _round;
    private readonly List<CrowdVote> _first;
    private readonly int _decidedBy;

    /// <param name="eligible">How many may vote.</param>
    internal CrowdModel(CrowdRound round, int eligible, int minSnapshotterCount, int percentage)
    {
        string? Winner(IReadOnlyList<CrowdVote> votes, int whole)
        {
            var ranked = votes.CountBy(vote => vote.Cid).OrderByDescending(one => one.Value).ToList();
            return votes.Count < minSnapshotterCount
                || ranked.Count > 1 && ranked[0].Value == ranked[1].Value
                || ranked.Count > 0 && 100 * ranked[0].Value < percentage * whole
                    ? null
                    : ranked[0].Key;
        }

        _round = round;
        _first = [.. round.Early.DistinctBy(vote => vote.Snapshotter)];
        _decidedBy = Enumerable.Range(1, _first.Count)
            .FirstOrDefault(count => Winner(_first[..count], eligible) is not null, int.MaxValue);
        Cid = _decidedBy <= _first.Count ? Winner(_first[.._decidedBy], eligible) : Winner(_first, _first.Count);
    }

    /// <summary>What is finalized in the end; null when nothing is.</summary>
    internal string? Cid { get; }

    internal bool IsOpened => _first.Count > 0;

    /// <summary>Votes for another CID by those who had voted.</summary>
    internal int Equivocations => EquivocationsOf(_round).Count();

    /// <summary>What the service answers to the votes in time, in their order.</summary>
    internal IEnumerable<string> EarlyAnswers => _round.Early.Select((_, at) =>
        _round.Early.Take(at + 1).DistinctBy(vote => vote.Snapshotter).Count() >= _decidedBy
            ? Answer("FINALIZED", isDelayed: false, Cid)
            : Answer("ACCEPTED", isDelayed: false, null));

    /// <summary>What it answers to each vote after the window.</summary>
    internal string LateAnswer => Answer(Cid is null ? "INDETERMINATE" : "FINALIZED", isDelayed: true, Cid);

    /// <summary>What it answers to a question for the epoch.</summary>
    internal string State => Answer(Cid is null ? "NO_CONSENSUS" : "CONSENSUS_ACHIEVED", isDelayed: false, Cid);

    /// <summary>What it shows of each snapshotter's votes, in the order of their first ones.</summary>
    internal IEnumerable<string> Rows
    {
        get
        {
            var again = EquivocationsOf(_round).ToLookup(vote => vote.Snapshotter, vote => vote.Cid);
            var counted = Math.Min(_decidedBy, _first.Count);
            var late = _round.Late.Where(vote => !_first.Exists(first => first.Snapshotter == vote.Snapshotter))
                .DistinctBy(vote => vote.Snapshotter);
            return [
                .. _first.Select((vote, at) => Row(vote, "WITHIN_SCHEDULE", at < counted ? "COUNTED" : "AFTER_VERDICT", again)),
                .. late.Select(vote => Row(vote, "DELAYED", "LATE", again)),
            ];
        }
    }

    /// <summary>One row of submissionStatus as a line.</summary>
    internal static string Row(
        string snapshotter, string cid, string status, string standing, bool? isCorrect, IEnumerable<string> again) =>
        $"{snapshotter} {cid} {status} {standing} {isCorrect} [{string.Join(' ', again.Order(StringComparer.Ordinal))}]";

    internal static string NameOf(int snapshotter) => $"snapshotter{snapshotter + 1}";

    private static IEnumerable<CrowdVote> EquivocationsOf(CrowdRound round)
    {
        var all = round.Early.Concat(round.Late).ToList();
        return all.Distinct().Except(all.DistinctBy(vote => vote.Snapshotter));
    }

    private static string Answer(string status, bool isDelayed, string? cid) =>
        $$"""{"status":"{{status}}","delayedSubmission":{{(isDelayed ? "true" : "false")}},"finalizedSnapshotCID":"""
        + (cid is null ? "null}" : $"\"{cid}\"}}");

    private string Row(CrowdVote vote, string status, string standing, ILookup<int, string> again) => Row(
        NameOf(vote.Snapshotter), vote.Cid, status, standing, Cid is null ? null : vote.Cid == Cid,
        again[vote.Snapshotter]);
}
