using Outpost.Chains;

namespace Outpost.Node.Journal;

/// <summary>One thing that happened to a duty, or to the node itself.</summary>
/// <param name="At">The wall clock's time, for people. Entries stand in the order in which they happened.</param>
/// <param name="Block">The block that it is about.</param>
/// <param name="Hash">The transaction that it is about.</param>
/// <param name="Endpoint">The endpoint that it is about, without what may be secret in its URL.</param>
public sealed record StoryEntry(
    DateTimeOffset At, StoryKind Kind, string Detail, Height? Block = null, string? Hash = null,
    string? Endpoint = null);
