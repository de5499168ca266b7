using Outpost.Devnet.Faults;

namespace Outpost.Simulation.Faults;

/// <summary>Draws a plan in which everything goes wrong at times, one on top of the other.</summary>
public static class MixedFaults
{
    /// <summary>A run begins and ends in peace: the node settles in, and ends what it has begun.</summary>
    private static readonly TimeSpan Peace = TimeSpan.FromMinutes(5);

    /// <summary>How often a day a kind comes, at one of its targets at a time, and for how long.</summary>
    private sealed record Habit(FaultKind Kind, double PerDay, Targets At, int LeastSeconds, int MostSeconds)
    {
        /// <summary>Whole numbers from the first to the last; null: the kind's own default.</summary>
        public (int Least, int Most)? Amount { get; init; }
    }

    private enum Targets
    {
        None,
        Nodes,
        Topics,
    }

    private static readonly Habit[] Habits =
    [
        new(FaultKind.RpcRefuses, 3, Targets.Nodes, 2, 1800),
        new(FaultKind.RpcStalls, 3, Targets.Nodes, 2, 1800) { Amount = (0, 8) },
        new(FaultKind.RpcTooManyRequests, 2, Targets.Nodes, 2, 900) { Amount = (0, 60) },
        new(FaultKind.RpcBadGateway, 2, Targets.Nodes, 2, 900),
        new(FaultKind.RpcGarbage, 1, Targets.Nodes, 2, 900),
        new(FaultKind.RpcSyncing, 2, Targets.Nodes, 10, 3600),
        new(FaultKind.RpcBehind, 3, Targets.Nodes, 10, 3600) { Amount = (1, 50) },
        new(FaultKind.RpcAhead, 1, Targets.Nodes, 10, 900) { Amount = (1, 5000) },
        new(FaultKind.RpcEmptyEvents, 2, Targets.Nodes, 10, 3600),
        new(FaultKind.RpcWrongChain, 1, Targets.Nodes, 10, 3600),
        new(FaultKind.RpcSilentSocket, 3, Targets.Nodes, 10, 3600),
        new(FaultKind.RpcClosesSocket, 3, Targets.Nodes, 1, 600),
        new(FaultKind.TxLostReply, 2, Targets.Nodes, 2, 900),
        new(FaultKind.TxSwallowed, 2, Targets.Nodes, 2, 900),
        new(FaultKind.TxAnySequence, 2, Targets.Nodes, 2, 900),
        new(FaultKind.TxMempoolFull, 2, Targets.Nodes, 2, 900),
        new(FaultKind.TxEvicted, 2, Targets.None, 5, 300),
        new(FaultKind.ChainHalts, 1, Targets.None, 20, 7200),
        new(FaultKind.ChainJumps, 1, Targets.None, 1, 1) { Amount = (2, 60) },
        new(FaultKind.ChainSlows, 1, Targets.None, 60, 1800) { Amount = (2, 5) },
        new(FaultKind.FeeRises, 2, Targets.None, 30, 3600) { Amount = (2, 30) },
        new(FaultKind.WindowLength, 0.5, Targets.None, 600, 7200) { Amount = (3, 12) },
        new(FaultKind.EpochLength, 0.5, Targets.None, 600, 7200) { Amount = (24, 200) },
        new(FaultKind.TopicInactive, 0.5, Targets.None, 60, 3600),
        new(FaultKind.Upgrade, 0.3, Targets.None, 60, 60),
        new(FaultKind.FundsGone, 0.5, Targets.None, 10, 1800),
        new(WorldFaults.ModelSlow, 3, Targets.Topics, 10, 1800) { Amount = (1, 40) },
        new(WorldFaults.ModelRefuses, 3, Targets.Topics, 2, 900),
        new(WorldFaults.ModelHangs, 3, Targets.Topics, 2, 900),
        new(WorldFaults.ModelErrors, 3, Targets.Topics, 2, 900),
        new(WorldFaults.ModelCrashes, 3, Targets.Topics, 2, 900),
        new(WorldFaults.ModelNotANumber, 2, Targets.Topics, 2, 900),
        new(WorldFaults.ModelGarbage, 2, Targets.Topics, 2, 900),
        new(WorldFaults.ModelStale, 2, Targets.Topics, 10, 3600),
        new(WorldFaults.NodeKilled, 6, Targets.None, 1, 300) { Amount = (0, 4) },
        new(WorldFaults.PowerLoss, 1, Targets.None, 5, 300) { Amount = (0, 4) },
        new(WorldFaults.NodeStopped, 1, Targets.None, 1, 120),
        new(WorldFaults.NodeFrozen, 2, Targets.None, 1, 120),
        new(WorldFaults.ClockJumps, 1, Targets.None, 1, 3600) { Amount = (1, 3600) },
        new(WorldFaults.DiskFull, 0.5, Targets.None, 5, 900),
        new(WorldFaults.DnsGone, 0.5, Targets.None, 2, 600),
        new(WorldFaults.SecondSigner, 0.2, Targets.None, 60, 900),
        new(FaultKind.BlocksFull, 2, Targets.None, 5, 300),
    ];

    /// <summary>The kinds that are drawn.</summary>
    public static IEnumerable<FaultKind> Kinds => Habits.Select(habit => habit.Kind);

    /// <param name="intensity">1: as on a bad day; short runs need more to meet anything.</param>
    /// <param name="only">Kinds to draw from; null: all.</param>
    public static IReadOnlyList<Fault> Draw(
        int seed, TimeSpan length, int nodes, int topics, double intensity, IReadOnlySet<FaultKind>? only = null)
    {
        var random = new Random(seed);
        var plan = new List<Fault>();
        foreach (var habit in Habits)
        {
            var expected = habit.PerDay * intensity * length.TotalDays;
            var count = (int)expected + (random.NextDouble() < expected - (int)expected ? 1 : 0);
            for (var i = 0; i < count; i++)
            {
                var fault = Draw(habit, random, length, nodes, topics);
                if (only?.Contains(habit.Kind) != false && fault.From + fault.For < length - Peace)
                {
                    plan.Add(fault);
                }
            }
        }

        return [.. plan.OrderBy(fault => fault.From).ThenBy(fault => fault.Kind.Name, StringComparer.Ordinal)];
    }

    private static Fault Draw(Habit habit, Random random, TimeSpan length, int nodes, int topics)
    {
        // Most are short and a few are long: the logarithm of the length is uniform. Whole seconds print well.
        var span = (double)habit.MostSeconds / habit.LeastSeconds;
        var seconds = habit.LeastSeconds * Math.Pow(span, random.NextDouble());
        var from = Peace + ((length - Peace - Peace) * random.NextDouble());
        var target = habit.At switch
        {
            // One in ten strikes all at once: then there is no path.
            Targets.Nodes => random.Next(10) == 0 ? null : $"node-{random.Next(nodes) + 1}",
            Targets.Topics => random.Next(4) == 0 ? null : $"topic-{random.Next(topics) + 1}",
            _ => null,
        };
        var amount = habit.Amount is { } range
            ? random.Next(range.Least, range.Most + 1)
            : habit.Kind.DefaultAmount;
        return new Fault(
            habit.Kind, target, TimeSpan.FromSeconds(Math.Floor(from.TotalSeconds)),
            TimeSpan.FromSeconds(Math.Ceiling(seconds)), amount);
    }
}
