using System.Text.Json;
using System.Text.Json.Nodes;
using Outpost.Devnet.Gateways;

namespace Outpost.Devnet.Rpc;

/// <summary>CometBFT's HTTP face: GET with URI parameters, POST with one JSON-RPC call or a batch of them.</summary>
internal sealed class RpcRouter(RpcMethods methods)
{
    private const int MaxBatch = 10_000;
    private static readonly JsonNode UriId = -1;

    public async Task<NodeReply> RouteAsync(NodeRequest request, CancellationToken cancellationToken) =>
        request.Method switch
        {
            "POST" when request.Path is "/" or "" => await PostAsync(request, cancellationToken),
            "GET" when request.Path is "/" or "" => NodeReply.Text(200, "CometBFT RPC of an Outpost devnet\n"),
            "GET" or "POST" => await UriAsync(request, cancellationToken),
            _ => NodeReply.Text(405, "405 method not allowed\n"),
        };

    /// <summary>Answers one parsed JSON-RPC call; null for a notification, which gets no answer.</summary>
    public async Task<JsonObject?> AnswerAsync(JsonNode? call, CancellationToken cancellationToken)
    {
        if (call is not JsonObject body || body["method"]?.GetValue<string>() is not { } name)
        {
            return Envelope(null, RpcFault.InvalidRequest("expected an object with a method"));
        }

        if (body["id"] is not { } id)
        {
            return null;
        }

        if (methods.Find(name) is not { } method)
        {
            return Envelope(id, RpcFault.MethodNotFound);
        }

        return Arguments(body["params"], method) is { } arguments
            ? Envelope(id, await methods.CallAsync(name, method, arguments, cancellationToken))
            : Envelope(id, RpcFault.InvalidParameters("expected an object or an array of parameters"));
    }

    public static JsonObject Envelope(JsonNode? id, RpcOutcome outcome)
    {
        var envelope = new JsonObject { ["jsonrpc"] = "2.0", ["id"] = id?.DeepClone() };
        if (outcome.Fault is { } fault)
        {
            var error = new JsonObject { ["code"] = fault.Code, ["message"] = fault.Message };
            if (fault.Detail.Length > 0)
            {
                error["data"] = fault.Detail;
            }

            envelope["error"] = error;
        }
        else
        {
            envelope["result"] = outcome.Result;
        }

        return envelope;
    }

    private static RpcArguments? Arguments(JsonNode? parameters, RpcMethod method)
    {
        var values = new Dictionary<string, JsonNode?>(StringComparer.Ordinal);
        switch (parameters)
        {
            case null:
                break;
            case JsonObject named:
                foreach (var (name, value) in named)
                {
                    values[name] = value;
                }

                break;
            case JsonArray ordered when ordered.Count <= method.Parameters.Length:
                foreach (var (index, value) in ordered.Index())
                {
                    values[method.Parameters[index]] = value;
                }

                break;
            default:
                return null;
        }

        return new RpcArguments(values, isUri: false);
    }

    private async Task<NodeReply> PostAsync(NodeRequest request, CancellationToken cancellationToken)
    {
        JsonNode? body;
        try
        {
            body = JsonNode.Parse(request.Body.Span);
        }
        catch (JsonException malformed)
        {
            return NodeReply.Json(500, Envelope(null, new RpcFault(
                -32700, "Parse error. Invalid JSON", $"error unmarshaling request: {malformed.Message}")));
        }

        if (body is not JsonArray batch)
        {
            return await AnswerAsync(body, cancellationToken) is { } answer
                ? NodeReply.Json(200, answer)
                : NodeReply.Text(200, "");
        }

        var answers = new JsonArray();
        foreach (var call in batch.Take(MaxBatch))
        {
            if (await AnswerAsync(call, cancellationToken) is { } answer)
            {
                answers.Add((JsonNode)answer);
            }
        }

        // A batch of one is answered like a single call, as CometBFT does.
        return answers.Count == 1
            ? NodeReply.Json(200, answers[0]!)
            : NodeReply.Json(200, answers);
    }

    private async Task<NodeReply> UriAsync(NodeRequest request, CancellationToken cancellationToken)
    {
        var name = request.Path.TrimStart('/');
        if (methods.Find(name) is not { } method)
        {
            return NodeReply.Text(404, "404 page not found\n");
        }

        var values = request.Query.ToDictionary(
            pair => pair.Key, pair => (JsonNode?)JsonValue.Create(pair.Value), StringComparer.Ordinal);
        var outcome = await methods.CallAsync(name, method, new(values, isUri: true), cancellationToken);
        return NodeReply.Json(outcome.Fault is null ? 200 : 500, Envelope(UriId, outcome));
    }
}
