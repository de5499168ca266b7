using Outpost.Consensus.Rounds;

namespace Outpost.Consensus.Store;

/// <summary>A leaf of a project's series.</summary>
/// <param name="Index">Its place, from 0.</param>
/// <param name="Begin">The first block that it tells of.</param>
/// <param name="End">The last one.</param>
/// <param name="Json">What it says, in canonical JSON: what its hash is of.</param>
public sealed record StoredLeaf(long Index, long Begin, long End, byte[] Json);

/// <summary>How far a project's series goes.</summary>
/// <param name="Size">How many leaves it has.</param>
/// <param name="LastEnd">The last block that any of them tells of; null when there is none.</param>
public readonly record struct SeriesExtent(long Size, long? LastEnd);

/// <summary>A vote that counted, with what its voter is known by.</summary>
/// <param name="InstanceHash">The SHA-256 of the voter's instance id; empty when it has none.</param>
/// <param name="Signature">What it signed; null when it showed its instance id.</param>
public sealed record VoteThatCounted(string Cid, DateTimeOffset At, byte[] InstanceHash, StoredSignature? Signature);

/// <summary>A voter's signature, and what it covers besides project, epoch and CID.</summary>
public sealed record StoredSignature(string Signer, ulong SlotId, ulong Deadline, string Signature);

/// <summary>
/// What is on disk of the records of verdicts and of the projects' series. Never writes; throws
/// <see cref="ConsensusException"/>. Safe for use from several threads.
/// </summary>
public interface IProofReader
{
    /// <summary>Rounds with a verdict and without a record, earliest verdict first.</summary>
    ValueTask<IReadOnlyList<RoundKey>> UnrecordedAsync(int most, CancellationToken cancellationToken);

    /// <summary>In the order in which they came.</summary>
    ValueTask<IReadOnlyList<VoteThatCounted>> CountedAsync(RoundKey key, CancellationToken cancellationToken);

    /// <summary>The signed record of a round, as JSON; null while there is none.</summary>
    ValueTask<byte[]?> RecordAsync(RoundKey key, CancellationToken cancellationToken);

    ValueTask<SeriesExtent> SeriesAsync(int project, CancellationToken cancellationToken);

    /// <summary>The newest leaf that tells of the epoch with this last block.</summary>
    ValueTask<StoredLeaf?> LeafAsync(int project, long epochEnd, CancellationToken cancellationToken);

    /// <summary>Hashes of complete subtrees, by level and index.</summary>
    ValueTask<IReadOnlyDictionary<(int Level, long Index), byte[]>> NodesAsync(
        int project, IReadOnlyCollection<(int Level, long Index)> places, CancellationToken cancellationToken);

    /// <summary>Released epochs between two blocks in which nobody voted for a project, in ascending order.</summary>
    ValueTask<IReadOnlyList<Epochs.Epoch>> SilentAsync(
        Project project, long afterEnd, long beforeEnd, CancellationToken cancellationToken);
}
