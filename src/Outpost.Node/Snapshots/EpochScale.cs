using Outpost.Sdk.Snapshots;

namespace Outpost.Node.Snapshots;

/// <summary>How the epochs of a stream are counted, and how long they take.</summary>
/// <param name="FirstBlock">Where the stream's first epoch begins, which is number 0.</param>
/// <param name="BlockTime">How long a block takes by the chain's rules: more than nothing.</param>
public sealed record EpochScale(long FirstBlock, TimeSpan BlockTime)
{
    /// <summary>An epoch's number within the stream.</summary>
    public long NumberOf(Epoch epoch) => (epoch.Begin - FirstBlock) / epoch.Size;

    /// <summary>The end of the epoch with a number, in a stream of epochs of one size.</summary>
    public long EndOf(long number, long size) => FirstBlock + ((number + 1) * size) - 1;

    /// <summary>How many whole epochs of a size a time has: 720 of 10 blocks of 12 s for a day.</summary>
    public long EpochsIn(TimeSpan time, long size) => time.Ticks / (size * BlockTime.Ticks);
}
