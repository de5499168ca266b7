using System.Globalization;
using System.Text.Json.Nodes;
using Outpost.Chains.Wire.Cosmos.Tx;
using Outpost.Devnet.Blocks;
using Outpost.Devnet.Queries;

namespace Outpost.Devnet.Gateways;

/// <summary>GetTxsEvent of the gateway: transactions by an event query, a page at a time.</summary>
internal sealed class TxsByEvent(ChainNode node, QueryTable queries, GatewayJson json)
{
    private const int MaxLimit = 100;
    private const string GetTx = "/cosmos.tx.v1beta1.Service/GetTx";

    public NodeReply Answer(NodeRequest request)
    {
        if (EventQuery.Parse(request.Query.GetValueOrDefault("query", ""), out var query) is { } problem)
        {
            return LcdRouter.Failed(GrpcCode.InvalidArgument, problem);
        }

        var found = node.Read(view => view.Transactions()
            .Where(item => query!.Matches(EventTags.OfTransaction(item)))
            .Select(item => item.Hash)
            .ToList());
        if (request.Query.GetValueOrDefault("order_by") is "2" or "ORDER_BY_DESC")
        {
            found.Reverse();
        }

        var limit = (int)Math.Clamp(Number(request, "limit", MaxLimit), 1, MaxLimit);
        var skipped = (int)Math.Clamp((Number(request, "page", 1) - 1) * limit, 0, int.MaxValue);
        var (transactions, responses) = (new JsonArray(), new JsonArray());
        foreach (var hash in found.Skip(skipped).Take(limit))
        {
            if (queries.Find(GetTx)!.Answer(new GetTxRequest { Hash = hash }).Message is not { } message)
            {
                continue;
            }

            var form = json.Format(message);
            transactions.Add(form["tx"]?.DeepClone());
            responses.Add(form["tx_response"]?.DeepClone());
        }

        return NodeReply.Json(200, new JsonObject
        {
            ["txs"] = transactions,
            ["tx_responses"] = responses,
            ["pagination"] = null,
            ["total"] = found.Count.ToString(CultureInfo.InvariantCulture),
        });
    }

    private static long Number(NodeRequest request, string name, long otherwise) =>
        long.TryParse(request.Query.GetValueOrDefault(name), CultureInfo.InvariantCulture, out var value) && value > 0
            ? value
            : otherwise;
}
