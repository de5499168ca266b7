using System.Net.Http.Headers;
using System.Text.Json;

namespace Outpost.Chains.Rpc;

/// <summary>The error member of a JSON-RPC 2.0 reply.</summary>
internal sealed record JsonRpcError(int Code, string Message, string Details)
{
    public const int MethodNotFound = -32601;

    public string Text => Details.Length == 0 ? $"{Message} ({Code})" : $"{Message} ({Code}): {Details}";

    public static JsonRpcError? Read(JsonElement reply)
    {
        if (!reply.TryGetProperty("error", out var error) || error.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        var details = error.TryGetProperty("data", out var data) ? data.ToString() : "";
        return new JsonRpcError(error.GetProperty("code").GetInt32(), error.GetProperty("message").ToString(), details);
    }
}

/// <summary>Either the result or the error of one JSON-RPC call, with the HTTP reply it came in.</summary>
internal readonly record struct JsonRpcReply(HttpReply Http, JsonElement Result, JsonRpcError? Error);

/// <summary>JSON-RPC 2.0 by HTTP POST, one call a request.</summary>
internal sealed class JsonRpc(HttpCalls http, Uri url)
{
    private const int Id = 1;

    public async Task<JsonRpcReply> CallAsync(
        string method, object parameters, string operation, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, url)
        {
            Content = new ByteArrayContent(Request(Id, method, parameters)),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        var reply = await http.SendAsync(request, url, operation, cancellationToken);
        if (reply.GatewayFault() is { } fault)
        {
            throw fault;
        }

        return reply.Read(body => Parse(reply, body));
    }

    public static byte[] Request(int id, string method, object parameters) =>
        JsonSerializer.SerializeToUtf8Bytes(new { jsonrpc = "2.0", id, method, @params = parameters });

    // CometBFT answers some errors with HTTP 500 and a proper JSON-RPC body, so the body decides, not the status.
    private static JsonRpcReply Parse(HttpReply reply, byte[] body)
    {
        using var document = JsonDocument.Parse(body);
        var root = document.RootElement;
        return JsonRpcError.Read(root) is { } error
            ? new JsonRpcReply(reply, default, error)
            : new JsonRpcReply(reply, root.GetProperty("result").Clone(), null);
    }
}
