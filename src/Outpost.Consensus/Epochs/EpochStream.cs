using System.Diagnostics.CodeAnalysis;

namespace Outpost.Consensus.Epochs;

/// <summary>
/// A series of epochs: one source chain cut into ranges of one size. Each project belongs to one stream. Equal values
/// are the same stream.
/// </summary>
/// <param name="ChainId">The source chain's id.</param>
/// <param name="Size">The length of its epochs in blocks.</param>
/// <param name="HeadOffset">How many blocks an epoch's last block stays behind the chain's head.</param>
[SuppressMessage("Naming", "CA1711", Justification = "A stream of epochs, as configurations and logs call it.")]
public sealed record EpochStream(long ChainId, int Size, int HeadOffset)
{
    /// <summary>As logs, commands and configurations write it, such as 1/10/2.</summary>
    public override string ToString() => $"{ChainId}/{Size}/{HeadOffset}";
}
