namespace Outpost.Chains.Allora;

/// <summary>The number of an Allora topic.</summary>
public readonly record struct TopicId(ulong Value)
{
    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>The emissions module's version on a chain: type URLs, query paths and event names follow it.</summary>
public enum EmissionsVersion
{
    V9 = 9,
    V10 = 10,
}

/// <summary>What a node needs to know of a topic.</summary>
/// <param name="EpochLengthBlocks">Blocks between two openings of the worker window.</param>
/// <param name="WorkerWindowBlocks">A payload may be included in blocks nonce+1 .. nonce+this.</param>
/// <param name="EpochLastEnded">The newest nonce; zero for a topic that has not had one.</param>
/// <param name="IsMulti">True when the topic wants labeled values (v10).</param>
public sealed record Topic(
    TopicId Id, string Metadata, long EpochLengthBlocks, long WorkerWindowBlocks, Height EpochLastEnded,
    string LossMethod, bool AllowsNegative, bool IsMulti);

/// <summary>The state of a topic's worker window, and of one address towards it.</summary>
/// <param name="Nonce">The newest nonce, meaningful while the window is open.</param>
/// <param name="ClosesAt">The last block that can include a payload for <paramref name="Nonce"/>.</param>
/// <param name="NextOpensAt">The next nonce, if the topic stays active; zero when unknown.</param>
public sealed record WorkerWindow(
    bool IsOpen, Height Nonce, Height ClosesAt, Height NextOpensAt,
    bool IsRegistered, bool IsWhitelisted, bool IsTopicActive);
