using Microsoft.Extensions.Logging;

namespace Outpost.Node.Modules;

/// <summary>What a program says besides its answers: into the log at debug level, so many lines a minute.</summary>
internal sealed partial class ProcessOutput(string name, TimeProvider time, ILogger logger)
{
    private const int LinesAMinute = 100;

    private readonly Lock _lock = new();
    private long _minute = time.GetTimestamp();
    private int _lines;

    /// <summary>The last line, which often says why a program ended; null before the first.</summary>
    public string? Last { get; private set; }

    public void Add(string line)
    {
        int lines;
        lock (_lock)
        {
            Last = string.IsNullOrWhiteSpace(line) ? Last : line;
            if (time.GetElapsedTime(_minute) >= TimeSpan.FromMinutes(1))
            {
                (_minute, _lines) = (time.GetTimestamp(), 0);
            }

            lines = ++_lines;
        }

        if (lines <= LinesAMinute)
        {
            Said(name, line);
        }
        else if (lines == LinesAMinute + 1)
        {
            SaidMore(name, LinesAMinute);
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Name} says: {Line}")]
    private partial void Said(string name, string line);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Name} says more than {Lines} lines a minute")]
    private partial void SaidMore(string name, int lines);
}
