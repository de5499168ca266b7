using Outpost.Chains;

namespace Outpost.Devnet;

/// <summary>
/// Counts how often each payload was in a block, in bounded memory: the oldest names are forgotten, and a name that is
/// older than what was forgotten is told apart instead of being taken for new.
/// </summary>
internal sealed class PayloadCount(int kept)
{
    private readonly Dictionary<PayloadName, int> _counts = [];
    private readonly Queue<PayloadName> _order = new();
    private readonly NewestEntries<PayloadName, int> _repeated = new(kept);
    private Height _forgottenUpTo = new(-1);

    public long Repetitions { get; private set; }

    /// <summary>Names that came when they may have been forgotten.</summary>
    public long Unjudged { get; private set; }

    public void Add(PayloadName name)
    {
        if (_counts.TryGetValue(name, out var before))
        {
            _counts[name] = before + 1;
            _repeated.Set(name, before + 1);
            Repetitions++;
            return;
        }

        if (name.Nonce.Value <= _forgottenUpTo.Value)
        {
            Unjudged++;
        }

        _counts.Add(name, 1);
        _order.Enqueue(name);
        if (_order.Count > kept)
        {
            var oldest = _order.Dequeue();
            _counts.Remove(oldest);
            _forgottenUpTo = new(Math.Max(_forgottenUpTo.Value, oldest.Nonce.Value));
        }
    }

    public Dictionary<PayloadName, int> Repeated() => _repeated.ToDictionary();
}
