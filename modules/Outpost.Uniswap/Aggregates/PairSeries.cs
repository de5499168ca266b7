using Outpost.Sdk.Evm;
using Outpost.Sdk.Snapshots;

namespace Outpost.Uniswap.Aggregates;

/// <summary>The series that an aggregate has of one pair.</summary>
internal sealed record PairSeries(EvmAddress Pair, IReadOnlyList<Member> Members)
{
    /// <summary>The pairs of an aggregate, in the order of its members.</summary>
    /// <exception cref="UniswapException">A member is on no pair.</exception>
    public static IReadOnlyList<PairSeries> Of(IAggregateContext context)
    {
        List<EvmAddress> order = [];
        Dictionary<EvmAddress, List<Member>> members = [];
        foreach (var member in context.Members)
        {
            var pair = member.Contract
                ?? throw new UniswapException($"{member.ProjectId} is on no pair: it cannot be a member here.");
            if (!members.TryGetValue(pair, out var own))
            {
                members.Add(pair, own = []);
                order.Add(pair);
            }

            own.Add(member);
        }

        return [.. order.Select(pair => new PairSeries(pair, members[pair]))];
    }

    /// <summary>Its first series of one of these kinds, the first kind first.</summary>
    /// <exception cref="UniswapException">It has none.</exception>
    public Member Find(params ReadOnlySpan<SeriesKind> kinds)
    {
        foreach (var kind in kinds)
        {
            if (Members.FirstOrDefault(one => SeriesKinds.KindOf(one) == kind) is { } found)
            {
                return found;
            }
        }

        throw new UniswapException(
            $"The aggregate has no series of {kinds[0]} for {Pair.Hex}: add the project to those that it waits for.");
    }
}
