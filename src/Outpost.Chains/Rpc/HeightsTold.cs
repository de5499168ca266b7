namespace Outpost.Chains.Rpc;

/// <summary>Listens to what the answers to one read tell of heights; each is passed on to who keeps them.</summary>
internal sealed class HeightsTold(Action<long, DateTimeOffset?>? heard, Action<long>? has)
{
    /// <summary>For calls whose heights nobody asks for.</summary>
    public static HeightsTold Unheard { get; } = new(null, null);

    /// <summary>The oldest state that one of the answers was read from; null when none told.</summary>
    public long? Oldest { get; private set; }

    /// <param name="height">Of the state that an answer was read from; null or 0 when it was not told.</param>
    /// <param name="blockTime">The time in that block's header, where the answer holds it.</param>
    public void State(long? height, DateTimeOffset? blockTime = null)
    {
        // The shared instance keeps nothing: it is used by several threads.
        if (height is > 0 && heard is not null)
        {
            Oldest = Math.Min(Oldest ?? long.MaxValue, height.Value);
            heard(height.Value, blockTime);
        }
    }

    /// <summary>A block that the endpoint has, whatever state it answers from.</summary>
    public void Block(long height)
    {
        if (height > 0)
        {
            has?.Invoke(height);
        }
    }
}
