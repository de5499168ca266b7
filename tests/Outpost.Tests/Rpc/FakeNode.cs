using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Outpost.Tests.Rpc;

/// <summary>
/// A CometBFT node on loopback that does as it is told: it answers like a real one until <see cref="Fault"/> is set.
/// </summary>
internal sealed class FakeNode : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<string> _calls = new();
    private readonly ConcurrentQueue<int> _requests = new();
    private readonly CancellationTokenSource _stop = new();

    private FakeNode(WebApplication app) => _app = app;

    public Uri Url { get; private set; } = null!;

    public string ChainId { get; set; } = "fake-1";

    public bool IsSyncing { get; set; }

    public long Height { get; set; } = 10;

    /// <summary>The head that it claims in place of <see cref="Height"/>, which it does not have.</summary>
    public long? Claims { get; set; }

    /// <summary>Answers in the node's stead; false: the node answers itself.</summary>
    public Func<HttpContext, string, Task<bool>>? Fault { get; set; }

    /// <summary>What broadcast_tx_sync answers with, by the transaction's base64.</summary>
    public Func<string, object> Broadcast { get; set; } = _ => Reply(new { code = 0, codespace = "", log = "" });

    /// <summary>Heights whose results this node does not have.</summary>
    public ConcurrentDictionary<long, bool> Missing { get; } = new();

    /// <summary>What open websockets are sent; null drops the socket.</summary>
    public Channel<string?> Events { get; } = Channel.CreateUnbounded<string?>();

    public string SubscriptionReply { get; set; } = """{"jsonrpc":"2.0","id":1,"result":{}}""";

    /// <summary>What abci_query answers with; null: there is nothing.</summary>
    public ByteString? Value { get; set; }

    /// <summary>What the state of an abci_query says; null: nothing.</summary>
    public long? StateHeight { get; set; }

    /// <summary>Calls that one request may hold; a larger batch is refused whole.</summary>
    public int MaxBatch { get; set; } = int.MaxValue;

    public bool AnswersBackwards { get; set; }

    /// <summary>How many calls each request held, in order.</summary>
    public IReadOnlyList<int> Requests => [.. _requests];

    /// <summary>The methods called, in order; websocket subscriptions are "subscribe".</summary>
    public IReadOnlyList<string> Calls => [.. _calls];

    public int CountOf(string method) => _calls.Count(call => call == method);

    public static object Reply(object result) => new { jsonrpc = "2.0", id = 1, result };

    public static object Error(int code, string message, string data) =>
        new { jsonrpc = "2.0", id = 1, error = new { code, message, data } };

    /// <summary>The notification of a block with one event that names its height.</summary>
    public static string BlockEvents(long height, bool isEmpty = false) => JsonSerializer.Serialize(Reply(new
    {
        query = "tm.event='NewBlockEvents'",
        data = new
        {
            type = "tendermint/event/NewBlockEvents",
            value = new
            {
                height = $"{height}",
                events = isEmpty ? JsonSerializer.SerializeToElement(Array.Empty<int>()) : EventsOf(height),
                num_txs = "0",
            },
        },
    }));

    public static async Task<FakeNode> StartAsync(Action<FakeNode>? set = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(options =>
            options.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1));
        var app = builder.Build();
        var node = new FakeNode(app);
        set?.Invoke(node);
        app.UseWebSockets();
        app.Run(node.ServeAsync);
        await app.StartAsync();
        node.Url = new Uri(app.Urls.Single());
        return node;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _app.DisposeAsync();
        _stop.Dispose();
    }

    private async Task ServeAsync(HttpContext context)
    {
        if (context.WebSockets.IsWebSocketRequest)
        {
            await ServeSocketAsync(context);
            return;
        }

        using var request = await JsonDocument.ParseAsync(context.Request.Body);
        var isBatch = request.RootElement.ValueKind == JsonValueKind.Array;
        JsonElement[] calls = isBatch ? [.. request.RootElement.EnumerateArray()] : [request.RootElement];
        var method = calls[0].GetProperty("method").GetString()!;
        _requests.Enqueue(calls.Length);
        if (calls.Length > MaxBatch)
        {
            await context.Response.WriteAsJsonAsync(Error(-32600, "Invalid Request", "the batch is too large"));
            return;
        }

        foreach (var call in calls)
        {
            _calls.Enqueue(call.GetProperty("method").GetString()!);
        }

        if (Fault is { } fault && await fault(context, method))
        {
            return;
        }

        if (isBatch)
        {
            var answers = calls.Select(Numbered).ToList();
            if (AnswersBackwards)
            {
                answers.Reverse();
            }

            await context.Response.WriteAsJsonAsync(answers);
            return;
        }

        await context.Response.WriteAsJsonAsync(Answer(method, calls[0].GetProperty("params")));
    }

    private JsonNode Numbered(JsonElement call)
    {
        var answer = JsonSerializer.SerializeToNode(
            Answer(call.GetProperty("method").GetString()!, call.GetProperty("params")))!;
        answer["id"] = call.GetProperty("id").GetInt32();
        return answer;
    }

    private object Answer(string method, JsonElement parameters) => method switch
    {
        "status" => Reply(new
        {
            node_info = new { network = ChainId },
            sync_info = new
            {
                latest_block_height = (Claims ?? Height).ToString(CultureInfo.InvariantCulture),
                latest_block_time = "2026-01-01T00:00:00.123456789Z",
                catching_up = IsSyncing,
            },
        }),
        "broadcast_tx_sync" => Broadcast(parameters.GetProperty("tx").GetString()!),
        "tx" => Error(-32603, "Internal error", "tx (AB) not found"),
        "block_results" => Results(long.Parse(
            parameters.GetProperty("height").GetString()!, CultureInfo.InvariantCulture)),
        "abci_query" => Reply(new
        {
            response = Value is null
                ? (object)new { code = 22, codespace = "sdk", log = "not here" }
                : new { code = 0, value = Value.ToBase64(), height = $"{StateHeight ?? 0}" },
        }),
        _ => Error(-32601, "Method not found", ""),
    };

    private object Results(long height) => height > Height || Missing.ContainsKey(height)
        ? Error(-32603, "Internal error", $"could not find results for height #{height}")
        : Reply(new { height = $"{height}", txs_results = (object?)null, finalize_block_events = EventsOf(height) });

    private static JsonElement EventsOf(long height) => JsonSerializer.SerializeToElement(new[]
    {
        new { type = "tick", attributes = new[] { new { key = "height", value = $"{height}", index = true } } },
    });

    private async Task ServeSocketAsync(HttpContext context)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        try
        {
            await socket.ReceiveAsync(new byte[4096], _stop.Token);
            _calls.Enqueue("subscribe");
            await SendAsync(socket, SubscriptionReply);
            await foreach (var text in Events.Reader.ReadAllAsync(_stop.Token))
            {
                if (text is null)
                {
                    context.Abort();
                    return;
                }

                await SendAsync(socket, text);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException)
        {
            context.Abort();
        }
    }

    private Task SendAsync(WebSocket socket, string text) => socket.SendAsync(
        System.Text.Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, _stop.Token);
}
