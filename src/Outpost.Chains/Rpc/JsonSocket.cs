using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Net.WebSockets;
using System.Text.Json;

namespace Outpost.Chains.Rpc;

/// <summary>One open websocket that carries JSON; read by one reader.</summary>
internal sealed class JsonSocket : IDisposable
{
    private const int MaxMessageBytes = 16 << 20;

    private readonly ArrayBufferWriter<byte> _message = new(64 << 10);
    private readonly ClientWebSocket _socket = new();
    private readonly Uri _endpoint;
    private readonly string _operation;

    private JsonSocket(Uri endpoint, string operation)
    {
        (_endpoint, _operation) = (endpoint, operation);

        // The node pings; our own timer would not follow the TimeProvider.
        _socket.Options.KeepAliveInterval = TimeSpan.Zero;
    }

    /// <summary>Connects, sends one request, and returns when it is confirmed, in the time of one attempt.</summary>
    /// <param name="endpoint">The URL that faults name.</param>
    public static async Task<JsonSocket> OpenAsync(
        Uri url, Uri endpoint, string operation, byte[] request, Func<JsonSocket, CancellationToken, Task> confirm,
        SocketSurroundings surroundings, CancellationToken cancellationToken)
    {
        var (network, time, attemptTimeout) = surroundings;
        using var limit = new CancellationTokenSource(attemptTimeout, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        var socket = new JsonSocket(endpoint, operation);
        try
        {
            await socket._socket.ConnectAsync(url, network, linked.Token);
            await socket._socket.SendAsync(request, WebSocketMessageType.Text, endOfMessage: true, linked.Token);
            await confirm(socket, linked.Token);
            return socket;
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            socket.Dispose();
            throw new ChainException(ChainFault.Timeout, operation, endpoint,
                $"no confirmation within {attemptTimeout.TotalSeconds:0.###} s", e);
        }
        catch (Exception e) when (e is WebSocketException or HttpRequestException or IOException)
        {
            socket.Dispose();
            throw new ChainException(ChainFault.Unreachable, operation, endpoint, e.Message, e);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>
    /// What the next message says; an error in it, and what cannot be read, is a fault. Cancelling breaks the socket.
    /// </summary>
    public Task<T> NextAsync<T>(Func<JsonElement, T> read, CancellationToken cancellationToken) =>
        NextAsync(read, NoneIsLong, cancellationToken);

    /// <summary>The same, where messages can be long.</summary>
    /// <param name="readLong">Is tried first, on the text; false for what is not one of the long ones.</param>
    public async Task<T> NextAsync<T>(
        Func<JsonElement, T> read, TryReadText<T> readLong, CancellationToken cancellationToken)
    {
        try
        {
            await ReceiveAsync(cancellationToken);
        }
        catch (Exception e) when (e is WebSocketException or IOException)
        {
            throw Broken(ChainFault.Unreachable, e.Message, e);
        }

        try
        {
            if (readLong(_message.WrittenSpan, out var told))
            {
                return told;
            }

            using var document = JsonDocument.Parse(_message.WrittenMemory);
            return JsonRpcError.Read(document.RootElement) is { } error
                ? throw Broken(ChainFault.BadReply, error.Text)
                : read(document.RootElement);
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException
            or KeyNotFoundException or OverflowException)
        {
            throw Broken(ChainFault.BadReply, $"a message is not what the protocol says: {e.Message}", e);
        }
    }

    public void Dispose() => _socket.Dispose();

    private async Task ReceiveAsync(CancellationToken cancellationToken)
    {
        _message.ResetWrittenCount();
        ValueWebSocketReceiveResult part;
        do
        {
            part = await _socket.ReceiveAsync(_message.GetMemory(16 << 10), cancellationToken);
            if (part.MessageType == WebSocketMessageType.Close)
            {
                throw Broken(ChainFault.Unreachable,
                    $"the node closed the websocket ({_socket.CloseStatus} {_socket.CloseStatusDescription})");
            }

            _message.Advance(part.Count);
            if (_message.WrittenCount > MaxMessageBytes)
            {
                throw Broken(ChainFault.BadReply, $"a message is longer than {MaxMessageBytes >> 20} MiB");
            }
        }
        while (!part.EndOfMessage);
    }

    private static bool NoneIsLong<T>(ReadOnlySpan<byte> json, [MaybeNullWhen(false)] out T told)
    {
        told = default;
        return false;
    }

    private ChainException Broken(ChainFault fault, string detail, Exception? inner = null) =>
        new(fault, _operation, _endpoint, detail, inner);
}

/// <summary>Reads a JSON text that is of one kind; false when it is not.</summary>
internal delegate bool TryReadText<T>(ReadOnlySpan<byte> json, [MaybeNullWhen(false)] out T told);

/// <summary>What every websocket is opened with.</summary>
internal sealed record SocketSurroundings(HttpMessageInvoker Network, TimeProvider Time, TimeSpan AttemptTimeout);
