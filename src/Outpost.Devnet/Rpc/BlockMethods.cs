using System.Text.Json.Nodes;
using Outpost.Devnet.Blocks;

namespace Outpost.Devnet.Rpc;

/// <summary>The methods that show blocks and the node itself.</summary>
internal sealed class BlockMethods(ChainNode node)
{
    private const int MaxBlockMetas = 20;
    private readonly DevnetOptions _options = node.Chain.Options;

    public RpcOutcome Status() => node.Read(view => (RpcOutcome)CometJson.Status(view));

    public RpcOutcome Block(RpcArguments arguments) => AtHeight(arguments, Whole);

    public RpcOutcome BlockByHash(RpcArguments arguments)
    {
        if (!arguments.TryBytes("hash", isHexInJson: false, out var hash))
        {
            return RpcFault.InvalidParameters("hash is neither base64 nor 0x hex");
        }

        return node.Read(view =>
        {
            for (var height = view.Height; height >= view.LowestHeight; height--)
            {
                if (view.Find(height) is { } block && block.Hash.AsSpan().SequenceEqual(hash))
                {
                    return Whole(block);
                }
            }

            return new JsonObject { ["block_id"] = CometJson.BlockId([]), ["block"] = null };
        });
    }

    public RpcOutcome BlockResults(RpcArguments arguments) => AtHeight(arguments, CometJson.BlockResults);

    public RpcOutcome Header(RpcArguments arguments) => AtHeight(
        arguments, block => new JsonObject { ["header"] = CometJson.Header(block, _options) });

    public RpcOutcome Commit(RpcArguments arguments) => AtHeight(arguments, block => new JsonObject
    {
        ["signed_header"] = new JsonObject
        {
            ["header"] = CometJson.Header(block, _options),
            ["commit"] = new JsonObject
            {
                ["height"] = CometJson.Number(block.Height),
                ["round"] = 0,
                ["block_id"] = CometJson.BlockId(block.Hash),
                ["signatures"] = new JsonArray(),
            },
        },
        ["canonical"] = true,
    });

    public RpcOutcome Blockchain(RpcArguments arguments)
    {
        if (!arguments.TryNumber("minHeight", out var from) || !arguments.TryNumber("maxHeight", out var to))
        {
            return RpcFault.InvalidParameters("minHeight and maxHeight must be numbers");
        }

        return node.Read(view =>
        {
            var highest = Math.Min(to is null or 0 ? long.MaxValue : to.Value, view.Height);
            var lowest = Math.Max(Math.Max(from ?? 1, view.LowestHeight), highest - MaxBlockMetas + 1);
            var metas = new JsonArray();
            for (var height = highest; height >= lowest; height--)
            {
                metas.Add(Meta(view.Find(height)!));
            }

            return (RpcOutcome)new JsonObject
            {
                ["last_height"] = CometJson.Number(view.Height),
                ["block_metas"] = metas,
            };
        });
    }

    public RpcOutcome Validators(RpcArguments arguments) => AtHeight(arguments, block =>
    {
        var validator = CometJson.Validator(_options);
        validator["proposer_priority"] = "0";
        return new JsonObject
        {
            ["block_height"] = CometJson.Number(block.Height),
            ["validators"] = new JsonArray(validator),
            ["count"] = "1",
            ["total"] = "1",
        };
    });

    public RpcOutcome ConsensusParameters(RpcArguments arguments) => AtHeight(arguments, block => new JsonObject
    {
        ["block_height"] = CometJson.Number(block.Height),
        ["consensus_params"] = Parameters(),
    });

    public RpcOutcome Genesis() => new JsonObject
    {
        ["genesis"] = new JsonObject
        {
            ["genesis_time"] = CometJson.Time(_options.GenesisTime),
            ["chain_id"] = _options.ChainId,
            ["initial_height"] = "1",
            ["consensus_params"] = Parameters(),
            ["app_hash"] = "",
            ["app_state"] = new JsonObject(),
        },
    };

    public static RpcOutcome NetInformation() => new JsonObject
    {
        ["listening"] = true,
        ["listeners"] = new JsonArray("Listener(@)"),
        ["n_peers"] = "0",
        ["peers"] = new JsonArray(),
    };

    private JsonObject Parameters() => new()
    {
        ["block"] = new JsonObject
        {
            ["max_bytes"] = "2097152",
            ["max_gas"] = CometJson.Number(_options.MaxBlockGas == 0 ? -1 : _options.MaxBlockGas),
        },
        ["evidence"] = new JsonObject
        {
            ["max_age_num_blocks"] = "100000",
            ["max_age_duration"] = "172800000000000",
            ["max_bytes"] = "1048576",
        },
        ["validator"] = new JsonObject { ["pub_key_types"] = new JsonArray("ed25519") },
        ["version"] = new JsonObject { ["app"] = "0" },
        ["abci"] = new JsonObject { ["vote_extensions_enable_height"] = "0" },
    };

    private JsonObject Whole(Block block) => new()
    {
        ["block_id"] = CometJson.BlockId(block.Hash),
        ["block"] = CometJson.Block(block, _options),
    };

    private JsonObject Meta(Block block) => new()
    {
        ["block_id"] = CometJson.BlockId(block.Hash),
        ["block_size"] = CometJson.Number(600 + block.Transactions.Sum(item => item.Bytes.Length)),
        ["header"] = CometJson.Header(block, _options),
        ["num_txs"] = CometJson.Number(block.Transactions.Count),
    };

    private RpcOutcome AtHeight(RpcArguments arguments, Func<Block, JsonObject> answer)
    {
        if (!arguments.TryNumber("height", out var asked))
        {
            return RpcFault.InvalidParameters("height must be a number");
        }

        var (block, lowest, highest) = node.Read(view => (
            view.Find(asked ?? view.Height), view.LowestHeight, view.Height));
        if (block is not null)
        {
            return answer(block);
        }

        return asked switch
        {
            <= 0 => RpcFault.Internal($"height must be greater than 0, but got {asked}"),
            { } height when height > highest => RpcFault.Internal(
                $"height {height} must be less than or equal to the current blockchain height {highest}"),
            _ => RpcFault.Internal($"height {asked ?? 0} is not available, lowest height is {lowest}"),
        };
    }
}
