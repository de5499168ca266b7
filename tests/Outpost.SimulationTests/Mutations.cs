namespace Outpost.SimulationTests;

/// <summary>Breaks of lane, windows, journal and endpoints that the simulation has to catch.</summary>
internal static class Mutations
{
    public static IReadOnlyList<Mutation> All { get; } =
    [
    ];
}
