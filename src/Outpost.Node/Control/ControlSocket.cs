using System.Net.Sockets;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Outpost.Chains.Cosmos;

namespace Outpost.Node.Control;

/// <summary>
/// The running node's ear on its own machine: a Unix domain socket beside the journal that only its user may open. One
/// line in, one line out, one caller at a time. A node that cannot have one says so and runs without.
/// </summary>
internal sealed partial class ControlSocket : IAsyncDisposable
{
    private const int MaxWaitingCallers = 8;

    // A caller that says nothing for so long is sent away: the next one waits.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly CosmosClient _cosmos;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();
    private readonly string? _path;
    private readonly Socket? _socket;
    private readonly Task _listening;

    private ControlSocket(string? path, CosmosClient cosmos, TimeProvider time, ILogger logger)
    {
        _path = path;
        _cosmos = cosmos;
        _time = time;
        _logger = logger;
        _socket = path is null ? null : Open(path);
        _listening = _socket is null ? Task.CompletedTask : ListenAsync(_socket);
    }

    /// <summary>Listens until it is disposed.</summary>
    public static ControlSocket Start(
        string journalPath, CosmosClient cosmos, TimeProvider time, ILogger<ControlSocket> logger) =>
        new(ControlChannel.PathFor(journalPath), cosmos, time, logger);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _listening;
        if (_socket is not null)
        {
            _socket.Dispose();
            File.Delete(_path!);
        }

        _stop.Dispose();
    }

    private Socket? Open(string path)
    {
        var socket = ControlChannel.NewSocket();
        try
        {
            var place = new UnixDomainSocketEndPoint(path);
            RemoveStale(path, place);
            socket.Bind(place);

            // Nobody can connect before it listens, so there is no moment in which others could. Where modes are
            // unknown, the folder's own rights hold.
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            }

            socket.Listen(MaxWaitingCallers);
            return socket;
        }
        catch (Exception e) when (e is SocketException or IOException or UnauthorizedAccessException
            or ArgumentOutOfRangeException)
        {
            socket.Dispose();
            NoControl(path, e is ArgumentOutOfRangeException ? "the path is too long for a socket" : e.Message);
            return null;
        }
    }

    // What a killed node left behind refuses connections. Anything else at that path is not ours to delete.
    private static void RemoveStale(string path, UnixDomainSocketEndPoint place)
    {
        using var probe = ControlChannel.NewSocket();
        try
        {
            probe.Connect(place);
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionRefused)
        {
            if (new FileInfo(path) is { Exists: true, Length: 0 })
            {
                File.Delete(path);
            }
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.AddressNotAvailable
            or SocketError.HostNotFound || !File.Exists(path))
        {
            // Nothing is there.
            return;
        }
    }

    private async Task ListenAsync(Socket socket)
    {
        try
        {
            while (true)
            {
                using var caller = await socket.AcceptAsync(_stop.Token);
                await ServeAsync(caller);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The node stops.
            return;
        }
        catch (SocketException e)
        {
            NoControl(_path!, e.Message);
        }
    }

    private async Task ServeAsync(Socket caller)
    {
        using var limit = new CancellationTokenSource(Patience, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _stop.Token);
        await using var stream = new NetworkStream(caller);
        try
        {
            var request = await ControlChannel.ReadAsync(stream, ControlJson.Default.ControlRequest, either.Token);
            await ControlChannel.WriteAsync(
                stream, Answer(request), ControlJson.Default.ControlReply, either.Token);
        }
        catch (Exception e) when (e is IOException or JsonException
            || (e is OperationCanceledException && limit.IsCancellationRequested))
        {
            CallerFailed(e.Message);
        }
    }

    private ControlReply Answer(ControlRequest request)
    {
        var name = request.Endpoint ?? "";
        var changed = request.Act switch
        {
            ControlAct.Cordon => _cosmos.Cordon(name),
            ControlAct.Uncordon => _cosmos.Uncordon(name),
            _ => [],
        };
        foreach (var endpoint in changed)
        {
            Changed(endpoint.Name, endpoint.State);
        }

        return new ControlReply(
            _cosmos.Endpoints, [.. changed.Select(endpoint => endpoint.Number)],
            request.Act != ControlAct.Endpoints && changed.Count == 0 ? $"there is no endpoint '{name}'" : null);
    }

    [LoggerMessage(LogLevel.Warning, "This node cannot be asked for its endpoints ({Path}): {Problem}")]
    private partial void NoControl(string path, string problem);

    [LoggerMessage(LogLevel.Debug, "A caller of the control socket got no answer: {Problem}")]
    private partial void CallerFailed(string problem);

    [LoggerMessage(LogLevel.Information, "Endpoint {Endpoint} is now {State}, as its user wants.")]
    private partial void Changed(string endpoint, Chains.Rpc.EndpointState state);
}
