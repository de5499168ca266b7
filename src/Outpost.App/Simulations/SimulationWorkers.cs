using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Threading.Channels;
using Outpost.Simulation;

namespace Outpost.App.Simulations;

/// <summary>A worker process could not do its work; the message holds its last words.</summary>
internal sealed class WorkerException(string message) : Exception(message);

/// <summary>Runs simulations side by side, each in a worker process: the program again, told to work.</summary>
/// <param name="program">The program and its first arguments.</param>
internal sealed class SimulationWorkers(int count, params IReadOnlyList<string> program)
{
    /// <summary>The hidden command that makes the program a worker.</summary>
    public const string CommandName = "simulation-worker";

    private const string ProcessorsVariable = "DOTNET_PROCESSOR_COUNT";

    /// <summary>Told how far the long runs are; null: nobody.</summary>
    public Action<string>? Progress { get; init; }

    /// <summary>The reports in the order in which they are ready. On cancellation the workers are ended.</summary>
    public async IAsyncEnumerable<SimulationReport> RunAsync(
        IEnumerable<SimulationTask> tasks, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var reports = Channel.CreateBounded<SimulationReport>(count);
        using var source = tasks.GetEnumerator();
        var gate = new Lock();
        SimulationTask? Next()
        {
            lock (gate)
            {
                return source.MoveNext() ? source.Current : null;
            }
        }

        var work = FinishAsync();
        try
        {
            await foreach (var report in reports.Reader.ReadAllAsync(cancellationToken))
            {
                yield return report;
            }

            await work;
        }
        finally
        {
            await enough.CancelAsync();
            await work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        async Task FinishAsync()
        {
            try
            {
                await Task.WhenAll(Enumerable.Range(0, count).Select(
                    _ => WorkAsync(Next, reports.Writer, enough.Token)));
            }
            finally
            {
                reports.Writer.Complete();
            }
        }
    }

    private async Task WorkAsync(
        Func<SimulationTask?> next, ChannelWriter<SimulationReport> reports, CancellationToken cancellationToken)
    {
        if (next() is not { } first)
        {
            return;
        }

        using var process = Start();
        try
        {
            var errors = process.StandardError.ReadToEndAsync(cancellationToken);
            for (var task = first; task is not null; task = next())
            {
                await process.StandardInput.WriteLineAsync(task.ToJson().AsMemory(), cancellationToken);
                await process.StandardInput.FlushAsync(cancellationToken);
                var line = await process.StandardOutput.ReadLineAsync(cancellationToken);
                while (line is not (null or ['{', ..]))
                {
                    Progress?.Invoke(line);
                    line = await process.StandardOutput.ReadLineAsync(cancellationToken);
                }

                if (line is null)
                {
                    throw new WorkerException($"the worker with seed {task.Seed} ended: {(await errors).Trim()}");
                }

                await reports.WriteAsync(
                    JsonSerializer.Deserialize<SimulationReport>(line, SimulationTask.Form)!, cancellationToken);
            }

            process.StandardInput.Close();
            await process.WaitForExitAsync(cancellationToken);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }

    /// <summary>How this program was started, without its arguments.</summary>
    public static IReadOnlyList<string> ThisProgram()
    {
        // Under "dotnet outpost.dll" the program is the first argument; the outpost file is its own program.
        var path = Environment.ProcessPath!;
        return Path.GetFileNameWithoutExtension(path) == "dotnet"
            ? [path, Environment.GetCommandLineArgs()[0]] : [path];
    }

    private Process Start()
    {
        var start = new ProcessStartInfo(program[0], [.. program.Skip(1), CommandName])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment[ProcessorsVariable] = "1";
        return Process.Start(start) ?? throw new WorkerException("no worker process could be started");
    }
}
