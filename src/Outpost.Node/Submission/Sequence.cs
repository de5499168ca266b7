namespace Outpost.Node.Submission;

/// <summary>
/// The account's next sequence: what the chain has committed, plus what is in flight. A gap (an expired transaction)
/// is filled by the next one, and numbers already in flight are passed over. Safe for use from several threads.
/// </summary>
internal sealed class Sequence
{
    private readonly Lock _lock = new();
    private readonly SortedSet<ulong> _inFlight = [];
    private ulong? _next;

    /// <summary>Null: the chain has to be asked.</summary>
    public ulong? Next
    {
        get { lock (_lock) { return _next; } }
    }

    /// <summary>Takes what the committed state expects.</summary>
    public void Load(ulong committed)
    {
        lock (_lock)
        {
            _inFlight.RemoveWhere(sequence => sequence < committed);
            _next = PassOver(committed);
        }
    }

    /// <summary>The number to use after this one, were it sent.</summary>
    public ulong After(ulong sequence)
    {
        lock (_lock)
        {
            return PassOver(sequence + 1);
        }
    }

    /// <summary>A node took a transaction with this number.</summary>
    public void Taken(ulong sequence)
    {
        lock (_lock)
        {
            _inFlight.Add(sequence);
            if (_next is null || _next <= sequence)
            {
                _next = PassOver(sequence + 1);
            }
        }
    }

    /// <summary>A transaction is no longer in flight; when no block has it, its number is free again.</summary>
    public void Settle(ulong sequence, bool included)
    {
        lock (_lock)
        {
            _inFlight.Remove(sequence);
            _next = included ? _next : null;
        }
    }

    /// <summary>The chain itself named the number it expects next.</summary>
    public void Expect(ulong sequence)
    {
        lock (_lock)
        {
            _next = sequence;
        }
    }

    /// <summary>Makes the next sender ask the chain.</summary>
    public void Doubt()
    {
        lock (_lock)
        {
            _next = null;
        }
    }

    private ulong PassOver(ulong sequence)
    {
        while (_inFlight.Contains(sequence))
        {
            sequence++;
        }

        return sequence;
    }
}
