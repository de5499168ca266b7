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

    /// <summary>
    /// From a state that the question itself names: any endpoint that has reached that block will do, however far the
    /// chain is by now, and one that has forgotten it sends us to the next.
    /// </summary>
    public static Freshness AtBlock(long height) =>
        new() { AsksAll = true, IsPinned = true, Least = height };

    public bool AsksAll { get; private init; }

    /// <summary>True when <see cref="Least"/> alone says which state is new enough.</summary>
    public bool IsPinned { get; private init; }

    public bool MayBeOld { get; private init; }

    public bool FollowsWrites { get; private init; }

    /// <summary>A height that the answer must have reached, whether it was seen or not.</summary>
    public long Least { get; init; }
}
