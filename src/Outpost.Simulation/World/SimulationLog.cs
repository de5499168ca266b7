using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;

namespace Outpost.Simulation.World;

/// <summary>The log of the processes: warnings are part of the trace, and an error is never right.</summary>
internal sealed partial class SimulationLog(Trace trace, Action<string> error) : ILoggerFactory, ILogger
{
    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public bool IsEnabled(LogLevel logLevel) =>
        logLevel >= (trace.Listener is null ? LogLevel.Warning : LogLevel.Debug);

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel))
        {
            return;
        }

        // The journal's name is another one in each process, and must not make its trace another one.
        var line = JournalName().Replace(formatter(state, exception), "the journal");
        if (logLevel >= LogLevel.Error)
        {
            error($"{line}{(exception is null ? "" : $": {exception}")}");
        }

        trace.Add(logLevel.ToString(), line);
    }

    public void Dispose()
    {
        // Nothing to free: a logger's life is the run's.
    }

    [GeneratedRegex(@"file:[^\s?]+\?mode=memory&cache=shared")]
    private static partial Regex JournalName();
}
