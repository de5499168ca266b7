using Outpost.Chains.Evm;
using Outpost.Chains.Rpc;
using Outpost.Consensus.Epochs;
using Outpost.Consensus.Service;

namespace Outpost.App.Settings;

/// <summary>A configuration of the consensus service that was understood.</summary>
/// <param name="File">Where it came from, for messages.</param>
/// <param name="IsReference">True for settings.json of the reference.</param>
internal sealed record ConsensusConfiguration(
    string File, bool IsReference, ConsensusOptions Options, IReadOnlyList<StreamSettings> Streams,
    IReadOnlyList<Note> Notes);

/// <summary>One stream of epochs, and where its chain is followed.</summary>
internal sealed record StreamSettings(EpochStream Stream)
{
    /// <summary>JSON-RPC endpoints of the source chain; empty when nothing is followed.</summary>
    public IReadOnlyList<Uri> Endpoints { get; init; } = [];

    /// <summary>Websockets of the endpoints, in their order; fewer than these where some have none.</summary>
    public IReadOnlyList<Uri> Sockets { get; init; } = [];

    /// <summary>For each endpoint; null: none is set.</summary>
    public RateLimitText? RateLimit { get; init; }

    /// <summary>Which block counts as the head.</summary>
    public BlockId Head { get; init; } = BlockId.Latest;

    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The usual time between two blocks.</summary>
    public TimeSpan BlockTime { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>The first epoch's first block when none was released yet; 0: the head.</summary>
    public long BeginBlock { get; init; }
}
