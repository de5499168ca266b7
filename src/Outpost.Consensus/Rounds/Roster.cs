namespace Outpost.Consensus.Rounds;

/// <summary>Who may vote in a round: the snapshotters that were registered and active when it opened.</summary>
public sealed class Roster
{
    private readonly int[] _members;

    /// <param name="id">Its number in the store.</param>
    /// <param name="members">Numbers of snapshotters, each once, in any order.</param>
    public Roster(long id, IEnumerable<int> members)
    {
        Id = id;
        _members = [.. members.Order()];
    }

    public long Id { get; }

    public int Count => _members.Length;

    /// <summary>In ascending order.</summary>
    public IReadOnlyList<int> Members => _members;

    public bool Contains(int snapshotter) => Array.BinarySearch(_members, snapshotter) >= 0;
}
