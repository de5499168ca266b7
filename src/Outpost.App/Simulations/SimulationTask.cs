using System.Text.Json;
using Outpost.Devnet.Faults;
using Outpost.Simulation;
using Outpost.Simulation.Faults;

namespace Outpost.App.Simulations;

/// <summary>One run as it is handed to a worker: a line of JSON.</summary>
/// <param name="Plan">Faults in their text form.</param>
/// <param name="StepsFile">Where each step is written; null: nowhere.</param>
internal sealed record SimulationTask(
    int Seed, double Days, int Topics, int Nodes, IReadOnlyList<string> Plan, string? StepsFile = null)
{
    /// <summary>How lines between the program and its workers are written.</summary>
    public static readonly JsonSerializerOptions Form = new(JsonSerializerDefaults.Web);

    /// <summary>All faults that a plan may name.</summary>
    public static IReadOnlyList<FaultKind> Kinds { get; } = [.. FaultKind.All, .. WorldFaults.All];

    public string ToJson() => JsonSerializer.Serialize(this, Form);

    public static SimulationTask FromJson(string line) => JsonSerializer.Deserialize<SimulationTask>(line, Form)!;

    public SimulationOptions ToOptions(TextWriter? steps, Action<int> dayPassed) => new()
    {
        DayPassed = dayPassed,
        Seed = Seed,
        Length = TimeSpan.FromDays(Days),
        Topics = Topics,
        Nodes = Nodes,
        Plan = [.. Plan.Select(Read)],
        Steps = steps,
    };

    private static Fault Read(string text) =>
        Fault.Parse(text, Kinds, out var fault) is { } problem ? throw new FormatException(problem) : fault!;
}
