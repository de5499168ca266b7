namespace Outpost.Consensus.Contract;

/// <summary>
/// A submission that proves by a signature who made it, as the fields of the later protocol's request.
/// </summary>
/// <param name="SlotId">The slot of the snapshotter; 0 when the request names none.</param>
/// <param name="Deadline">After which the signature means nothing; 0 when the request names none.</param>
/// <param name="EpochEnd">The epoch's last block.</param>
/// <param name="Signature">65 bytes r, s, v in hex.</param>
public sealed record SignedSubmission(
    long SlotId, long Deadline, string Cid, long EpochEnd, string ProjectId, string Signature);

/// <summary>
/// Finds the account ("0x…", in lower case) behind a signature; null when there is none, or it is too old.
/// </summary>
public delegate string? FindSigner(SignedSubmission submission);
