using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Outpost.Devnet.Gateways;

namespace Outpost.Devnet.Evm;

/// <summary>JSON-RPC 2.0 over HTTP and a websocket: one call or a batch, as the node's terms allow.</summary>
internal sealed class EvmRouter(EvmMethods methods, EvmNodeTerms terms, Random random, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Queue<long> _arrivals = new();

    public NodeReply Route(ReadOnlyMemory<byte> body)
    {
        if (terms.IsBadGateway)
        {
            return NodeReply.Text(502, "<html><head><title>502 Bad Gateway</title></head></html>") with
            {
                ContentType = "text/html",
            };
        }

        if (terms.RetryAfterSeconds is not null || IsTooOften())
        {
            var refused = Error(null, new EvmFault(-32005, "too many requests")).ToJsonString();
            return NodeReply.Json(429, refused) with
            {
                Headers = terms.RetryAfterSeconds is { } wait and > 0
                    ? [new("Retry-After", wait.ToString(CultureInfo.InvariantCulture))] : [],
            };
        }

        return NodeReply.Json(200, Answer(body));
    }

    /// <summary>The text that answers a text.</summary>
    public string Answer(ReadOnlyMemory<byte> body)
    {
        string text;
        try
        {
            using var document = JsonDocument.Parse(body);
            text = (document.RootElement.ValueKind is JsonValueKind.Array
                ? (JsonNode)Batch(document.RootElement)
                : One(document.RootElement)).ToJsonString();
        }
        catch (JsonException)
        {
            text = Error(null, new EvmFault(-32700, "parse error")).ToJsonString();
        }

        text = terms.Body ?? text;
        return terms.Rewrite?.Invoke(text) ?? text;
    }

    private JsonArray Batch(JsonElement calls)
    {
        if (calls.GetArrayLength() > terms.MostCalls)
        {
            // As geth has it: a list with one error that names no call.
            return new JsonArray(Error(null, EvmFault.BatchTooLarge()));
        }

        JsonNode[] replies = [.. calls.EnumerateArray().Select(One)];
        if (terms.ShufflesBatches)
        {
            lock (_gate)
            {
                random.Shuffle(replies);
            }
        }

        return new JsonArray(replies);
    }

    private JsonNode One(JsonElement call)
    {
        JsonNode? id = null;
        try
        {
            id = JsonNode.Parse(call.GetProperty("id").GetRawText());
            var parameters = call.TryGetProperty("params", out var given) ? given : default;
            var result = methods.Call(call.GetProperty("method").GetString() ?? "", parameters);
            return new JsonObject { ["jsonrpc"] = "2.0", ["id"] = id, ["result"] = result };
        }
        catch (EvmFault fault)
        {
            return Error(id, fault);
        }
        catch (Exception e) when (e is KeyNotFoundException or InvalidOperationException or ArgumentOutOfRangeException
            or IndexOutOfRangeException)
        {
            return Error(id, EvmFault.Parameters("the call is not what the API says"));
        }
    }

    private static JsonObject Error(JsonNode? id, EvmFault fault)
    {
        var error = new JsonObject { ["code"] = fault.Code, ["message"] = fault.Message };
        if (fault.Details is { } data)
        {
            error["data"] = data;
        }

        return new JsonObject { ["jsonrpc"] = "2.0", ["id"] = id, ["error"] = error };
    }

    private bool IsTooOften()
    {
        if (terms.RequestsPerSecond is not { } most)
        {
            return false;
        }

        lock (_gate)
        {
            while (_arrivals.TryPeek(out var first) && time.GetElapsedTime(first) >= TimeSpan.FromSeconds(1))
            {
                _arrivals.Dequeue();
            }

            if (_arrivals.Count >= most)
            {
                return true;
            }

            _arrivals.Enqueue(time.GetTimestamp());
            return false;
        }
    }
}
