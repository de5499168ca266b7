namespace Outpost.Chains.Rpc;

/// <summary>Which state a read may be answered from.</summary>
internal sealed record Freshness
{
    /// <summary>
    /// No older than what was seen when the read began; when all endpoints are older even after a moment's wait, the
    /// read fails as Behind, and its caller, who retries while a window is open, is better served by that.
    /// </summary>
    public static Freshness Seen { get; } = new();

    /// <summary>As <see cref="Seen"/>, but rather the newest old answer than none: for what changes slowly.</summary>
    public static Freshness Newest { get; } = new() { MayBeOld = true };

    /// <summary>For what our own transactions change: asks the endpoint that took the last one first.</summary>
    public static Freshness AfterWrites { get; } = new() { FollowsWrites = true };

    /// <summary>
    /// For what one endpoint may have and another may not: null is final only when all that work have said it.
    /// </summary>
    public static Freshness Anywhere { get; } = new() { AsksAll = true };

    public bool AsksAll { get; private init; }

    public bool MayBeOld { get; private init; }

    public bool FollowsWrites { get; private init; }

    /// <summary>A height that the answer must have reached, whether it was seen or not.</summary>
    public long Least { get; init; }
}
