using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Outpost.Chains.Wire.Cosmos.Tendermint;
using Outpost.Devnet.Blocks;

namespace Outpost.Devnet.Queries;

/// <summary>cosmos.base.tendermint.v1beta1.Service: blocks and who the node is.</summary>
internal static class BlockQueries
{
    private const string Service = "/cosmos.base.tendermint.v1beta1.Service/";

    public static void AddTo(QueryTable table, ChainNode node)
    {
        table.Add<GetLatestBlockRequest>($"{Service}GetLatestBlock", _ =>
            node.Read(view => (view.Latest, view.ClaimedHeight)) is ({ } block, var height)
                ? new(new GetLatestBlockResponse
                {
                    BlockId = Id(block),
                    SdkBlock = Form(block with { Height = height }, ChainIdOf(node)),
                })
                : QueryAnswer.Failed(GrpcCode.Unknown, "block result not found"));
        table.Add<GetBlockByHeightRequest>($"{Service}GetBlockByHeight", request => ByHeight(node, request.Height));
        table.Add<GetSyncingRequest>($"{Service}GetSyncing", _ => new(new GetSyncingResponse
        {
            Syncing = node.Read(view => view.IsSyncing),
        }));
        table.Add<GetNodeInfoRequest>($"{Service}GetNodeInfo", _ => new(NodeInformation(node)));
    }

    private static QueryAnswer ByHeight(ChainNode node, long height)
    {
        var (block, lowest, highest) = node.Read(view => (view.Find(height), view.LowestHeight, view.Height));
        if (height > highest)
        {
            return QueryAnswer.Failed(
                GrpcCode.InvalidArgument, "requested block height is bigger then the chain length");
        }

        return block is null
            ? QueryAnswer.Failed(
                GrpcCode.Unknown, $"height {height} is not available, lowest height is {lowest}")
            : new(new GetBlockByHeightResponse { BlockId = Id(block), SdkBlock = Form(block, ChainIdOf(node)) });
    }

    private static string ChainIdOf(ChainNode node) => node.Read(view => view.ChainId);

    private static BlockId Id(Blocks.Block block) => new() { Hash = ByteString.CopyFrom(block.Hash) };

    private static Chains.Wire.Cosmos.Tendermint.Block Form(Blocks.Block block, string chainId)
    {
        var transactions = new Data();
        transactions.Txs.AddRange(block.Transactions.Select(item => ByteString.CopyFrom(item.Bytes)));
        return new()
        {
            Header = new Header
            {
                ChainId = chainId,
                Height = block.Height,
                Time = Timestamp.FromDateTimeOffset(block.Time),
            },
            Data = transactions,
        };
    }

    private static GetNodeInfoResponse NodeInformation(ChainNode node) => new()
    {
        DefaultNodeInfo = new DefaultNodeInfo
        {
            DefaultNodeId = NodeIdentity.NodeId(node.Chain.Options.Seed),
            ListenAddr = "tcp://0.0.0.0:26656",
            Network = ChainIdOf(node),
            Version = NodeIdentity.CometVersion,
            Moniker = "outpost-devnet",
        },
        ApplicationVersion = new VersionInfo
        {
            Name = "allora",
            AppName = "allorad",
            Version = node.Read(NodeIdentity.AppVersion),
            CosmosSdkVersion = "v0.50.14",
            GoVersion = "none",
        },
    };
}
