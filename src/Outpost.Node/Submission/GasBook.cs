using System.Collections.Concurrent;
using System.Numerics;
using Google.Protobuf.WellKnownTypes;

namespace Outpost.Node.Submission;

/// <summary>
/// What messages were seen to use, by their type and, as doubling sizes, their length: losses of 32 inferers cost many
/// times what those of 2 do. The first of a kind is simulated, later ones need no question to the chain; one that ran
/// out of gas is simulated again. Safe for use from several threads.
/// </summary>
public sealed class GasBook(decimal adjustment)
{
    private readonly ConcurrentDictionary<(string TypeUrl, int SizeClass), Use> _used = new();

    private readonly record struct Use(ulong Gas, int Bytes);

    /// <summary>
    /// Null when the kind has to be simulated first. Gas grows no faster than the length, so that what a shorter
    /// message used is scaled up, and what a longer one used is enough as it is.
    /// </summary>
    public ulong? LimitFor(Any message) => _used.TryGetValue(KindOf(message), out var used)
        ? (ulong)Math.Ceiling(used.Gas * adjustment * Math.Max(1, (decimal)message.Value.Length / used.Bytes))
        : null;

    /// <summary>The largest use of a kind counts, since topics differ.</summary>
    public void Learn(Any message, ulong gasUsed)
    {
        var use = new Use(gasUsed, Math.Max(1, message.Value.Length));
        _used.AddOrUpdate(KindOf(message), use, (_, known) => known.Gas > gasUsed ? known : use);
    }

    public void Forget(Any message) => _used.TryRemove(KindOf(message), out _);

    private static (string, int) KindOf(Any message) =>
        (message.TypeUrl, BitOperations.Log2((uint)message.Value.Length));
}
