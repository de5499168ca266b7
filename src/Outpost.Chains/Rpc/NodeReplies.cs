using Outpost.Chains.Wire.Cosmos.Abci;
using Outpost.Chains.Wire.Cosmos.Tendermint;
using Outpost.Chains.Wire.Cosmos.Tx;

namespace Outpost.Chains.Rpc;

/// <summary>What every answer of a node must hold; LCD and gRPC answer with the same messages.</summary>
internal static class NodeReplies
{
    public static Header Header(Block? block, Uri endpoint) =>
        block?.Header is { Time: not null } header
            ? header
            : throw new ChainException(ChainFault.BadReply, "block", endpoint, "the answer holds no header");

    public static TxResponse Broadcast(BroadcastTxResponse reply, Uri endpoint) =>
        reply.TxResponse ?? throw new ChainException(
            ChainFault.BadReply, "broadcast", endpoint, "the answer holds no result");
}
