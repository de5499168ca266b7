using Outpost.Chains.Allora;
using Outpost.Simulation.Checks;
using Outpost.Simulation.Clock;
using Outpost.Simulation.World;

namespace Outpost.Simulation;

/// <summary>
/// Runs the shipped node against a chain in memory, in simulated time: one seed is one run, always. Needs a thread pool
/// of one thread, since the order of work is then the order in which it was asked for.
/// </summary>
public static class SimulationRun
{
    /// <summary>Set to 1 in the environment of a process that simulates.</summary>
    public const string ProcessorsVariable = "DOTNET_PROCESSOR_COUNT";

    /// <summary>Until then the node registers in its topics.</summary>
    private static readonly TimeSpan SettlingIn = TimeSpan.FromMinutes(5);

    /// <summary>Windows that closed this late in a run are not judged.</summary>
    private static readonly TimeSpan Afterwards = TimeSpan.FromMinutes(5);

    /// <summary>Work that may follow from one instant; more is a loop without a wait.</summary>
    private const int MostTurns = 1_000_000;

    /// <summary>False when this process has more than one processor to work with: it cannot simulate.</summary>
    public static bool TryPrepare() => ThreadPool.SetMinThreads(1, 1) && ThreadPool.SetMaxThreads(1, 1);

    /// <summary>One run, after <see cref="TryPrepare"/>.</summary>
    public static Task<SimulationReport> RunAsync(SimulationOptions options, CancellationToken cancellationToken) =>
        // The driver has to be on the pool's one thread: what it yields to is what is simulated.
        Task.Run(() => DriveAsync(options, cancellationToken), CancellationToken.None);

    private static async Task<SimulationReport> DriveAsync(
        SimulationOptions options, CancellationToken cancellationToken)
    {
        var began = TimeProvider.System.GetTimestamp();
        var time = new SimulatedTime(options.Seed);
        var trace = new Trace(time) { Listener = options.Steps };
        using var world = new SimulatedWorld(options, time, trace);
        world.Start();
        for (var day = 1; TimeSpan.FromDays(day) < options.Length; day++)
        {
            await RunUntilAsync(time, TimeSpan.FromDays(day), cancellationToken);
            options.DayPassed?.Invoke(day);
        }

        await RunUntilAsync(time, options.Length, cancellationToken);
        var stopping = world.StopAsync();
        for (var end = options.Length; !stopping.IsCompleted; end += TimeSpan.FromSeconds(1))
        {
            await RunUntilAsync(time, end, cancellationToken);
        }

        await stopping;
        var judgement = Judgement.Of(
            world.Chain, world.Obstacles, world.Outcomes, SettlingIn, options.Length - Afterwards);
        world.Troubles.ForEach(judgement.Add);
        return new SimulationReport
        {
            Seed = options.Seed,
            Days = options.Length.TotalDays,
            Roles = judgement.Roles,
            Forecasts = world.Chain.Admitted.Count(name => name.Role == ActorRole.Forecaster),
            Duplicates = judgement.Duplicates,
            WrongSequences = judgement.WrongSequences,
            Violations = judgement.Violations,
            Late = world.Chain.Late,
            Transactions = world.Chain.Transactions,
            Faults = options.Plan.Count,
            Seconds = TimeProvider.System.GetElapsedTime(began).TotalSeconds,
            Trace = trace.ToString(),
        };
    }

    /// <summary>Lets all work that can be done be done, then moves time to the next timer; again and again.</summary>
    private static async Task RunUntilAsync(SimulatedTime time, TimeSpan end, CancellationToken cancellationToken)
    {
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            var turns = 0;
            do
            {
                await Task.Yield();
                if (++turns > MostTurns)
                {
                    throw new InvalidOperationException(
                        $"At {time.Elapsed} the node works and works, and waits for nothing: it spins.");
                }
            }
            while (ThreadPool.PendingWorkItemCount > 0);
        }
        while (time.FireNext(end));
    }
}
