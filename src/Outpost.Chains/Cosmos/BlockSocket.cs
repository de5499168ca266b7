using System.Text.Json;
using Outpost.Chains.Rpc;

namespace Outpost.Chains.Cosmos;

/// <summary>Opens CometBFT's websocket with one subscription: the events of every new block.</summary>
internal sealed class BlockSocket(HttpMessageInvoker network, TimeProvider time, TimeSpan attemptTimeout)
{
    private const string Query = "tm.event='NewBlockEvents'";
    private const int SubscriptionId = 1;

    private readonly SocketSurroundings _surroundings = new(network, time, attemptTimeout);

    /// <summary>Returns when the node has confirmed the subscription.</summary>
    public async Task<BlockSubscription> OpenAsync(Uri rpc, CancellationToken cancellationToken)
    {
        var request = JsonRpc.Request(SubscriptionId, "subscribe", new { query = Query });
        return new BlockSubscription(await JsonSocket.OpenAsync(
            WebSocketUrl(rpc), rpc, BlockSubscription.Operation, request, BlockSubscription.ConfirmAsync,
            _surroundings, cancellationToken));
    }

    private static Uri WebSocketUrl(Uri rpc)
    {
        var scheme = rpc.Scheme == Uri.UriSchemeHttps ? Uri.UriSchemeWss : Uri.UriSchemeWs;
        return new UriBuilder(rpc) { Scheme = scheme, Path = rpc.AbsolutePath.TrimEnd('/') + "/websocket" }.Uri;
    }
}

/// <summary>One open subscription; read by one reader.</summary>
internal sealed class BlockSubscription(JsonSocket socket) : IDisposable
{
    public const string Operation = "subscribe to new blocks";

    /// <summary>
    /// An error in place of the confirmation is an error, such as "max_subscriptions_per_client reached".
    /// </summary>
    public static async Task ConfirmAsync(JsonSocket socket, CancellationToken cancellationToken)
    {
        while (await socket.NextAsync(Read, cancellationToken) is not null)
        {
            // An event of a block can overtake the confirmation; the block is fetched anyway.
        }
    }

    /// <summary>The next block with its events. Cancelling it breaks the socket.</summary>
    public async Task<BlockResults> NextAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await socket.NextAsync(Read, TryReadEvents, cancellationToken) is { } block)
            {
                return block;
            }
        }
    }

    public void Dispose() => socket.Dispose();

    /// <summary>The block that a message tells of with its events.</summary>
    private static bool TryReadEvents(ReadOnlySpan<byte> message, out BlockResults? block)
    {
        block = LongJson.List(message, ["result", "data", "value", "events"], CometJson.Event) is { } events
            ? new BlockResults(
                LongJson.Number(message, ["result", "data", "value", "height"]), events,
                (int)LongJson.Number(message, ["result", "data", "value", "num_txs"]))
            : null;
        return block is not null;
    }

    /// <summary>The block that a message tells of; null when it is the empty reply to the subscription.</summary>
    private static BlockResults? Read(JsonElement message)
    {
        var result = message.GetProperty("result");
        if (!result.TryGetProperty("data", out var data))
        {
            return null;
        }

        var value = data.GetProperty("value");
        return new BlockResults(CometJson.Long(value, "height"), CometJson.Events(value, "events"),
            (int)CometJson.Long(value, "num_txs"));
    }
}
