using System.Collections.Concurrent;

namespace Outpost.Node.Submission;

/// <summary>
/// What each kind of message was seen to use. The first of a kind is simulated, later ones need no question to the
/// chain; one that ran out of gas is simulated again.
/// </summary>
public sealed class GasBook(decimal adjustment)
{
    private readonly ConcurrentDictionary<string, ulong> _used = new(StringComparer.Ordinal);

    /// <summary>Null when the kind has to be simulated first.</summary>
    public ulong? LimitFor(string typeUrl) =>
        _used.TryGetValue(typeUrl, out var used) ? (ulong)Math.Ceiling(used * adjustment) : null;

    /// <summary>The largest use of a kind counts, since topics differ.</summary>
    public void Learn(string typeUrl, ulong gasUsed) =>
        _used.AddOrUpdate(typeUrl, gasUsed, (_, known) => Math.Max(known, gasUsed));

    public void Forget(string typeUrl) => _used.TryRemove(typeUrl, out _);
}
