using Outpost.Chains.Keys;

namespace Outpost.Consensus.Snapshotters;

/// <summary>
/// What a snapshotter with an address signs instead of naming a secret: the typed data EIPRequest of Powerloom's later
/// protocol, member by member.
/// </summary>
/// <param name="SlotId">The snapshotter's slot; carried, and not looked at here.</param>
/// <param name="Deadline">The last block of the source chain at which this may still be used.</param>
/// <param name="SnapshotCid">The vote.</param>
/// <param name="EpochId">The epoch's last block, which names it.</param>
/// <param name="ProjectId">The project voted on.</param>
public sealed record SnapshotRequest(
    ulong SlotId, ulong Deadline, string SnapshotCid, ulong EpochId, string ProjectId)
{
    /// <summary>How EIP-712 writes the struct; its hash is in every deployed contract.</summary>
    public const string Type =
        "EIPRequest(uint256 slotId,uint256 deadline,string snapshotCid,uint256 epochId,string projectId)";

    /// <summary>The name and version that deployed contracts have in their domain.</summary>
    public const string DomainName = "PowerloomProtocolContract";

    /// <summary>See <see cref="DomainName"/>.</summary>
    public const string DomainVersion = "0.1";

    /// <summary>The 32 bytes that are signed.</summary>
    public byte[] Digest(TypedDomain domain) => domain.Digest(TypedData.HashOfStruct(
        Type,
        TypedData.Word(SlotId),
        TypedData.Word(Deadline),
        TypedData.Word(SnapshotCid),
        TypedData.Word(EpochId),
        TypedData.Word(ProjectId)));
}
