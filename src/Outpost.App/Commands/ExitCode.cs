namespace Outpost.App.Commands;

/// <summary>What the program's end says to a script; printed by outpost --help.</summary>
internal static class ExitCode
{
    /// <summary>Done, or stopped on request (Ctrl-C, SIGTERM, the end of --for).</summary>
    public const int Done = 0;

    /// <summary>Something failed: a probe, a file, the chain.</summary>
    public const int Failed = 1;

    /// <summary>The configuration or the command line is wrong; nothing was started.</summary>
    public const int Wrong = 2;

    /// <summary>A run that was asked for a result missed a window, or saw none.</summary>
    public const int Missed = 3;

    /// <summary>Ctrl-C before there was a result, as a shell counts it: 128 + SIGINT.</summary>
    public const int Interrupted = 130;
}
