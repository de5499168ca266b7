using Outpost.Chains.Allora;
using Outpost.Devnet.Faults;
using Outpost.Node.Duties;
using Outpost.Simulation.Faults;

namespace Outpost.Simulation.Checks;

/// <summary>
/// Holds what the node says of each window against what the chain saw, and both against what stood in the way.
/// </summary>
internal sealed class Judgement
{
    private const int ViolationsTold = 20;

    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(3);

    /// <summary>A block is seen within this after it was made, where nothing is in the way.</summary>
    private static readonly TimeSpan Spreads = TimeSpan.FromSeconds(1);

    private readonly ChainSide _chain;
    private readonly Obstacles _obstacles;
    private readonly List<Obstacle> _upgrades;
    private readonly SortedDictionary<ActorRole, RoleTally> _tallies = [];
    private readonly List<string> _violations = [];
    private int _untold;

    private Judgement(ChainSide chain, Obstacles obstacles) => (_chain, _obstacles, _upgrades) =
        (chain, obstacles, [.. obstacles.All(FaultKind.Upgrade.Name)]);

    /// <summary>By the role's name.</summary>
    public SortedDictionary<string, RoleReport> Roles =>
        new(_tallies.ToDictionary(tally => RoleTally.NameOf(tally.Key), tally => tally.Value.ToReport()),
            StringComparer.Ordinal);

    public int Duplicates { get; private set; }

    public int WrongSequences { get; private set; }

    public IReadOnlyList<string> Violations =>
        _untold == 0 ? _violations : [.. _violations, $"and {_untold} more"];

    /// <param name="outcomes">What the journal says.</param>
    /// <param name="from">Windows that opened before are left out: the node was not ready yet.</param>
    /// <param name="until">Windows that closed later are left out: the node may still be about to record them.</param>
    public static Judgement Of(
        ChainSide chain, Obstacles obstacles, Dictionary<WindowName, string> outcomes, TimeSpan from, TimeSpan until)
    {
        var judgement = new Judgement(chain, obstacles);
        foreach (var window in chain.Windows.Where(window => window.OpenedAt >= from && window.ClosedAt <= until))
        {
            judgement.Judge(window, outcomes.GetValueOrDefault(window.Name, Impediment.NoRecord));
        }

        foreach (var (name, outcome) in outcomes.OrderBy(one => (one.Key.Topic, one.Key.Nonce, one.Key.Role)))
        {
            judgement.JudgeNonce(name, outcome);
        }

        judgement.WrongSequences = judgement.Count(
            "wrong sequence", judgement.NotAfterLies(judgement.NotOfSecondSigner(chain.WrongSequences)));
        judgement.Duplicates = judgement.Count("duplicate", chain.Duplicates);
        judgement.Count("out of its window", chain.OutOfWindow);
        return judgement;
    }

    public void Add(string violation)
    {
        if (_violations.Count < ViolationsTold)
        {
            _violations.Add(violation);
        }
        else
        {
            _untold++;
        }
    }

    /// <summary>
    /// A nonce without inferences never opens to reputers: the node misses nothing there, and says so.
    /// </summary>
    private void JudgeNonce(WindowName name, string outcome)
    {
        if (name.Role == ActorRole.Reputer && !_chain.MayHaveInferences(name) && outcome != Reason.NoInferences.Code)
        {
            TallyOf(name.Role).WronglyNamed++;
            Add($"{name}: nobody inferred there, and the journal says {outcome}");
        }
    }

    private RoleTally TallyOf(ActorRole role) =>
        _tallies.TryGetValue(role, out var tally) ? tally : _tallies[role] = new RoleTally();

