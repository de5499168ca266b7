using System.Globalization;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;

namespace Outpost.Devnet.Evm;

/// <summary>One websocket of a node: answers calls, and tells of new blocks once asked to (eth_subscribe).</summary>
internal sealed class EvmSession(WebSocket socket, EvmRouter router, EvmChain chain)
{
    private const string SubscriptionId = "0x1";
    private const int MaxMessageBytes = 1 << 20;

    // A client that does not read is cut off.
    private const int MaxUnsent = 256;

    private readonly Channel<string> _outgoing = Channel.CreateBounded<string>(MaxUnsent);
    private bool _isSubscribed;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        chain.Changed += Tell;
        try
        {
            var ended = await Task.WhenAny(ReadAsync(ending.Token), WriteAsync(ending.Token));
            await ended.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        finally
        {
            chain.Changed -= Tell;
            _outgoing.Writer.TryComplete();
            await ending.CancelAsync();
        }
    }

    private void Tell(IReadOnlyList<EvmBlock> blocks)
    {
        if (!_isSubscribed)
        {
            return;
        }

        foreach (var block in blocks)
        {
            var message = new JsonObject
            {
                ["jsonrpc"] = "2.0",
                ["method"] = "eth_subscription",
                ["params"] = new JsonObject
                {
                    ["subscription"] = SubscriptionId,
                    ["result"] = EvmMethods.Head(block),
                },
            };
            if (!_outgoing.Writer.TryWrite(message.ToJsonString()))
            {
                _outgoing.Writer.TryComplete();
            }
        }
    }

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        var buffer = new byte[MaxMessageBytes];
        while (true)
        {
            var length = 0;
            ValueWebSocketReceiveResult part;
            do
            {
                part = await socket.ReceiveAsync(buffer.AsMemory(length), cancellationToken);
                length += part.Count;
            }
            while (!part.EndOfMessage && length < buffer.Length);
            if (part.MessageType is WebSocketMessageType.Close || !part.EndOfMessage)
            {
                return;
            }

            await _outgoing.Writer.WriteAsync(Answer(buffer.AsMemory(0, length)), cancellationToken);
        }
    }

    private string Answer(ReadOnlyMemory<byte> message)
    {
        using var document = JsonDocument.Parse(message);
        var call = document.RootElement;
        if (call.ValueKind is not JsonValueKind.Object || !call.TryGetProperty("method", out var method)
            || method.GetString() != "eth_subscribe")
        {
            return router.Answer(message);
        }

        _isSubscribed = true;
        var id = call.GetProperty("id").GetInt32().ToString(CultureInfo.InvariantCulture);
        return $$"""{"jsonrpc":"2.0","id":{{id}},"result":"{{SubscriptionId}}"}""";
    }

    private async Task WriteAsync(CancellationToken cancellationToken)
    {
        await foreach (var message in _outgoing.Reader.ReadAllAsync(cancellationToken))
        {
            await socket.SendAsync(
                Encoding.UTF8.GetBytes(message), WebSocketMessageType.Text, endOfMessage: true, cancellationToken);
        }
    }
}
