using Outpost.Chains.Allora;

namespace Outpost.Simulation.Checks;

/// <summary>What a duty is, seen from the chain: the account's one part for a nonce, in one role.</summary>
internal readonly record struct WindowName(ActorRole Role, ulong Topic, long Nonce)
{
    public override string ToString() => $"topic {Topic} nonce {Nonce}, {RoleTally.NameOf(Role)}";
}
