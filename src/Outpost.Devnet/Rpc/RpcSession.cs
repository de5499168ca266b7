using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Outpost.Devnet.Queries;

namespace Outpost.Devnet.Rpc;

/// <summary>
/// One client on /websocket: the RPC methods and up to five subscriptions. A client that does not read is dropped.
/// </summary>
internal sealed class RpcSession(WebSocket socket, RpcRouter router, EventFeed feed, TimeProvider time)
{
    private const int MaxSubscriptions = 5;
    private const int MaxQueued = 2_000;
    private const int MaxMessageBytes = 1_500_000;
    private static readonly TimeSpan FarewellPatience = TimeSpan.FromSeconds(5);
    private readonly Lock _gate = new();
    private readonly Channel<byte[]> _outgoing = Channel.CreateBounded<byte[]>(
        new BoundedChannelOptions(MaxQueued) { SingleReader = true });

    /// <summary>In the order in which they were made.</summary>
    private Subscription[] _subscriptions = [];

    private volatile bool _saysFarewell;

    /// <summary>Serves until either side ends the connection.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        feed.Join(this);
        var writing = WriteAsync(ending);
        try
        {
            await ReadAsync(ending.Token);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            socket.Abort();
        }
        catch (WebSocketException)
        {
            // The client went away without a farewell, which ends the session like one.
        }
        finally
        {
            feed.Leave(this);
            await ending.CancelAsync();
            await writing;
        }
    }

    /// <summary>Ends it from the node's side: with a close frame behind what is queued, or by breaking it.</summary>
    public void End(bool withFarewell)
    {
        _saysFarewell = withFarewell;
        _outgoing.Writer.TryComplete();
    }

    /// <summary>Queues what matches a subscription; ends the session when its queue is full.</summary>
    public void Offer(IReadOnlyList<Publication> publications)
    {
        foreach (var subscription in _subscriptions)
        {
            foreach (var publication in publications)
            {
                if (publication.Matches(subscription.Query)
                    && !_outgoing.Writer.TryWrite(publication.Envelope(subscription.Head)))
                {
                    _outgoing.Writer.TryComplete();
                    return;
                }
            }
        }
    }

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        var buffer = new byte[16 * 1024];
        using var message = new MemoryStream();
        while (socket.State is WebSocketState.Open or WebSocketState.CloseSent)
        {
            var received = await socket.ReceiveAsync(buffer.AsMemory(), cancellationToken);
            if (received.MessageType == WebSocketMessageType.Close)
            {
                if (socket.State == WebSocketState.CloseReceived)
                {
                    await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, cancellationToken);
                }

                return;
            }

            message.Write(buffer, 0, received.Count);
            if (message.Length > MaxMessageBytes)
            {
                await socket.CloseOutputAsync(WebSocketCloseStatus.MessageTooBig, null, cancellationToken);
                return;
            }

            if (received.EndOfMessage)
            {
                await AnswerAsync(message.GetBuffer().AsMemory(0, (int)message.Length), cancellationToken);
                message.SetLength(0);
            }
        }
    }

    private async Task AnswerAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        JsonNode? call;
        try
        {
            call = JsonNode.Parse(bytes.Span);
        }
        catch (JsonException malformed)
        {
            var fault = new RpcFault(
                -32700, "Parse error. Invalid JSON", $"error unmarshaling request: {malformed.Message}");
            await SendAsync(RpcRouter.Envelope(null, fault), cancellationToken);
            return;
        }

        var answer = (call as JsonObject)?["method"]?.ToString() switch
        {
            "subscribe" => RpcRouter.Envelope(call["id"], Subscribe(Query(call), call["id"])),
            "unsubscribe" => RpcRouter.Envelope(call["id"], Unsubscribe(Query(call))),
            "unsubscribe_all" => RpcRouter.Envelope(call["id"], UnsubscribeAll()),
            _ => await router.AnswerAsync(call, cancellationToken),
        };
        if (answer is not null)
        {
            await SendAsync(answer, cancellationToken);
        }
    }

    private static string Query(JsonNode call) => call["params"] switch
    {
        JsonObject named => named["query"]?.ToString() ?? "",
        JsonArray { Count: > 0 } ordered => ordered[0]?.ToString() ?? "",
        _ => "",
    };

    private RpcOutcome Subscribe(string text, JsonNode? id)
    {
        if (EventQuery.Parse(text, out var query) is { } problem)
        {
            return RpcFault.Internal(problem);
        }

        lock (_gate)
        {
            if (_subscriptions.Length >= MaxSubscriptions)
            {
                return RpcFault.Internal($"max_subscriptions_per_client {MaxSubscriptions} reached");
            }

            if (_subscriptions.Any(other => other.Query.Text == text))
            {
                return RpcFault.Internal("already subscribed");
            }

            _subscriptions =
                [.. _subscriptions, new(query!, Publication.Head(id?.ToJsonString() ?? "null", text))];
            return new JsonObject();
        }
    }

    private RpcOutcome Unsubscribe(string text) => Remove(subscription => subscription.Query.Text == text);

    private RpcOutcome UnsubscribeAll() => Remove(_ => true);

    private RpcOutcome Remove(Predicate<Subscription> which)
    {
        lock (_gate)
        {
            var left = Array.FindAll(_subscriptions, subscription => !which(subscription));
            if (left.Length == _subscriptions.Length)
            {
                return RpcFault.Internal("subscription not found");
            }

            _subscriptions = left;
            return new JsonObject();
        }
    }

    private ValueTask SendAsync(JsonObject answer, CancellationToken cancellationToken) =>
        _outgoing.Writer.WriteAsync(Encoding.UTF8.GetBytes(answer.ToJsonString()), cancellationToken);

    private async Task WriteAsync(CancellationTokenSource ending)
    {
        try
        {
            await foreach (var message in _outgoing.Reader.ReadAllAsync(ending.Token))
            {
                await socket.SendAsync(
                    message.AsMemory(), WebSocketMessageType.Text, endOfMessage: true, ending.Token);
            }

            if (_saysFarewell)
            {
                await socket.CloseOutputAsync(
                    WebSocketCloseStatus.EndpointUnavailable, "the node goes away", ending.Token);

                // Breaking off now could overtake the farewell; the client's own ends the session first.
                await Task.Delay(FarewellPatience, time, ending.Token);
            }
        }
        catch (Exception ended)
            when (ended is OperationCanceledException or WebSocketException or ChannelClosedException)
        {
            // The reading side sees the same end and closes the session.
        }
        finally
        {
            await ending.CancelAsync();
        }
    }

    /// <param name="Head">How its notifications begin.</param>
    private sealed record Subscription(EventQuery Query, byte[] Head);
}
