using Outpost.Devnet.Faults;

namespace Outpost.Simulation.Checks;

/// <summary>Something that stood in the way from one instant to another.</summary>
internal readonly record struct Obstacle(string Name, string? Target, TimeSpan From, TimeSpan To)
{
    public Impediment Impediment => Impediment.Of(Name);

    /// <summary>When a node may be asked to be over it.</summary>
    public TimeSpan OverAt => To + Impediment.Recovery;

    public override string ToString() =>
        $"{Name}{(Target is null ? "" : $"@{Target}")} {From:d\\.hh\\:mm\\:ss}-{To:d\\.hh\\:mm\\:ss}";
}

/// <summary>
/// All that stood in the way, in time: the planned faults, and when the process was really away. Answers whether a
/// window could have been met.
/// </summary>
internal sealed class Obstacles(int nodes)
{
    /// <summary>A window could be met when nothing stood in the way for this long …</summary>
    private static readonly TimeSpan LeastTime = TimeSpan.FromSeconds(8);

    /// <summary>… and for this many blocks: one to begin in, one to be included by, one to spare.</summary>
    private const int LeastBlocks = 3;

    /// <summary>By hour: a run is long and a window is short.</summary>
    private readonly Dictionary<long, List<Obstacle>> _hours = [];

    public void Add(Obstacle obstacle)
    {
        for (var hour = HourOf(obstacle.From); hour <= HourOf(obstacle.OverAt); hour++)
        {
            if (!_hours.TryGetValue(hour, out var list))
            {
                _hours[hour] = list = [];
            }

            list.Add(obstacle);
        }
    }

    /// <param name="end">Of the run: when a fault without an end is over.</param>
    public void Add(Fault fault, TimeSpan end) => Add(new Obstacle(
        fault.Kind.Name, fault.Node, fault.From,
        fault.For == Timeout.InfiniteTimeSpan ? end : fault.From + fault.For));

    /// <summary>All of this name, oldest first.</summary>
    public IEnumerable<Obstacle> All(string name) => _hours.Values
        .SelectMany(hour => hour).Where(one => one.Name == name).Distinct().OrderBy(one => one.From);

    /// <summary>Those that meet the time span and the topic, oldest first.</summary>
    public List<Obstacle> During(ulong topic, TimeSpan from, TimeSpan to)
    {
        var found = new HashSet<Obstacle>();
        for (var hour = HourOf(from); hour <= HourOf(to); hour++)
        {
            found.UnionWith(_hours.GetValueOrDefault(hour, []).Where(
                one => one.From <= to && one.OverAt > from && IsFor(topic, one)));
        }

        return [.. found.OrderBy(one => one.From).ThenBy(one => one.Name, StringComparer.Ordinal)];
    }

    /// <summary>
    /// When a node may be asked to have seen what the chain did then: at once, or when its endpoints show it again.
    /// </summary>
    public TimeSpan SeenAt(TimeSpan then)
    {
        while (true)
        {
            // Of a fault of all nodes and of several of one each the longest counts.
            var blinding = At(then).FindAll(one => one.Impediment.Blinds);
            var ends = Enumerable.Range(1, nodes).Select(node => blinding
                .FindAll(one => one.Target is null || one.Target == NameOf(node))
                .Select(one => one.OverAt).DefaultIfEmpty(then).Max()).Min();
            if (ends == then)
            {
                return then;
            }

            then = ends;
        }
    }

    /// <summary>True when each node had a fault of this name at some time of the span.</summary>
    public bool IsEverywhere(string name, TimeSpan from, TimeSpan to)
    {
        var found = During(0, from, to).FindAll(one => one.Name == name && one.To > from);
        return Enumerable.Range(1, nodes).All(node => found.Exists(
            one => one.Target is null || one.Target == NameOf(node)));
    }

    /// <param name="blocks">When the blocks of the window were made, in order.</param>
    public bool LeaveRoom(List<Obstacle> obstacles, TimeSpan from, TimeSpan to, IReadOnlyList<TimeSpan> blocks)
    {
        var marks = obstacles.SelectMany(one => new[] { one.From, one.OverAt })
            .Where(mark => mark > from && mark < to).Append(from).Append(to).Order().ToList();
        var free = from;
        for (var i = 0; i + 1 < marks.Count; i++)
        {
            var middle = marks[i] + ((marks[i + 1] - marks[i]) / 2);
            if (marks[i + 1] > marks[i] && IsBlocked(obstacles, middle))
            {
                free = marks[i + 1];
            }
            else if (marks[i + 1] - free >= LeastTime
                && blocks.Count(block => block > free && block <= marks[i + 1]) >= LeastBlocks)
            {
                return true;
            }
        }

        return false;
    }

    private List<Obstacle> At(TimeSpan at) =>
        [.. _hours.GetValueOrDefault(HourOf(at), []).Where(one => one.From <= at && at < one.OverAt)];

    private static string NameOf(int node) => $"node-{node}";

    private static long HourOf(TimeSpan at) => (long)at.TotalHours;

    private bool IsBlocked(List<Obstacle> obstacles, TimeSpan at)
    {
        var present = obstacles.FindAll(one => one.From <= at && at < one.OverAt);
        return present.Exists(one => one.Impediment.Reach is Reach.Everything or Reach.Topic)
            || Enumerable.Range(1, nodes).All(node => present.Exists(one =>
                one.Impediment.Reach is Reach.Endpoint && (one.Target is null || one.Target == NameOf(node))));
    }

    private static bool IsFor(ulong topic, Obstacle obstacle) =>
        obstacle.Impediment.Reach != Reach.Topic || obstacle.Target is null || obstacle.Target == $"topic-{topic}";
}
