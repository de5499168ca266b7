using Outpost.Devnet.Faults;

namespace Outpost.Simulation.Faults;

/// <summary>The faults of models that are on now.</summary>
internal sealed class FaultBoard
{
    private readonly List<Fault> _active = [];

    public void Begin(Fault fault) => _active.Add(fault);

    public void End(Fault fault) => _active.Remove(fault);

    /// <summary>The newest of this kind that meets the target.</summary>
    public Fault? Find(FaultKind kind, string target) =>
        _active.FindLast(fault => fault.Kind == kind && (fault.Node is null || fault.Node == target));
}
