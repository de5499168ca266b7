using Outpost.Chains.Wire.Cosmos.Tendermint;

namespace Outpost.Chains.Rpc;

/// <summary>What a node says of its blocks, where it is asked by gRPC methods (LCD and gRPC).</summary>
internal static class NodeQueries
{
    private const string Service = "/cosmos.base.tendermint.v1beta1.Service/";

    public static async Task<NodeHead> HeadAsync(
        ITransport transport, HeightsTold heights, CancellationToken cancellationToken)
    {
        var latest = transport.QueryAsync(Service + "GetLatestBlock", new GetLatestBlockRequest(),
            GetLatestBlockResponse.Parser, cancellationToken);
        var syncing = transport.QueryAsync(Service + "GetSyncing", new GetSyncingRequest(),
            GetSyncingResponse.Parser, cancellationToken);
        await Task.WhenAll(latest, syncing);
        var block = (await latest).SdkBlock ?? (await latest).Block;
        var header = Read(block, transport.Url);
        var time = header.Time.ToDateTimeOffset();
        heights.State(header.Height, time);
        return new NodeHead(header.ChainId, header.Height, time, (await syncing).Syncing);
    }

    public static async Task<Header> HeaderAsync(
        ITransport transport, long height, CancellationToken cancellationToken)
    {
        var reply = await transport.QueryAsync(
            Service + "GetBlockByHeight", new GetBlockByHeightRequest { Height = height },
            GetBlockByHeightResponse.Parser, cancellationToken);
        return Read(reply.SdkBlock ?? reply.Block, transport.Url);
    }

    private static Header Read(Block? block, Uri endpoint) =>
        block?.Header is { Time: not null } header
            ? header
            : throw new ChainException(ChainFault.BadReply, "block", endpoint, "the answer holds no header");
}