    private void Judge(Window window, string outcome)
    {
        var tally = TallyOf(window.Name.Role);
        tally.Duties++;
        var obstacles = _obstacles.During(window.Name.Topic, window.OpenedAt, window.ClosedAt);
        var couldBeMet = _obstacles.LeaveRoom(obstacles, window.OpenedAt, window.ClosedAt, window.Blocks);
        var isAdmitted = _chain.Admitted.Contains(window.Name);
        tally.CouldBeMet += couldBeMet || isAdmitted ? 1 : 0;
        if (isAdmitted)
        {
            tally.Met++;
            if (outcome != "included" && !HasSecondSigner(obstacles))
            {
                tally.WronglyNamed++;
                Tell(window, obstacles, $"the chain has it, and the journal says {outcome}");
            }

            return;
        }

        tally.Miss(outcome);
        if (couldBeMet)
        {
            tally.Lost++;
            Tell(window, obstacles, $"it could have been met, and was missed: {outcome}");
        }

        // To whom no endpoint shows the chain, or each one late, that one learns late of the window or of its end, and
        // names what is in the way then. So it learns of an upgrade, whose new names it does not use before.
        obstacles = _obstacles.During(window.Name.Topic, window.OpenedAt, _obstacles.SeenAt(window.ClosedAt + Spreads));
        obstacles.AddRange(_upgrades.FindAll(one => !obstacles.Contains(one) && one.From < window.ClosedAt
            && window.OpenedAt < _obstacles.SeenAt(one.To)));
        if (!obstacles.Exists(one => one.Impediment.Reasons.Contains(outcome))
            && !IsShortOfTime(window, obstacles, outcome))
        {
            tally.WronglyNamed++;
            Tell(window, obstacles, $"it was missed, and {outcome} is not why");
        }
    }

    /// <summary>
    /// Nobody meets a window that is over in a moment, as when a chain jumps; and what an obstacle left of a window may
    /// have been too little for an answer to get into a block.
    /// </summary>
    private static bool IsShortOfTime(Window window, List<Obstacle> obstacles, string outcome) =>
        (outcome is "seen-too-late" or "window-closed" or "model-timeout" or "chain-halted"
            && window.ClosedAt - window.OpenedAt < Moment)
        || (outcome is "window-closed" && obstacles.Exists(one =>
            one.Impediment.Reach != Reach.Nothing && one.To > window.OpenedAt && one.To < window.ClosedAt));

    /// <summary>
    /// The first transaction that is refused after a second signer went is how a node learns what the other has used:
    /// with nothing in flight it reads no blocks.
    /// </summary>
    private List<Offence> NotOfSecondSigner(List<Offence> offences)
    {
        var excused = _obstacles.All(WorldFaults.SecondSigner.Name)
            .Select(one => offences.Find(offence => offence.At >= one.To).Hash).ToHashSet();
        return offences.FindAll(offence => !excused.Contains(offence.Hash));
    }

    /// <summary>
    /// What all nodes said they had, and dropped, makes wrong what is sent behind it until a block shows that it is
    /// gone.
    /// </summary>
    private List<Offence> NotAfterLies(List<Offence> offences) => offences.FindAll(offence =>
        !_obstacles.IsEverywhere(
            FaultKind.TxSwallowed.Name, _chain.BlockBefore(offence.At - Moment), offence.At)
        && !IsBehindEvicted(offence));

    /// <summary>
    /// Mempools were emptied with the newest block, and that block was on its way to the node yet: nobody could know.
    /// </summary>
    private bool IsBehindEvicted(Offence offence)
    {
        var block = _chain.BlockBefore(offence.At);
        return offence.At - block < Spreads && _obstacles.IsEverywhere(FaultKind.TxEvicted.Name, block, block);
    }

    private int Count(string kind, List<Offence> offences)
    {
        var counted = offences.FindAll(offence =>
            !HasSecondSigner(_obstacles.During(0, offence.At, offence.At + TimeSpan.FromTicks(1))));
        counted.ForEach(offence => Add($"{offence.At:d\\.hh\\:mm\\:ss\\.fff} {kind}: {offence.What}"));
        return counted.Count;
    }

    private void Tell(Window window, List<Obstacle> obstacles, string what) => Add(
        $"{window.OpenedAt:d\\.hh\\:mm\\:ss} to {window.ClosedAt:hh\\:mm\\:ss} {window.Name} "
        + $"({window.Blocks.Count} blocks): {what}; in the way: "
        + (obstacles.Count == 0 ? "nothing" : string.Join(", ", obstacles)));

    private static bool HasSecondSigner(List<Obstacle> obstacles) =>
        obstacles.Exists(one => one.Name == WorldFaults.SecondSigner.Name);
}
