using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using Microsoft.Extensions.Logging;
using Outpost.Node.Compute;
using Outpost.Node.Duties;

namespace Outpost.Node.Modules;

/// <summary>
/// A program that reads questions and writes answers, started with the first question and kept. One that has ended is
/// started again with the next question, after a pause that doubles until it answers.
/// </summary>
public sealed partial class ProcessEntrypoint(ProcessEntrypointOptions options, TimeProvider time, ILogger logger)
    : IEntrypoint
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    /// <summary>Variables that may hold secrets of the node begin with these.</summary>
    private static readonly string[] OwnVariables = ["OUTPOST", "ALLORA_OFFCHAIN_NODE"];

    private readonly Lock _lock = new();
    private ChildProcess? _child;
    private string? _problem;
    private TimeSpan _pause = ShortestPause;
    private long _endedAt;
    private bool _isDisposed;

    /// <summary>True when a program was started and has ended since.</summary>
    internal bool IsOver => _child is { End: not null };

    private string Name { get; } = $"process {Path.GetFileName(options.Command[0])}";

    public string Describe(Question question) => Name;

    public string Request(Question question) => Encoding.UTF8.GetString(ProcessLines.Write(1, question)).TrimEnd();

    public async Task<Reply> AskAsync(Question question, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (Running() is not { } child)
        {
            return new Answer.None(Reason.ModelUnreachable, $"{Name} {_problem}");
        }

        var answer = await child.AskAsync(id => ProcessLines.Write(id, question), cancellationToken);
        return answer is null
            ? new Answer.None(Reason.ModelError,
                $"{Name} {child.End ?? $"has {ChildProcess.MostWaiting} questions to answer already"}")
            : ProcessLines.Read(question, Name, answer);
    }

    public async ValueTask DisposeAsync()
    {
        ChildProcess? child;
        lock (_lock)
        {
            (child, _child, _isDisposed, _problem) = (_child, null, true, "was stopped");
        }

        if (child is not null)
        {
            await child.DisposeAsync();
        }
    }

    /// <summary>Null while it is not to be started, or cannot be: the problem says why.</summary>
    private ChildProcess? Running()
    {
        lock (_lock)
        {
            if (_child is { End: { } end } over)
            {
                Ended(Name, end);
                _pause = over.HasAnswered ? ShortestPause : _pause;
                Fail(end, over.EndedAt);
                _child = null;
                _ = over.DisposeAsync().AsTask();
            }

            var left = _pause - time.GetElapsedTime(_endedAt);
            if (_child is null && !_isDisposed && (_problem is null || left <= TimeSpan.Zero))
            {
                // The next end in a row is followed by a longer pause.
                _pause = _problem is null ? _pause : Shorter(_pause * 2, LongestPause);
                _child = Start();
            }

            return _child;
        }
    }

    private ChildProcess? Start()
    {
        var start = new ProcessStartInfo(options.Command[0], options.Command.Skip(1))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = options.Folder ?? "",
        };
        foreach (var name in start.Environment.Keys.Where(IsOwn).ToArray())
        {
            start.Environment.Remove(name);
        }

        try
        {
            var process = Process.Start(start)!;
            Started(Name, process.Id);
            return new ChildProcess(process, new ProcessOutput(Name, time, logger), time);
        }
        catch (Exception fault) when (fault is Win32Exception or IOException)
        {
            Fail($"cannot be started: {fault.Message}", time.GetTimestamp());
            return null;
        }
    }

    private void Fail(string problem, long at) =>
        (_problem, _endedAt) = ($"{problem}; it is started again after {_pause.TotalSeconds:0} s", at);

    private static bool IsOwn(string name) =>
        OwnVariables.Any(own => name.StartsWith(own, StringComparison.OrdinalIgnoreCase));

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Name} runs as process {Id}")]
    private partial void Started(string name, int id);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Name} {End}")]
    private partial void Ended(string name, string end);
}
