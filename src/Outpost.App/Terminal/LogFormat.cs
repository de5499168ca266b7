using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;

namespace Outpost.App.Terminal;

/// <summary>One log entry, ready to be written.</summary>
internal sealed record LogEntry(
    DateTimeOffset At, LogLevel Level, string Message, IReadOnlyList<string> Scopes, Exception? Exception);

/// <summary>How log entries become lines.</summary>
internal static class LogFormat
{
    /// <summary>Time, level, what it is about, message: for a person.</summary>
    public static string Text(LogEntry entry)
    {
        var scopes = entry.Scopes.Count == 0 ? "" : $"[{string.Join(' ', entry.Scopes)}] ";
        var exception = entry.Exception is { } problem ? $"{Environment.NewLine}{problem}" : "";
        return $"{entry.At:HH:mm:ss.fff} {Word(entry.Level),-5} {scopes}{OneLine(entry.Message)}{exception}";
    }

    /// <summary>The same as one JSON object: for a machine.</summary>
    public static string Json(LogEntry entry)
    {
        var line = new JsonObject
        {
            ["time"] = entry.At.UtcDateTime.ToString("O", System.Globalization.CultureInfo.InvariantCulture),
            ["level"] = Word(entry.Level),
            ["message"] = entry.Message,
        };
        if (entry.Scopes.Count > 0)
        {
            line["about"] = string.Join(' ', entry.Scopes);
        }

        if (entry.Exception is { } problem)
        {
            line["exception"] = problem.ToString();
        }

        return line.ToJsonString(JsonSerializerOptions.Default);
    }

    /// <summary>A message of several lines, such as one of several endpoints, stays one entry to a reader and to grep.</summary>
    private static string OneLine(string message) => message.Contains('\n', StringComparison.Ordinal)
        ? string.Join(" | ", message.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        : message;

    private static string Word(LogLevel level) => level switch
    {
        LogLevel.Trace => "trace",
        LogLevel.Debug => "debug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warn",
        _ => "error",
    };
}
