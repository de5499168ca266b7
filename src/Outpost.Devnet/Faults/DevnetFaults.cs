namespace Outpost.Devnet.Faults;

/// <summary>
/// What goes wrong at the moment. Safe to use at any time; faults of one kind nest: what they do lasts until the last
/// of them has ended, and the youngest gives the amount where amounts do not add up.
/// </summary>
public sealed class DevnetFaults
{
    private readonly Lock _gate = new();
    private readonly Func<long> _height;
    private readonly int _nodes;
    private ActiveFault[] _active = [];

    internal DevnetFaults(Func<long> height, int nodes) => (_height, _nodes) = (height, nodes);

    /// <summary>After a fault began (true) or ended (false); called outside all locks.</summary>
    internal event Action<Fault, bool>? Changed;

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<Fault> Active => [.. _active.Select(active => active.Fault)];

    /// <summary>Oldest first, with the height at which each began.</summary>
    internal ReadOnlySpan<ActiveFault> Entries => _active;

    /// <summary>
    /// Lets it go wrong from now on, whatever the fault says of when and how long. An amount or a node that cannot be
    /// is an <see cref="ArgumentException"/>.
    /// </summary>
    public void Begin(Fault fault)
    {
        if (fault.Problem(_nodes) is { } problem)
        {
            throw new ArgumentException($"{fault}: {problem}.", nameof(fault));
        }

        var height = _height();
        lock (_gate)
        {
            _active = [.. _active, new(fault, height)];
        }

        Changed?.Invoke(fault, true);
    }

    /// <summary>Ends the youngest fault that is equal to this one; false when none is active.</summary>
    public bool End(Fault fault)
    {
        lock (_gate)
        {
            var index = Array.FindLastIndex(_active, active => active.Fault == fault);
            if (index < 0)
            {
                return false;
            }

            _active = [.. _active[..index], .. _active[(index + 1)..]];
        }

        Changed?.Invoke(fault, false);
        return true;
    }

    /// <summary>The youngest of this kind, at any node.</summary>
    internal Fault? Find(FaultKind kind)
    {
        var active = _active;
        for (var index = active.Length - 1; index >= 0; index--)
        {
            if (active[index].Fault.Kind == kind)
            {
                return active[index].Fault;
            }
        }

        return null;
    }

    /// <summary>The amounts of all of this kind multiplied; 1 when there is none.</summary>
    internal decimal Factor(FaultKind kind)
    {
        var factor = 1m;
        foreach (var active in _active)
        {
            if (active.Fault.Kind == kind)
            {
                factor = Math.Min(factor * active.Fault.Amount, 1_000_000);
            }
        }

        return factor;
    }
}

/// <param name="Height">The head when it began.</param>
internal sealed record ActiveFault(Fault Fault, long Height);
