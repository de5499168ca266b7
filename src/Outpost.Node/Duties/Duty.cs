using Outpost.Chains;
using Outpost.Chains.Allora;

namespace Outpost.Node.Duties;

/// <summary>What this node does in a topic. Stored in the journal: values are fixed, new ones are appended.</summary>
public enum Role
{
    Inferer = 1,
}

/// <summary>One thing this node has to do once: a role in a topic for a nonce.</summary>
public sealed record DutyId(Role Role, TopicId Topic, Height Nonce)
{
    public override string ToString() => $"{Role.ToString().ToLowerInvariant()}/{Topic}/{Nonce}";
}

/// <summary>A duty and its window: <see cref="ClosesAt"/> is the last block that can include the answer.</summary>
public sealed record Duty(DutyId Id, Height ClosesAt)
{
    public Height OpensAt => Id.Nonce;

    /// <summary>The blocks of the window; the first that can include an answer is the one after the nonce.</summary>
    public long WindowBlocks => ClosesAt - OpensAt;

    /// <summary>The share of the window that is left when block <paramref name="at"/> is made, 0 to 1.</summary>
    public double Margin(Height at) =>
        WindowBlocks <= 0 ? 0 : Math.Clamp((double)(ClosesAt - at) / WindowBlocks, 0, 1);
}
