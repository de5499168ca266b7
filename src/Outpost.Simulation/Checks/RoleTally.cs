using Outpost.Chains.Allora;

namespace Outpost.Simulation.Checks;

/// <summary>What the windows of one role came to, while they are judged.</summary>
internal sealed class RoleTally
{
    public int Duties { get; set; }

    public int Met { get; set; }

    public int CouldBeMet { get; set; }

    public int Lost { get; set; }

    public int WronglyNamed { get; set; }

    public SortedDictionary<string, int> Missed { get; } = new(StringComparer.Ordinal);

    public static string NameOf(ActorRole role) => role.ToString().ToLowerInvariant();

    public void Miss(string reason) => Missed[reason] = Missed.GetValueOrDefault(reason) + 1;

    public RoleReport ToReport() => new(Duties, Met, CouldBeMet, Lost, WronglyNamed, Missed);
}
