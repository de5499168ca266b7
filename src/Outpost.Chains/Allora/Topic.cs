using Outpost.Chains.Wire;

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
    string LossMethod, bool AllowsNegative, bool IsMulti)
{
    /// <summary>Blocks from a nonce to its truth; at least an epoch.</summary>
    public long GroundTruthLagBlocks { get; init; }

    /// <summary>What the chain adds where it divides by a spread of regrets; more than zero.</summary>
    public DecimalText Epsilon { get; init; }

    /// <summary>What labels may be; null for a topic with one output.</summary>
    public LabelRules? Labels { get; init; }

    /// <summary>
    /// The blocks that take a reputer's payload for this nonce under every version of the chain. Some take it earlier,
    /// from the truth's block on; none closes before the last of these. Epochs may have had another length when the
    /// nonce opened: its window has begun when an epoch has ended since the truth, and one of today's settles it.
    /// </summary>
    public ReputerNonce ReputerWindowOf(Height nonce)
    {
        var truthAt = nonce + GroundTruthLagBlocks;
        var toTick = (EpochLengthBlocks - (GroundTruthLagBlocks % EpochLengthBlocks)) % EpochLengthBlocks;
        var (opensAt, closesAt) = (truthAt + toTick, truthAt + toTick + EpochLengthBlocks);
        var settledAt = EpochEndFrom(truthAt + EpochLengthBlocks, since: nonce);
        return new ReputerNonce(
            nonce,
            truthAt <= EpochLastEnded && EpochLastEnded < opensAt ? EpochLastEnded : opensAt,
            settledAt < closesAt ? settledAt : closesAt);
    }

    /// <summary>
    /// The newest nonce that takes no losses any more at this head, as epochs are now; not above zero: none.
    /// </summary>
    public Height NewestPassed(Height head)
    {
        var late = ReputerWindowOf(EpochLastEnded).ClosesAt - head;
        var epochs = late <= 0 ? 0 : (late + EpochLengthBlocks - 1) / EpochLengthBlocks;
        return EpochLastEnded + (-epochs * EpochLengthBlocks);
    }

    /// <summary>The first epoch to end at this height or later, of those after the newest that is known.</summary>
    /// <param name="since">A block at which an epoch ended as well.</param>
    private Height EpochEndFrom(Height height, Height since)
    {
        var next = (since > EpochLastEnded ? since : EpochLastEnded) + EpochLengthBlocks;
        var epochs = Math.Max(0, height - next + EpochLengthBlocks - 1) / EpochLengthBlocks;
        return next + (epochs * EpochLengthBlocks);
    }
}

/// <summary>What the labels of an inference may be (v10). The chain compares them without case.</summary>
/// <param name="Allowed">Empty: any.</param>
/// <param name="Most">In one inference.</param>
/// <param name="SumToOne">The values must sum to 1, within the tolerance.</param>
public sealed record LabelRules(IReadOnlyList<string> Allowed, ulong Most, bool SumToOne, DecimalText Tolerance);

/// <summary>A nonce that waits for its losses, and the blocks that take them, first and last.</summary>
public sealed record ReputerNonce(Height Nonce, Height OpensAt, Height ClosesAt);

/// <summary>The state of a topic's worker window, and of one address towards it.</summary>
/// <param name="Nonce">The newest nonce, meaningful while the window is open.</param>
/// <param name="ClosesAt">The last block that can include a payload for <paramref name="Nonce"/>.</param>
/// <param name="NextOpensAt">The next nonce, if the topic stays active; zero when unknown.</param>
public sealed record WorkerWindow(
    bool IsOpen, Height Nonce, Height ClosesAt, Height NextOpensAt,
    bool IsRegistered, bool IsWhitelisted, bool IsTopicActive);

/// <summary>The state of a topic's reputer window, and of one address towards it.</summary>
/// <param name="Current">The nonce whose window is open; null when none is.</param>
/// <param name="NextOpensAt">The block that opens the next window; zero when unknown.</param>
public sealed record ReputerWindow(
    ReputerNonce? Current, Height NextOpensAt, bool IsRegistered, bool IsWhitelisted, bool IsTopicActive);

/// <summary>What an actor of a topic does; emissions names scores and rewards by it (ActorType).</summary>
public enum ActorRole
{
    Inferer,
    Forecaster,
    Reputer,
}

/// <summary>What the network found an actor's work of a nonce to be worth, or its moving average so far.</summary>
/// <param name="Nonce">The nonce that moved it last.</param>
public sealed record Score(string Actor, Height Nonce, DecimalText Value);
