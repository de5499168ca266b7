using Outpost.Sdk.Evm;

namespace Outpost.Chains.Evm;

/// <summary>How the newest block of an EVM chain is followed.</summary>
public sealed record HeadOptions
{
    /// <summary>How many headers are kept, and so how deep a reorganisation is found exactly.</summary>
    public int Depth { get; init; } = 128;

    /// <summary>
    /// Which block counts as the newest: latest, or safe or finalized where a chain has these tags and waiting for them
    /// is wanted.
    /// </summary>
    public BlockId Tag { get; init; } = BlockId.Latest;
}

/// <summary>The newest block is another one than before.</summary>
/// <param name="Head">The newest block.</param>
/// <param name="LastCommon">
/// The newest block that this branch and the one before share: the head before where the chain only grew, -1 where
/// nothing was known before. All blocks behind it are new, and what was known of their numbers is left.
/// </param>
/// <param name="IsReorganisation">True when blocks that were told of are left.</param>
/// <param name="IsBeyondTrail">
/// True when the branches part before the oldest header that is kept: even <paramref name="LastCommon"/> may be left.
/// </param>
public sealed record HeadChange(EvmHeader Head, long LastCommon, bool IsReorganisation, bool IsBeyondTrail);
