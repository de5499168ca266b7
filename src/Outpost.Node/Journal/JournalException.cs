namespace Outpost.Node.Journal;

/// <summary>The journal cannot be used or written; the message says which file and what to do.</summary>
public sealed class JournalException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>
    /// True: it cannot be read or written now (disk full, read-only, input or output failed, locked), and a later try
    /// may succeed. False: it cannot be used at all (damaged, another account's, written by a newer Outpost).
    /// </summary>
    public bool IsTransient { get; init; }
}
