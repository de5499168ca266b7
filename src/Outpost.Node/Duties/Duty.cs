using Outpost.Chains;
using Outpost.Chains.Allora;

namespace Outpost.Node.Duties;

/// <summary>What this node does in a topic. Stored in the journal: values are fixed, new ones are appended.</summary>
public enum Role
{
    /// <summary>Infers, and forecasts beside it in one bundle where the topic's configuration says so.</summary>
    Inferer = 1,

    /// <summary>Forecasts alone.</summary>
    Forecaster = 2,

    Reputer = 3,
}

/// <summary>One thing this node has to do once: a role in a topic for a nonce.</summary>
public sealed record DutyId(Role Role, TopicId Topic, Height Nonce)
{
    public override string ToString() => $"{Role.ToString().ToLowerInvariant()}/{Topic}/{Nonce}";
}

/// <summary>A duty and its window: <see cref="ClosesAt"/> is the last block that can include the answer.</summary>
public sealed record Duty(DutyId Id, Height ClosesAt)
{
    /// <summary>
    /// The first block that can include the answer is the one after this. A reputer's comes with the truth.
    /// </summary>
    public Height OpensAt { get; init; } = Id.Nonce;

    /// <summary>The blocks of the window.</summary>
    public long WindowBlocks => ClosesAt - OpensAt;

    /// <summary>The share of the window that is left when block <paramref name="at"/> is made, 0 to 1.</summary>
    public double Margin(Height at) =>
        WindowBlocks <= 0 ? 0 : Math.Clamp((double)(ClosesAt - at) / WindowBlocks, 0, 1);
}
