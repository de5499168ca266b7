using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Outpost.Chains.Wire.Cosmos.Tendermint;
using Outpost.Devnet.Blocks;

namespace Outpost.Devnet.Queries;

/// <summary>cosmos.base.tendermint.v1beta1.Service: blocks and who the node is.</summary>
internal static class BlockQueries
{
    private const string Service = "/cosmos.base.tendermint.v1beta1.Service/";

    public static void AddTo(QueryTable table, Chain chain)
    {
        table.Add<GetLatestBlockRequest>($"{Service}GetLatestBlock", _ =>
            chain.Read(state => state.Store.Latest) is { } block
                ? new(new GetLatestBlockResponse { BlockId = Id(block), SdkBlock = Form(block, chain) })
                : QueryAnswer.Failed(GrpcCode.Unknown, "block result not found"));
        table.Add<GetBlockByHeightRequest>($"{Service}GetBlockByHeight", request => ByHeight(chain, request.Height));
        table.Add<GetSyncingRequest>($"{Service}GetSyncing", _ => new(new GetSyncingResponse()));
        table.Add<GetNodeInfoRequest>($"{Service}GetNodeInfo", _ => new(NodeInformation(chain)));
    }

    private static QueryAnswer ByHeight(Chain chain, long height)
    {
        var (block, lowest, highest) = chain.Read(state =>
            (state.Store.Find(height), state.Store.LowestHeight, state.Store.Height));
        if (height > highest)
        {
            return QueryAnswer.Failed(
                GrpcCode.InvalidArgument, "requested block height is bigger then the chain length");
        }

        return block is null
            ? QueryAnswer.Failed(
                GrpcCode.Unknown, $"height {height} is not available, lowest height is {lowest}")
            : new(new GetBlockByHeightResponse { BlockId = Id(block), SdkBlock = Form(block, chain) });
    }

    private static BlockId Id(Blocks.Block block) => new() { Hash = ByteString.CopyFrom(block.Hash) };

    private static Chains.Wire.Cosmos.Tendermint.Block Form(Blocks.Block block, Chain chain)
    {
        var transactions = new Data();
        transactions.Txs.AddRange(block.Transactions.Select(item => ByteString.CopyFrom(item.Bytes)));
        return new()
        {
            Header = new Header
            {
                ChainId = chain.Options.ChainId,
                Height = block.Height,
                Time = Timestamp.FromDateTimeOffset(block.Time),
            },
            Data = transactions,
        };
    }

    private static GetNodeInfoResponse NodeInformation(Chain chain) => new()
    {
        DefaultNodeInfo = new DefaultNodeInfo
        {
            DefaultNodeId = NodeIdentity.NodeId(chain.Options.Seed),
            ListenAddr = "tcp://0.0.0.0:26656",
            Network = chain.Options.ChainId,
            Version = NodeIdentity.CometVersion,
            Moniker = "outpost-devnet",
        },
        ApplicationVersion = new VersionInfo
        {
            Name = "allora",
            AppName = "allorad",
            Version = NodeIdentity.AppVersion(chain),
            CosmosSdkVersion = "v0.50.14",
            GoVersion = "none",
        },
    };
}
