namespace Outpost.Consensus;

/// <summary>The consensus store cannot be used or written; the message says which and what to do.</summary>
public sealed class ConsensusException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>
    /// True: it cannot be read or written now (disk full, database away), and a later try may succeed. False: it
    /// cannot be used at all (damaged, written by a newer Outpost).
    /// </summary>
    public bool IsTransient { get; init; }
}
