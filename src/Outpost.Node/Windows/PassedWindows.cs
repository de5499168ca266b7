using Outpost.Chains;
using Outpost.Chains.Allora;
using Outpost.Node.Duties;
using Outpost.Node.Journal;

namespace Outpost.Node.Windows;

/// <summary>
/// Sees to it that each window of a topic that passed without a duty gets a record with what stood in the way: heard of
/// while the topic could not be served, or not heard of at all. Asks the chain nothing. Used by its topic's loop only.
/// </summary>
internal sealed class PassedWindows(
    Role role, TopicId topic, TopicStanding standing, WatchRooms rooms)
{
    private readonly UnservedWindows _unserved = new(standing, rooms);
    private Duty? _left;
    private Topic? _known;

    /// <summary>Which nonces are known.</summary>
    public NonceTrail Trail { get; } = new();

    /// <summary>A window that was left and is open yet; null when there is none.</summary>
    public Duty? Open => _left is { } left && left.ClosesAt > rooms.Clock.Head ? left : null;

    /// <summary>
    /// A window is open and cannot be served now; perhaps before it closes. Nothing is missed before the chain has told
    /// of a topic that is new to this node.
    /// </summary>
    public void Leave(Duty duty)
    {
        if (_known is null && Trail.Newest is null)
        {
            return;
        }

        if (_left is { } before && before.Id.Nonce < duty.Id.Nonce)
        {
            Miss(before);
        }

        _left = duty;
    }

    /// <summary>A window is served from now on: records what passed before it.</summary>
    public void Reach(Height nonce)
    {
        if (_left is { } left && left.Id.Nonce < nonce)
        {
            Miss(left);
        }

        _left = null;
        if (!Trail.TryReach(nonce, _known?.EpochLengthBlocks ?? 0, out var unseen))
        {
            rooms.Journal.Tell(null, StoryKind.Obstacle,
                $"topic {topic}: windows before that of block {nonce} may have opened and closed unseen, and epochs of "
                + $"{_known?.EpochLengthBlocks} blocks do not name them all");
        }

        foreach (var one in unseen)
        {
            _unserved.Record(NewDuty(one, one + _known!.WorkerWindowBlocks));
        }
    }

    /// <summary>
    /// Records a window that is over, or as good as over, and what passed before it. The word of an older one can come
    /// after that of a newer one, when the chain was asked meanwhile: one that is known already stays as it is.
    /// </summary>
    public void Miss(Duty duty)
    {
        _left = null;
        if (Trail.Newest is null && standing.Obstacle is null
            && rooms.Blackouts.During(duty.Id.Nonce, duty.ClosesAt) is null)
        {
            // The node was still getting ready, registering perhaps, in a topic that is new to it.
            Trail.Start([duty.Id.Nonce]);
        }
        else if (Trail.IsNew(duty.Id.Nonce))
        {
            Reach(duty.Id.Nonce);
        }

        if (Trail.StartedAt is not { } start || duty.Id.Nonce > start)
        {
            _unserved.Record(duty);
        }
    }

    /// <summary>
    /// The chain has told of the topic and its newest nonce. One whose window this node still takes for open is left to
    /// its event. Before the first one nothing was missed, unless this run was blind then.
    /// </summary>
    public void Told(Topic known)
    {
        _known = known;
        var newest = known.EpochLastEnded;
        var closesAt = newest + known.WorkerWindowBlocks;
        if (newest.Value > 0 && Trail.IsNew(newest) && closesAt <= rooms.Clock.Head)
        {
            Miss(NewDuty(newest, closesAt));
        }
    }

    /// <summary>
    /// The topic is ready and no nonce of it is known: whatever opens from now on is this node's.
    /// </summary>
    public void Foresee(NextOpening next)
    {
        if (Trail.Newest is not null)
        {
            return;
        }

        // The event of the newest block may be on its way yet.
        Trail.Start([rooms.Clock.Head + -1]);
        if (next.IsForeseen)
        {
            Trail.Foresee(next.At, _known!.EpochLengthBlocks);
        }
        else
        {
            Trail.Break();
        }
    }

    /// <summary>Records the window that was left once it has passed.</summary>
    public void LookBack()
    {
        if (_left is { } left && Open is null)
        {
            Miss(left);
        }
    }

    private Duty NewDuty(Height nonce, Height closesAt) => new(new DutyId(role, topic, nonce), closesAt);
}
