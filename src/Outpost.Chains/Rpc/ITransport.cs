using Google.Protobuf;
using Outpost.Chains.Wire.Cosmos.Abci;
using Outpost.Chains.Wire.Cosmos.Tendermint;

namespace Outpost.Chains.Rpc;

/// <summary>
/// One endpoint of a Cosmos node, spoken to in its own protocol. All three ship: CometBFT RPC, LCD and gRPC.
/// </summary>
internal interface ITransport : INodeTransport
{
    Task<Header> HeaderAsync(long height, CancellationToken cancellationToken);

    /// <summary>A query by its gRPC method; a LegacyDec in the reply is in its protobuf form.</summary>
    Task<TReply> QueryAsync<TReply>(
        string method, IMessage request, MessageParser<TReply> parser, CancellationToken cancellationToken)
        where TReply : IMessage<TReply>;

    /// <summary>Hands a transaction to the node's mempool (CheckTx); a refusal is a value.</summary>
    Task<TxResponse> BroadcastAsync(ReadOnlyMemory<byte> transaction, CancellationToken cancellationToken);

    /// <summary>Null when the node has no block with this transaction. The reply's own tx is not filled.</summary>
    Task<TxResponse?> FindAsync(string hash, CancellationToken cancellationToken);
}
