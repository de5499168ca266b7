using System.Buffers;
using System.Net.WebSockets;
using System.Text.Json;
using Outpost.Chains.Rpc;

namespace Outpost.Chains.Cosmos;

/// <summary>Opens CometBFT's websocket with one subscription: the events of every new block.</summary>
internal sealed class BlockSocket(HttpMessageInvoker network, TimeProvider time, TimeSpan attemptTimeout)
{
    private const string Query = "tm.event='NewBlockEvents'";
    private const int SubscriptionId = 1;

    /// <summary>Returns when the node has confirmed the subscription.</summary>
    public async Task<BlockSubscription> OpenAsync(Uri rpc, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(attemptTimeout, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        var socket = new ClientWebSocket();

        // The node pings; our own timer would not follow the TimeProvider.
        socket.Options.KeepAliveInterval = TimeSpan.Zero;
        var subscription = new BlockSubscription(socket, rpc);
        try
        {
            await socket.ConnectAsync(WebSocketUrl(rpc), network, linked.Token);
            var request = JsonRpc.Request(SubscriptionId, "subscribe", new { query = Query });
            await socket.SendAsync(request, WebSocketMessageType.Text, endOfMessage: true, linked.Token);
            await subscription.ConfirmAsync(linked.Token);
            return subscription;
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            subscription.Dispose();
            throw new ChainException(ChainFault.Timeout, BlockSubscription.Operation, rpc,
                $"no confirmation within {attemptTimeout.TotalSeconds:0.###} s", e);
        }
        catch (Exception e) when (e is WebSocketException or HttpRequestException or IOException)
        {
            subscription.Dispose();
            throw new ChainException(ChainFault.Unreachable, BlockSubscription.Operation, rpc, e.Message, e);
        }
        catch
        {
            subscription.Dispose();
            throw;
        }
    }

    private static Uri WebSocketUrl(Uri rpc)
    {
        var scheme = rpc.Scheme == Uri.UriSchemeHttps ? Uri.UriSchemeWss : Uri.UriSchemeWs;
        return new UriBuilder(rpc) { Scheme = scheme, Path = rpc.AbsolutePath.TrimEnd('/') + "/websocket" }.Uri;
    }
}

/// <summary>One open subscription; read by one reader.</summary>
internal sealed class BlockSubscription(ClientWebSocket socket, Uri rpc) : IDisposable
{
    public const string Operation = "subscribe to new blocks";

    private const int MaxMessageBytes = 16 << 20;

    private readonly ArrayBufferWriter<byte> _message = new(64 << 10);

    /// <summary>
    /// An error in place of the confirmation is an error, such as "max_subscriptions_per_client reached".
    /// </summary>
    public async Task ConfirmAsync(CancellationToken cancellationToken)
    {
        while (await MessageAsync(cancellationToken) is not null)
        {
            // An event of a block can overtake the confirmation; the block is fetched anyway.
        }
    }

    /// <summary>The next block with its events. Cancelling it breaks the socket.</summary>
    public async Task<BlockResults> NextAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                if (await MessageAsync(cancellationToken) is { } block)
                {
                    return block;
                }
            }
        }
        catch (Exception e) when (e is WebSocketException or IOException)
        {
            throw Broken(ChainFault.Unreachable, e.Message, e);
        }
    }

    public void Dispose() => socket.Dispose();

    /// <summary>
    /// The block that the next message tells of; null when it is the empty reply to the subscription.
    /// </summary>
    private async Task<BlockResults?> MessageAsync(CancellationToken cancellationToken)
    {
        _message.ResetWrittenCount();
        ValueWebSocketReceiveResult part;
        do
        {
            part = await socket.ReceiveAsync(_message.GetMemory(16 << 10), cancellationToken);
            if (part.MessageType == WebSocketMessageType.Close)
            {
                throw Broken(ChainFault.Unreachable,
                    $"the node closed the websocket ({socket.CloseStatus} {socket.CloseStatusDescription})");
            }

            _message.Advance(part.Count);
            if (_message.WrittenCount > MaxMessageBytes)
            {
                throw Broken(ChainFault.BadReply, $"a message is longer than {MaxMessageBytes >> 20} MiB");
            }
        }
        while (!part.EndOfMessage);

        try
        {
            return Read();
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException
            or KeyNotFoundException or OverflowException)
        {
            throw Broken(ChainFault.BadReply, $"a message is not what the protocol says: {e.Message}", e);
        }
    }

    private BlockResults? Read()
    {
        using var document = JsonDocument.Parse(_message.WrittenMemory);
        if (JsonRpcError.Read(document.RootElement) is { } error)
        {
            throw Broken(ChainFault.BadReply, error.Text);
        }

        var result = document.RootElement.GetProperty("result");
        if (!result.TryGetProperty("data", out var data))
        {
            return null;
        }

        var value = data.GetProperty("value");
        return new BlockResults(CometJson.Long(value, "height"), CometJson.Events(value, "events"),
            (int)CometJson.Long(value, "num_txs"));
    }

    private ChainException Broken(ChainFault fault, string detail, Exception? inner = null) =>
        new(fault, Operation, rpc, detail, inner);
}
