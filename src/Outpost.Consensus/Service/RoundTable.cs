using Outpost.Consensus.Rounds;

namespace Outpost.Consensus.Service;

/// <summary>
/// The rounds that are held in memory: all that are open and were touched, and those that were decided not long ago,
/// since late votes come soon or never. What is not held is read from the store when it is needed.
/// </summary>
internal sealed class RoundTable
{
    /// <summary>Of a decided round, from its closing time on: late votes come soon or never.</summary>
    private static readonly TimeSpan LongestHeld = TimeSpan.FromHours(1);

    /// <summary>Of decided rounds; about 50 bytes each.</summary>
    private const int MostVotesHeld = 500_000;

    /// <summary>Of decided rounds; about 1 KB each when few vote.</summary>
    private const int MostDecidedHeld = 20_000;

    private readonly Dictionary<RoundKey, Round> _rounds = [];
    private readonly Queue<(RoundKey Key, Round Round)> _decided = [];
    private readonly HashSet<Round> _leaving = [];
    private long _decidedVotes;

    public int Count => _rounds.Count;

    public Round? Find(RoundKey key) => _rounds.GetValueOrDefault(key);

    public void Add(RoundKey key, Round round)
    {
        _rounds[key] = round;
        if (round.Decision is not null)
        {
            Decided(key, round);
        }
    }

    /// <summary>The round waits for nobody any more: it leaves when room or time asks for it.</summary>
    public void Decided(RoundKey key, Round round)
    {
        if (_leaving.Add(round))
        {
            _decided.Enqueue((key, round));
            _decidedVotes += round.Voters;
        }
    }

    /// <summary>What is held is not what is on disk: it is read anew.</summary>
    public void Forget(RoundKey key) => _rounds.Remove(key);

    public void Trim(DateTimeOffset now)
    {
        while (_decided.TryPeek(out var oldest)
            && (_decided.Count > MostDecidedHeld || _decidedVotes > MostVotesHeld
                || now - oldest.Round.ClosesAt > LongestHeld))
        {
            _decided.Dequeue();
            _leaving.Remove(oldest.Round);
            _decidedVotes = _decided.Count == 0 ? 0 : Math.Max(0, _decidedVotes - oldest.Round.Voters);
            if (ReferenceEquals(Find(oldest.Key), oldest.Round))
            {
                _rounds.Remove(oldest.Key);
            }
        }
    }
}
