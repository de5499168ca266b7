using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Outpost.Chains.Rpc;

/// <summary>The error member of a JSON-RPC 2.0 reply.</summary>
internal sealed record JsonRpcError(int Code, string Message, string Details)
{
    public const int InvalidRequest = -32600;
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

/// <summary>One call that a batch carries.</summary>
internal sealed record JsonRpcCall(string Method, object Parameters);

/// <summary>
/// What came of a batch: the replies in the order of the calls, or the node's refusal of the batch as a whole, in which
/// case no call of it was carried out.
/// </summary>
internal readonly record struct JsonRpcBatch(HttpReply Http, JsonRpcReply[]? Replies, JsonRpcError? Refusal);

/// <summary>JSON-RPC 2.0 by HTTP POST, one call a request or several.</summary>
internal sealed class JsonRpc(HttpCalls http, Uri url)
{
    private const int Id = 1;

    private static readonly JsonRpcError TooLarge = new(JsonRpcError.InvalidRequest, "batch too large", "HTTP 413");

    public async Task<JsonRpcReply> CallAsync(
        string method, object parameters, string operation, CancellationToken cancellationToken)
    {
        var reply = await PostAsync(Request(Id, method, parameters), operation, cancellationToken);
        return Reply(reply);
    }

    /// <summary>One call whose answer can be long: of its text no more is read than what is wanted.</summary>
    /// <param name="throwIfError">What stands for an error of the node is thrown.</param>
    public async Task<T> LongAsync<T>(
        JsonRpcCall call, Func<byte[], T> read, Action<JsonRpcReply> throwIfError, string operation,
        CancellationToken cancellationToken)
    {
        var reply = await PostAsync(Request(Id, call.Method, call.Parameters), operation, cancellationToken);
        if (!reply.Read(body => LongJson.Has(body, ["result"])))
        {
            throwIfError(Reply(reply));
        }

        return reply.Read(read);
    }

    /// <summary>
    /// Makes several calls in one request. Replies are matched by their ids, whatever order they came in; one that is
    /// missing, doubled or unasked for makes the whole answer unreadable.
    /// </summary>
    public async Task<JsonRpcBatch> CallAllAsync(
        IReadOnlyList<JsonRpcCall> calls, string operation, CancellationToken cancellationToken)
    {
        // One call goes alone: a node that takes no batches takes none of one either.
        var numbered = calls.Select((one, index) => Call(Id + index, one.Method, one.Parameters)).ToArray();
        object content = numbered.Length == 1 ? numbered[0] : numbered;
        var reply = await PostAsync(Bytes(content), operation, cancellationToken);
        if (reply.Status is HttpStatusCode.RequestEntityTooLarge)
        {
            return new JsonRpcBatch(reply, null, TooLarge);
        }

        return reply.Read(body =>
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            return WholeRefusal(root, calls.Count) is { } refusal
                ? new JsonRpcBatch(reply, null, refusal)
                : new JsonRpcBatch(reply, Replies(reply, root, calls.Count), null);
        });
    }

    public static byte[] Request(int id, string method, object parameters) => Bytes(Call(id, method, parameters));

    // Not by way of the shared pool of arrays, which keeps what it once had to lend: a batch can be large.
    private static byte[] Bytes(object content)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(bytes))
        {
            JsonSerializer.Serialize(writer, content);
        }

        return bytes.WrittenSpan.ToArray();
    }

    private static object Call(int id, string method, object parameters) =>
        new { jsonrpc = "2.0", id, method, @params = parameters };

    private async Task<HttpReply> PostAsync(byte[] body, string operation, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        var reply = await http.SendAsync(request, url, operation, cancellationToken);
        return reply.GatewayFault() is { } fault ? throw fault : reply;
    }

    /// <summary>An error in place of the list of replies, or (geth) a list with one error that has no id.</summary>
    private static JsonRpcError? WholeRefusal(JsonElement root, int count)
    {
        if (root.ValueKind is not JsonValueKind.Array)
        {
            var error = JsonRpcError.Read(root);
            return error is not null || count == 1
                ? error : throw new FormatException("A batch was answered by one result.");
        }

        return count > 1 && root.GetArrayLength() == 1 && !HasId(root[0]) ? JsonRpcError.Read(root[0]) : null;
    }

    private static bool HasId(JsonElement reply) =>
        reply.TryGetProperty("id", out var id) && id.ValueKind is not JsonValueKind.Null;

    private static JsonRpcReply[] Replies(HttpReply http, JsonElement batch, int count)
    {
        var replies = new JsonRpcReply?[count];
        IEnumerable<JsonElement> answers = batch.ValueKind is JsonValueKind.Array ? batch.EnumerateArray() : [batch];
        foreach (var one in answers)
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

    private static JsonRpcReply Reply(HttpReply http) => http.Read(body =>
    {
        using var document = JsonDocument.Parse(body);
        return Reply(http, document.RootElement);
    });

    // CometBFT answers some errors with HTTP 500 and a proper JSON-RPC body, so the body decides, not the status.
    private static JsonRpcReply Reply(HttpReply http, JsonElement reply) =>
        JsonRpcError.Read(reply) is { } error
            ? new JsonRpcReply(http, default, error)
            : new JsonRpcReply(http, reply.GetProperty("result").Clone(), null);
}
