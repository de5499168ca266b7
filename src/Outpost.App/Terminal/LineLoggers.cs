using Microsoft.Extensions.Logging;

namespace Outpost.App.Terminal;

/// <summary>Log lines on one writer, one line an entry, with the scopes in front of the message.</summary>
internal sealed class LineLoggers(
    TextWriter output, Func<LogEntry, string> format, TimeProvider time, LogLevel least) : ILoggerProvider
{
    private readonly LoggerExternalScopeProvider _scopes = new();
    private readonly Lock _writing = new();

    /// <summary>
    /// A factory that writes only here; ASP.NET's own lines come from warnings up. That a host could not start is told
    /// by who started it, in one line.
    /// </summary>
    public static ILoggerFactory Create(
        TextWriter output, bool asJson, TimeProvider time, LogLevel least) => LoggerFactory.Create(logging =>
        {
            logging.SetMinimumLevel(least);
            logging.AddFilter("Microsoft", least > LogLevel.Warning ? least : LogLevel.Warning);
            logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);
            logging.AddProvider(new LineLoggers(output, asJson ? LogFormat.Json : LogFormat.Text, time, least));
        });

    public ILogger CreateLogger(string categoryName) => new Line(this);

    public void Dispose()
    {
    }

    private void Write(LogEntry entry)
    {
        var line = format(entry);
        lock (_writing)
        {
            output.WriteLine(line);
        }
    }

    private sealed class Line(LineLoggers owner) : ILogger
    {
        private readonly LineLoggers _owner = owner;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => _owner._scopes.Push(state);

        public bool IsEnabled(LogLevel logLevel) => logLevel >= _owner._least && logLevel != LogLevel.None;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel))
            {
                return;
            }

            var scopes = new List<string>();
            _owner._scopes.ForEachScope((scope, list) =>
            {
                // ASP.NET opens scopes of key-value pairs for each request, which say nothing to our readers.
                if (scope is not null and not IEnumerable<KeyValuePair<string, object>>)
                {
                    list.Add(scope.ToString() ?? "");
                }
            }, scopes);
            _owner.Write(new LogEntry(
                _owner._time.GetUtcNow(), logLevel, formatter(state, exception), scopes, exception));
        }
    }

    private readonly TimeProvider _time = time;
    private readonly LogLevel _least = least;
}
