namespace Outpost.Consensus.Epochs;

/// <summary>Cuts a chain's blocks into epochs.</summary>
public static class EpochPlan
{
    /// <summary>
    /// The first block of the first epoch: the one behind the last epoch, else where the operator wants to begin, else
    /// the chain's head.
    /// </summary>
    /// <param name="beginBlock">0: at the head.</param>
    public static long Begin(Epoch? last, long beginBlock, long head) =>
        last is { } epoch ? epoch.End + 1 : beginBlock > 0 ? beginBlock : head;

    /// <summary>
    /// The whole epochs from a block on whose last block is as far behind the head as the stream wants, oldest first.
    /// </summary>
    public static IEnumerable<Epoch> Due(EpochStream stream, long begin, long head)
    {
        for (var end = begin + stream.Size - 1; end <= head - stream.HeadOffset; end += stream.Size)
        {
            yield return new Epoch(end - stream.Size + 1, end);
        }
    }
}
