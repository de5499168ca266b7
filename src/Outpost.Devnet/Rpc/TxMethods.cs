using System.Text.Json.Nodes;
using Google.Protobuf;
using Outpost.Devnet.Blocks;
using Outpost.Devnet.Queries;

namespace Outpost.Devnet.Rpc;

/// <summary>The methods that query the application, take transactions and find them.</summary>
internal sealed class TxMethods(ChainNode node, QueryTable queries)
{
    private const int MaxPerPage = 100;
    private const int CommitWaitBlocks = 20;

    public RpcOutcome AbciInformation() => node.Read(view => (RpcOutcome)new JsonObject
    {
        ["response"] = new JsonObject
        {
            ["data"] = "allora",
            ["version"] = NodeIdentity.AppVersion(view),
            ["last_block_height"] = CometJson.Number(view.Height),
            ["last_block_app_hash"] = Convert.ToBase64String(view.Latest?.AppHash ?? []),
        },
    });

    public RpcOutcome AbciQuery(RpcArguments arguments)
    {
        if (!arguments.TryBytes("data", isHexInJson: true, out var request)
            || !arguments.TryNumber("height", out var height))
        {
            return RpcFault.InvalidParameters("data must be hex and height a number");
        }

        var answer = queries.Ask(arguments.Text("path") ?? "", ByteString.CopyFrom(request), height ?? 0);
        var refused = answer.Message is null ? answer.AsAbci() : null;
        return new JsonObject
        {
            ["response"] = new JsonObject
            {
                ["code"] = refused?.Code ?? 0,
                ["log"] = refused?.Log ?? "",
                ["info"] = "",
                ["index"] = "0",
                ["key"] = null,
                ["value"] = answer.Message is { } message ? Convert.ToBase64String(message.ToByteArray()) : null,
                ["proofOps"] = null,
                ["height"] = CometJson.Number(
                    height is null or 0 ? node.Read(view => view.Height) : height.Value),
                ["codespace"] = refused?.Codespace ?? "",
            },
        };
    }

    public RpcOutcome BroadcastSync(RpcArguments arguments) =>
        Broadcast(arguments, out var arrival) ?? Answer(arrival!, isAsync: false);

    public RpcOutcome BroadcastAsync(RpcArguments arguments) =>
        Broadcast(arguments, out var arrival) ?? Answer(arrival!, isAsync: true);

    public async Task<RpcOutcome> BroadcastCommitAsync(RpcArguments arguments, CancellationToken cancellationToken)
    {
        var (blocks, listening) = node.Follow(CommitWaitBlocks);
        using (listening)
        {
            if (Broadcast(arguments, out var arrival) is { } fault)
            {
                return fault;
            }

            if (arrival is not Arrival.Checked { Result: var check })
            {
                return Answer(arrival!, isAsync: false);
            }

            for (var waited = 0; check.Code == 0 && waited < CommitWaitBlocks; waited++)
            {
                var block = await blocks.ReadAsync(cancellationToken);
                if (block.Transactions.FirstOrDefault(item => item.Hash == arrival.Hash) is { } found)
                {
                    return Committed(arrival.Hash, check, found.Result, block.Height);
                }
            }

            return check.Code == 0
                ? RpcFault.Internal("timed out waiting for tx to be included in a block")
                : Committed(arrival.Hash, check, new TxResult(null, 0, 0, [], []), 0);
        }
    }

    public RpcOutcome Unconfirmed() => node.Chain.Read(state => (RpcOutcome)new JsonObject
    {
        ["n_txs"] = CometJson.Number(state.Waiting.Count),
        ["total"] = CometJson.Number(state.Waiting.Count),
        ["total_bytes"] = CometJson.Number(state.Waiting.Sum(waiting => waiting.Tx.Bytes.Length)),
        ["txs"] = null,
    });

    public RpcOutcome Tx(RpcArguments arguments)
    {
        if (!arguments.TryBytes("hash", isHexInJson: false, out var hash))
        {
            return RpcFault.InvalidParameters("hash is neither base64 nor 0x hex");
        }

        var name = Convert.ToHexString(hash);
        return node.Read(view => view.Find(name)) is { } found
            ? CometJson.Transaction(found)
            : RpcFault.Internal($"tx ({name}) not found");
    }

    public RpcOutcome Search(RpcArguments arguments)
    {
        if (EventQuery.Parse(arguments.Text("query") ?? "", out var query) is { } problem)
        {
            return RpcFault.Internal(problem);
        }

        if (!arguments.TryNumber("page", out var page) || !arguments.TryNumber("per_page", out var perPage))
        {
            return RpcFault.InvalidParameters("page and per_page must be numbers");
        }

        var size = (int)Math.Clamp(perPage ?? 30, 1, MaxPerPage);
        var found = node.Read(view => view.Transactions()
            .Where(item => query!.Matches(EventTags.OfTransaction(item)))
            .ToList());
        if (arguments.Text("order_by") == "desc")
        {
            found.Reverse();
        }

        var skipped = (int)Math.Clamp(((page ?? 1) - 1) * size, 0, int.MaxValue);
        return new JsonObject
        {
            ["txs"] = new JsonArray(
                [.. found.Skip(skipped).Take(size).Select(item => (JsonNode)CometJson.Transaction(item))]),
            ["total_count"] = CometJson.Number(found.Count),
        };
    }

    private RpcOutcome? Broadcast(RpcArguments arguments, out Arrival? arrival)
    {
        arrival = null;
        if (!arguments.TryBytes("tx", isHexInJson: false, out var bytes))
        {
            return RpcFault.InvalidParameters("tx is not base64");
        }

        arrival = node.Broadcast(bytes);
        return null;
    }

    private static RpcOutcome Answer(Arrival arrival, bool isAsync) => arrival switch
    {
        Arrival.Known => RpcFault.Internal("tx already exists in cache"),
        Arrival.Full full => RpcFault.Internal(full.Text),
        Arrival.TooLarge large => RpcFault.Internal(large.Text),
        Arrival.Checked { Result: var result } => new JsonObject
        {
            ["code"] = isAsync ? 0 : result.Code,
            ["data"] = "",
            ["log"] = isAsync ? "" : result.Log,
            ["codespace"] = isAsync ? "" : result.Codespace,
            ["hash"] = arrival.Hash,
        },
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static JsonObject Committed(string hash, TxResult check, TxResult delivered, long height) => new()
    {
        ["check_tx"] = CometJson.ExecResult(check),
        ["tx_result"] = CometJson.ExecResult(delivered),
        ["hash"] = hash,
        ["height"] = CometJson.Number(height),
    };
}
