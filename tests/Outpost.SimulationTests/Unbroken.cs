using Outpost.App.Simulations;
using Outpost.Simulation;

namespace Outpost.SimulationTests;

/// <summary>What the shipped code makes of the rows that breaks are tried with.</summary>
public sealed class Unbroken : IAsyncLifetime
{
    private const int Seeds = 4;

    internal Dictionary<MatrixRow, IReadOnlyList<SimulationReport>> Reports { get; } = [];

    internal static IEnumerable<SimulationTask> Tasks(MatrixRow row) => Enumerable.Range(1, Seeds).Select(row.Task);

    public async ValueTask InitializeAsync()
    {
        foreach (var row in Mutations.All.Select(mutation => mutation.Row).Distinct())
        {
            Reports[row] = await Runs.AllAsync(Tasks(row));
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
