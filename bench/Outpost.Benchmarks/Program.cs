using Outpost.Benchmarks;

if (args is not [var name])
{
    Console.Error.WriteLine("Start benchmarks with bench/run NAME.");
    return 2;
}

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, signal) =>
{
    signal.Cancel = true;
    stop.Cancel();
};

Func<CancellationToken, Task<IReadOnlyList<Figure>>>? measure = name switch
{
    "tx-build" => TransactionBuild.MeasureAsync,
    "window-latency" => WindowLatency.MeasureAsync,
    "window-latency-far" => WindowLatency.MeasureFarAsync,
    "idle-queries" => IdleQueries.MeasureAsync,
    "idle-queries-far" => IdleQueries.MeasureFarAsync,
    "start" => ProgramStart.MeasureAsync,
    "start-far" => ProgramStart.MeasureFarAsync,
    "memory" => ProgramMemory.MeasureAsync,
    "memory-far" => ProgramMemory.MeasureFarAsync,
    "failover" => Failover.MeasureAsync,
    "journal-writes" => JournalWrites.MeasureAsync,
    "lane-100k" => LaneHundredThousand.MeasureAsync,
    "losses-builtin" => LossesBuiltIn.MeasureAsync,
    "losses-service" => LossesService.MeasureAsync,
    "simulation-speed" => SimulationSpeed.MeasureAsync,
    "consensus-submissions" => ConsensusSubmissions.MeasureAsync,
    "consensus-postgres" => ConsensusPostgres.MeasureAsync,
    "consensus-verdict" => ConsensusVerdict.MeasureAsync,
    "snapshot-requests" => SnapshotRequests.MeasureAsync,
    "epoch-latency" => EpochLatency.MeasureAsync,
    "log-decode" => LogDecode.MeasureAsync,
    "backfill" => Backfill.MeasureAsync,
    "consensus-restart" => ConsensusRestart.MeasureAsync,
    "aggregates" => Aggregates.MeasureAsync,
    _ => null,
};
if (measure is null)
{
    Console.Error.WriteLine($"There is no benchmark '{name}'; bench/run lists them.");
    return 2;
}

try
{
    foreach (var figure in await measure(stop.Token))
    {
        Console.WriteLine(figure.ToJson());
    }

    return 0;
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    Console.Error.WriteLine($"{name} was stopped before it had a figure.");
    return 1;
}
