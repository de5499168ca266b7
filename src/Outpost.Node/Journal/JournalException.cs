namespace Outpost.Node.Journal;

/// <summary>The journal cannot be used; the message says which file and what to do.</summary>
public sealed class JournalException(string message, Exception? inner = null) : Exception(message, inner);
