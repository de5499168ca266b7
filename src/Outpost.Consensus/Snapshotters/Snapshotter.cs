namespace Outpost.Consensus.Snapshotters;

/// <summary>An identity that may vote in rounds.</summary>
/// <param name="Id">Its number in the store.</param>
/// <param name="Alias">Its name on pages and in metrics; unique.</param>
public sealed record Snapshotter(int Id, string Alias)
{
    public string Name { get; init; } = "";

    public string Email { get; init; } = "";

    /// <summary>The SHA-256 of its instance id, which itself is kept nowhere.</summary>
    public ReadOnlyMemory<byte> InstanceHash { get; init; }

    /// <summary>The account that signs its submissions, "0x…"; null: it shows its instance id.</summary>
    public string? Address { get; init; }

    /// <summary>How often it may call, in the grammar of <see cref="Outpost.Chains.Rpc.RateLimitText"/>.</summary>
    public string RateLimit { get; init; } = "";

    /// <summary>False: its calls are refused, and it is on no roster.</summary>
    public bool IsActive { get; init; } = true;

    public DateTimeOffset AddedAt { get; init; }
}
