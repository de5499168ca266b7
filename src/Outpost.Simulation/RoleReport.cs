namespace Outpost.Simulation;

/// <summary>What the windows of one role came to; the parts of a <see cref="SimulationReport"/>.</summary>
/// <param name="Missed">Misses by the reason that the node gave.</param>
public sealed record RoleReport(
    int Duties, int Met, int CouldBeMet, int Lost, int WronglyNamed, SortedDictionary<string, int> Missed)
{
    /// <summary>Nothing yet.</summary>
    public static RoleReport None => new(0, 0, 0, 0, 0, new(StringComparer.Ordinal));

    /// <summary>Both together.</summary>
    public RoleReport Plus(RoleReport other)
    {
        var missed = new SortedDictionary<string, int>(Missed, StringComparer.Ordinal);
        foreach (var (reason, count) in other.Missed)
        {
            missed[reason] = missed.GetValueOrDefault(reason) + count;
        }

        return new RoleReport(
            Duties + other.Duties, Met + other.Met, CouldBeMet + other.CouldBeMet, Lost + other.Lost,
            WronglyNamed + other.WronglyNamed, missed);
    }

    public override string ToString() => $"{Met} of {Duties}";
}
