using Microsoft.Extensions.Logging;

namespace Outpost.Simulation.World;

/// <summary>The log of the processes: warnings are part of the trace, and an error is never right.</summary>
internal sealed class SimulationLog(Trace trace, Action<string> error) : ILoggerFactory, ILogger
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

        var line = formatter(state, exception);
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
}
