using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Outpost.EndToEnd.Processes;

/// <summary>The real program in a process of its own, as users start it. Disposing it kills what still runs.</summary>
internal sealed partial class OutpostProcess : IDisposable
{
    private const int LinesKept = 2_000;
    private const int SignalTerminate = 15;

    private readonly Process _process;
    private readonly Lock _gate = new();
    private readonly Queue<string> _lines = new();
    private readonly TaskCompletionSource<long> _watching = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly string _ready;
    private string? _readyLine;

    /// <param name="ready">A text that only its line of being ready has in it.</param>
    private OutpostProcess(Process process, string ready)
    {
        _process = process;
        _ready = ready;
        process.ErrorDataReceived += (_, line) => Read(line.Data);
        process.OutputDataReceived += (_, line) => Read(line.Data);
        process.Exited += (_, _) => _watching.TrySetCanceled();
        process.EnableRaisingEvents = true;
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
    }

    /// <summary>The program in the build that the caller belongs to, for `dotnet`.</summary>
    internal static string Program => Repository.PathOf(
        "artifacts", "bin", "Outpost.App", new DirectoryInfo(AppContext.BaseDirectory).Name, "outpost.dll");

    internal int Id => _process.Id;

    internal int ExitCode => _process.ExitCode;

    /// <summary>The newest lines of both outputs.</summary>
    internal IReadOnlyList<string> Lines
    {
        get
        {
            lock (_gate)
            {
                return [.. _lines];
            }
        }
    }

    /// <summary>Starts `outpost run` from the build that the caller belongs to.</summary>
    internal static OutpostProcess Run(string configurationFile, string logLevel) =>
        Start(configurationFile, "Watching ", ["run", "--config", configurationFile, "--log-level", logLevel]);

    /// <summary>Starts `outpost consensus` with a head that grows by itself, or without one.</summary>
    internal static OutpostProcess Consensus(string configurationFile, bool simulatesHead = true) => Start(
        configurationFile, "\"address\"",
        ["consensus", "--config", configurationFile, "--json", .. simulatesHead ? ["--simulate-head"] : Array.Empty<string>()]);

    private static OutpostProcess Start(string configurationFile, string ready, string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Program, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = Path.GetDirectoryName(configurationFile),
        };
        return new OutpostProcess(
            Process.Start(start) ?? throw new InvalidOperationException("dotnet did not start."), ready);
    }

    /// <summary>The timestamp at which it said that it watches; cancelled when it ended before.</summary>
    internal Task<long> WatchingAsync(CancellationToken cancellationToken) =>
        _watching.Task.WaitAsync(cancellationToken);

    /// <summary>The line in which it said that it is ready; cancelled when it ended before.</summary>
    internal async Task<string> ReadyLineAsync(CancellationToken cancellationToken)
    {
        await _watching.Task.WaitAsync(cancellationToken);
        return _readyLine!;
    }

    /// <summary>kill -9: no handler runs, nothing is flushed.</summary>
    internal async Task KillAsync(CancellationToken cancellationToken)
    {
        _process.Kill();
        await _process.WaitForExitAsync(cancellationToken);
    }

    /// <summary>SIGTERM, as systemd and containers send it.</summary>
    internal void Terminate()
    {
        if (SendSignal(_process.Id, SignalTerminate) != 0)
        {
            throw new InvalidOperationException(
                $"SIGTERM to process {_process.Id}: errno {Marshal.GetLastPInvokeError()}.");
        }
    }

    internal Task WaitForExitAsync(CancellationToken cancellationToken) => _process.WaitForExitAsync(cancellationToken);

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    private void Read(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_gate)
        {
            _lines.Enqueue(line);
            if (_lines.Count > LinesKept)
            {
                _lines.Dequeue();
            }
        }

        if (line.Contains(_ready, StringComparison.Ordinal))
        {
            _readyLine ??= line;
            _watching.TrySetResult(TimeProvider.System.GetTimestamp());
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int process, int signal);
}
