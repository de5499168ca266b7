using System.Numerics;
using Outpost.Chains;
using Outpost.Chains.Allora;
using Outpost.Node.Blocks;
using Outpost.Node.Duties;

namespace Outpost.Node.Status;

/// <summary>
/// The one place where the node's rooms say what they are doing, and from which pictures are taken. Safe for use
/// from several threads.
/// </summary>
public sealed class StatusBoard
{
    private const int EndsKept = 50;

    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly SortedDictionary<ulong, TopicStatus> _topics = [];
    private readonly LinkedList<DutyEnd> _ends = [];

    /// <summary>What is on its way, by duty: a topic's newest answer may be another role's.</summary>
    private readonly Dictionary<DutyId, string> _sending = [];

    private NodeStatus _node;

    public StatusBoard(string address, IEnumerable<TopicId> topics, TimeProvider time)
    {
        _time = time;
        _node = new NodeStatus(address, "Connecting", false, null, null, null, null, null, [], []);
        foreach (var topic in topics)
        {
            _topics[topic.Value] = new TopicStatus(
                topic, "", TopicPhase.Starting, "asking the chain", null, null, null, null, null, 0, 0);
        }
    }

    /// <summary>A picture of now; head, block time and the chain's standstill are the clock's.</summary>
    public NodeStatus Picture(BlockClock clock)
    {
        lock (_lock)
        {
            return _node with
            {
                Line = clock.StillSince is { } since
                    ? $"chain-halted since {since:HH:mm} UTC, head {clock.Head}; waiting"
                    : _node.Line,
                Head = clock.Head.Value > 0 ? clock.Head : null,
                BlockTime = clock.Head.Value > 0 ? clock.BlockTime : null,
                Topics = [.. _topics.Values],
                RecentEnds = [.. _ends],
            };
        }
    }

    public void Node(string line, bool isWatching) =>
        ChangeNode(node => node with { Line = line, IsWatching = isWatching });

    public void Connected(string chainId, EmissionsVersion emissions) =>
        ChangeNode(node => node with { ChainId = chainId, Emissions = emissions });

    public void Balance(BigInteger uallo) => ChangeNode(node => node with { BalanceUallo = uallo });

    public void Named(TopicId topic, string name) => Change(topic, status => status with { Name = name });

    public void Blocked(TopicId topic, string line) =>
        Change(topic, status => status with { Phase = TopicPhase.Blocked, Line = line, OpensAt = null });

    /// <summary>The window is closed; the phase of the last duty stays visible until its window is over.</summary>
    public void Waiting(TopicId topic, Height? opensAt) => Change(topic, status => status with
    {
        Phase = TopicPhase.Waiting,
        Line = "",
        OpensAt = opensAt,
    });

    public void Computing(Duty duty) =>
        Change(duty.Id.Topic, status => IsPast(status, duty) ? status : status with
        {
            Phase = TopicPhase.Computing,
            Line = "",
            Current = duty,
        });

    public void Sending(Duty duty, string value)
    {
        lock (_lock)
        {
            _sending[duty.Id] = value;
            Change(duty.Id.Topic, status => IsPast(status, duty) ? status : status with
            {
                Phase = TopicPhase.Sending,
                LastValue = value,
                Current = duty,
            });
        }
    }

    public void Ended(Duty duty, Outcome outcome)
    {
        Change(duty.Id.Topic, status => outcome switch
        {
            Outcome.Included included => Shown(status, duty, TopicPhase.Included, "") with
            {
                LastIncludedAt = included.At,
                LastMargin = duty.Margin(included.At),
                Included = status.Included + 1,
            },
            Outcome.Missed missed =>
                Shown(status, duty, TopicPhase.Missed, $"{missed.Reason.Summary} {missed.Detail}") with
                {
                    Missed = status.Missed + 1,
                },
            _ => throw new System.Diagnostics.UnreachableException(),
        });
        lock (_lock)
        {
            _sending.Remove(duty.Id, out var value);
            _ends.AddFirst(new DutyEnd(duty, outcome, value, _time.GetUtcNow()));
            if (_ends.Count > EndsKept)
            {
                _ends.RemoveLast();
            }
        }
    }

    /// <summary>An earlier run has ended it: there is nothing to do in this window.</summary>
    public void Known(Duty duty, Outcome past) =>
        Change(duty.Id.Topic, status => IsPast(status, duty) ? status : status with
        {
            Phase = past is Outcome.Included ? TopicPhase.Included : TopicPhase.Missed,
            Line = past is Outcome.Missed missed ? missed.Reason.Summary : "",
            Current = duty,
        });

    /// <summary>A duty that ends after its window, or after the next one began, is counted and not shown.</summary>
    private static TopicStatus Shown(TopicStatus status, Duty duty, TopicPhase phase, string line) =>
        IsPast(status, duty) || status.Phase == TopicPhase.Waiting
            ? status
            : status with { Phase = phase, Line = line, Current = duty };

    private static bool IsPast(TopicStatus status, Duty duty) => duty.Id.Nonce < status.Current?.Id.Nonce;

    private void ChangeNode(Func<NodeStatus, NodeStatus> change)
    {
        lock (_lock)
        {
            _node = change(_node);
        }
    }

    private void Change(TopicId topic, Func<TopicStatus, TopicStatus> change)
    {
        lock (_lock)
        {
            if (_topics.TryGetValue(topic.Value, out var status))
            {
                _topics[topic.Value] = change(status);
            }
        }
    }
}
