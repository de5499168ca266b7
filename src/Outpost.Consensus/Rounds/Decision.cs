namespace Outpost.Consensus.Rounds;

/// <summary>A verdict and its time, which never change again.</summary>
/// <param name="At">The time of the vote that decided, or the closing time of the window.</param>
public sealed record Decision(Verdict Verdict, DateTimeOffset At);
