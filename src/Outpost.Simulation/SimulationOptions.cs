using Outpost.Devnet.Faults;

namespace Outpost.Simulation;

/// <summary>One run.</summary>
public sealed record SimulationOptions
{
    /// <summary>Decides every chance: faults, delays, and the order of what happens at the same instant.</summary>
    public required int Seed { get; init; }

    /// <summary>Simulated time.</summary>
    public required TimeSpan Length { get; init; }

    public int Topics { get; init; } = 10;

    public int Nodes { get; init; } = 3;

    /// <summary>The faults to inject; empty: none.</summary>
    public IReadOnlyList<Fault> Plan { get; init; } = [];

    /// <summary>Told of each simulated day that is over; null: nobody.</summary>
    public Action<int>? DayPassed { get; init; }

    /// <summary>Where each step is written; null: nowhere.</summary>
    public TextWriter? Steps { get; init; }
}
