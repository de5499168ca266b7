using System.Globalization;
using Outpost.Chains.Keys;
using Outpost.Consensus.Snapshotters;
using Outpost.Sdk.Evm;

namespace Outpost.Consensus.Proofs;

/// <summary>Whether a vote is its voter's own: the service can leave a signed vote out, but not make one up.</summary>
internal static class VoterCheck
{
    private const string HashMark = "sha256:";

    /// <summary>True for a signature of the address, and for a hashed instance id without one.</summary>
    public static bool IsOwn(CountedVote vote, VerdictRecord record)
    {
        if (vote.Signature is not { } signed)
        {
            return vote.Snapshotter.StartsWith(HashMark, StringComparison.Ordinal);
        }

        return EvmAddress.TryParse(record.Domain.VerifyingContract, out var contract, out _)
            && Number(record.Domain.ChainId) is { } chainId
            && Number(signed.SlotId) is { } slotId
            && Number(signed.Deadline) is { } deadline
            && EthereumSignature.TryParse(signed.Signature, out var signature, out _)
            && signature.Signer(
                new SnapshotRequest(slotId, deadline, vote.Cid, (ulong)record.Epoch.End, record.Project).Digest(
                    new TypedDomain(record.Domain.Name, record.Domain.Version, chainId, contract))) is { } signer
            && signer.ToString() == vote.Snapshotter;
    }

    private static ulong? Number(string text) =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
