using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Outpost.Chains.Rpc;

/// <summary>The error member of a JSON-RPC 2.0 reply.</summary>
internal sealed record JsonRpcError(int Code, string Message, string Details)
{
    public const int MethodNotFound = -32601;
    public const int InvalidParameters = -32602;

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

/// <summary>JSON-RPC 2.0 by HTTP POST, one call a request or several.</summary>
internal sealed class JsonRpc(HttpCalls http, Uri url)
{
    private const int Id = 1;

    public async Task<JsonRpcReply> CallAsync(
        string method, object parameters, string operation, CancellationToken cancellationToken)
    {
        var reply = await PostAsync(Request(Id, method, parameters), operation, cancellationToken);
        return reply.Read(body =>
        {
            using var document = JsonDocument.Parse(body);
            return Reply(reply, document.RootElement);
        });
    }

    /// <summary>
    /// Calls one method several times in one request; the replies stand in the order of the calls, whatever order they
    /// came in. Null when the batch as a whole was refused, in which case no call of it was carried out.
    /// </summary>
    public async Task<JsonRpcReply[]?> CallAllAsync(
        string method, IReadOnlyList<object> parameters, string operation, CancellationToken cancellationToken)
    {
        var calls = parameters.Select((one, index) => Call(Id + index, method, one));
        var reply = await PostAsync(JsonSerializer.SerializeToUtf8Bytes(calls), operation, cancellationToken);
        if (reply.Status is HttpStatusCode.RequestEntityTooLarge)
        {
            return null;
        }

        return reply.Read(body =>
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.ValueKind is JsonValueKind.Array
                ? Replies(reply, document.RootElement, parameters.Count)
                : JsonRpcError.Read(document.RootElement) is not null ? null
                : throw new FormatException("A batch was answered by one result.");
        });
    }

    public static byte[] Request(int id, string method, object parameters) =>
        JsonSerializer.SerializeToUtf8Bytes(Call(id, method, parameters));

    private static object Call(int id, string method, object parameters) =>
        new { jsonrpc = "2.0", id, method, @params = parameters };

    private async Task<HttpReply> PostAsync(byte[] body, string operation, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        var reply = await http.SendAsync(request, url, operation, cancellationToken);
        return reply.GatewayFault() is { } fault ? throw fault : reply;
    }

    private static JsonRpcReply[] Replies(HttpReply http, JsonElement batch, int count)
    {
        var replies = new JsonRpcReply?[count];
        foreach (var one in batch.EnumerateArray())
        {
            var index = one.GetProperty("id").GetInt32() - Id;
            if (index < 0 || index >= count || replies[index] is not null)
            {
                throw new FormatException("A batch was answered with an id that was not asked for.");
            }

            replies[index] = Reply(http, one);
        }

        return [.. replies.Select(one => one ?? throw new FormatException("A call of a batch has no answer."))];
    }

    // CometBFT answers some errors with HTTP 500 and a proper JSON-RPC body, so the body decides, not the status.
    private static JsonRpcReply Reply(HttpReply http, JsonElement reply) =>
        JsonRpcError.Read(reply) is { } error
            ? new JsonRpcReply(http, default, error)
            : new JsonRpcReply(http, reply.GetProperty("result").Clone(), null);
}
