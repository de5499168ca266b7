using System.Globalization;

namespace Outpost.Simulation;

/// <summary>What a run, or several together, came to.</summary>
public sealed record SimulationReport
{
    public required int Seed { get; init; }

    /// <summary>Simulated days.</summary>
    public required double Days { get; init; }

    /// <summary>What the windows of each role came to: inferer, forecaster, reputer.</summary>
    public required SortedDictionary<string, RoleReport> Roles { get; init; }

    /// <summary>Windows that the chain opened and closed.</summary>
    public int Duties => All.Duties;

    public int Met => All.Met;

    /// <summary>Windows in which nothing stood in the way for long enough, and those met all the same.</summary>
    public int CouldBeMet => All.CouldBeMet;

    /// <summary>Of those that could be met, the ones that were not: each is a fault of Outpost.</summary>
    public int Lost => All.Lost;

    /// <summary>Misses by the reason that the node gave.</summary>
    public SortedDictionary<string, int> Missed => All.Missed;

    /// <summary>Ends whose reason is not what stood in the way.</summary>
    public int WronglyNamed => All.WronglyNamed;

    /// <summary>Forecasts that the chain took, beside inferences and alone.</summary>
    public required int Forecasts { get; init; }

    public required int Duplicates { get; init; }

    public required int WrongSequences { get; init; }

    /// <summary>What broke an invariant, in words; the first ones.</summary>
    public required IReadOnlyList<string> Violations { get; init; }

    /// <summary>Transactions that a block refused unread or after their last block, uncharged.</summary>
    public required int Late { get; init; }

    /// <summary>Transactions of the node's account in blocks.</summary>
    public required int Transactions { get; init; }

    /// <summary>Faults that were injected.</summary>
    public required int Faults { get; init; }

    /// <summary>Real seconds that it took.</summary>
    public required double Seconds { get; init; }

    /// <summary>The fingerprint of all that happened: equal for equal seeds.</summary>
    public required string Trace { get; init; }

    public bool IsGood => Violations.Count == 0;

    /// <summary>Of the windows that could be met, the share that was; 0 to 1.</summary>
    public double HitRate => CouldBeMet == 0 ? 1 : 1 - ((double)Lost / CouldBeMet);

    /// <summary>How much faster than real time it ran.</summary>
    public double Speed => Math.Round(Days * 86_400 / Seconds);

    /// <summary>Of this role; nothing when the run has none of it.</summary>
    public RoleReport Of(string role) => Roles.GetValueOrDefault(role, RoleReport.None);

    private RoleReport All => Roles.Values.Aggregate(RoleReport.None, (sum, one) => sum.Plus(one));

    /// <summary>How many windows of each role were met, as in "inferer 20 of 21".</summary>
    public static string Words(SortedDictionary<string, RoleReport> roles) =>
        string.Join(", ", roles.Select(role => $"{role.Key} {role.Value}"));

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Days:0.##} days, {Faults} faults, {Duties} windows, {Met} met ({Words(Roles)}), "
        + $"{CouldBeMet} could be met, {Lost} lost ({HitRate * 100:0.####} %), {Duties - Met} missed, "
        + $"{WronglyNamed} wrongly named, {Duplicates} duplicates, "
        + $"{WrongSequences} wrong sequences, {Late} of {Transactions} transactions late, "
        + $"{Speed:N0} times real time, trace {Trace}");
}
