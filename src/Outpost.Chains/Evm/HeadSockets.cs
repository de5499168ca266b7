using System.Text.Json;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Outpost.Chains.Rpc;

namespace Outpost.Chains.Evm;

/// <summary>
/// Listens on the websockets of an EVM chain's endpoints for new blocks (eth_subscribe). What they tell is only a hint
/// to look now: a socket that is silent, closed or lying costs a moment, and no block.
/// </summary>
internal sealed partial class HeadSockets(
    IReadOnlyList<Uri> urls, SocketSurroundings surroundings, Random random, ILogger logger)
{
    private const int SubscriptionId = 1;
    private const string Operation = "subscribe to new heads";

    private static readonly byte[] Subscribe =
        JsonRpc.Request(SubscriptionId, "eth_subscribe", new[] { "newHeads" });

    // One hint is as good as many.
    private readonly Channel<long> _hints = Channel.CreateBounded<long>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });

    /// <summary>The number of a block that somebody told of; there may be a newer one.</summary>
    public ChannelReader<long> Hints => _hints.Reader;

    /// <summary>Listens until cancelled, and connects again after each failure.</summary>
    public Task RunAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(urls.Select(url => ListenAsync(url, new Random(random.Next()), cancellationToken)));

    private async Task ListenAsync(Uri url, Random chance, CancellationToken cancellationToken)
    {
        var patience = new Patience(surroundings.Time, chance);
        for (var failures = 1; ; failures++)
        {
            try
            {
                using var socket = await JsonSocket.OpenAsync(
                    url, url, Operation, Subscribe,
                    (opened, token) => opened.NextAsync(Number, token), surroundings, cancellationToken);
                failures = 0;
                while (true)
                {
                    if (await socket.NextAsync(Number, cancellationToken) is { } number)
                    {
                        _hints.Writer.TryWrite(number);
                    }
                }
            }
            catch (ChainException e)
            {
                SocketLeft(e.Message);
                var pause = patience.After(Math.Max(1, failures), e.RetryAfter);
                await Task.Delay(pause, surroundings.Time, cancellationToken);
            }
        }
    }

    /// <summary>Null for the confirmation of the subscription.</summary>
    private static long? Number(JsonElement message) =>
        message.TryGetProperty("params", out var parameters)
            ? EvmHex.Long(parameters.GetProperty("result").GetProperty("number"))
            : null;

    [LoggerMessage(LogLevel.Debug, "A websocket for new blocks is left for a while: {Problem}")]
    private partial void SocketLeft(string problem);
}
