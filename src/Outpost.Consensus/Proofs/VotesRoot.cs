using Outpost.Chains.Wire;
using Outpost.Consensus.Series;

namespace Outpost.Consensus.Proofs;

/// <summary>One hash for all votes that counted in a round.</summary>
public static class VotesRoot
{
    /// <summary>The Merkle root over the canonical JSON of the votes in their order, 64 hex digits.</summary>
    public static string Of(IEnumerable<CountedVote> votes) => Convert.ToHexStringLower(
        MerkleTree.RootOf(votes.Select(vote => MerkleHash.OfLeaf(CanonicalJson.OfValue(vote)))));
}
