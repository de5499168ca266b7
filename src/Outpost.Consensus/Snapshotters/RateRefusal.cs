using Outpost.Chains.Rpc;

namespace Outpost.Consensus.Snapshotters;

/// <summary>A call above the limit.</summary>
/// <param name="Violated">The clause of the limit that it violates.</param>
/// <param name="RetryAfter">When a call is within that clause again.</param>
/// <param name="Beyond">How many calls were beyond that clause before it starts anew, this one too.</param>
public sealed record RateRefusal(RateLimitText Limit, RateClause Violated, TimeSpan RetryAfter, long Beyond);
