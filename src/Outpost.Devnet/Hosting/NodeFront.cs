using System.Globalization;
using Outpost.Devnet.Faults;
using Outpost.Devnet.Gateways;

namespace Outpost.Devnet.Hosting;

/// <summary>
/// Stands before a node's faces, whatever carries the requests: hands them on, and does to them and their replies what
/// goes wrong at the moment.
/// </summary>
internal sealed class NodeFront(DevnetFaces faces, TimeProvider time)
{
    private readonly NodeFaults _faults = faces.Node.Faults;

    /// <summary>Null: the connection breaks instead.</summary>
    public async Task<NodeReply?> AnswerAsync(Face face, NodeRequest request, CancellationToken cancellationToken)
    {
        if (_faults.Has(FaultKind.RpcRefuses))
        {
            return null;
        }

        var stall = _faults.Find(FaultKind.RpcStalls);
        var isLost = _faults.Has(FaultKind.TxLostReply) && IsBroadcast(face, request);
        var reply = Instead() ?? await faces.AnswerAsync(face, request, cancellationToken);
        if (isLost)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, time, cancellationToken);
        }

        await StallAsync(stall, cancellationToken);
        return reply;
    }

    /// <summary>Whether a websocket may be opened; the reply to give in its place, where there is one.</summary>
    public async Task<(bool IsOpen, NodeReply? Reply)> OpenSocketAsync(CancellationToken cancellationToken)
    {
        if (_faults.Has(FaultKind.RpcRefuses))
        {
            return (false, null);
        }

        await StallAsync(_faults.Find(FaultKind.RpcStalls), cancellationToken);
        var reply = Instead()
            ?? (_faults.Has(FaultKind.RpcClosesSocket) ? Html(503, "503 Service Unavailable") : null);
        return (reply is null, reply);
    }

    private async ValueTask StallAsync(Fault? stall, CancellationToken cancellationToken)
    {
        if (stall is not null)
        {
            var wait = TimeSpan.FromTicks((long)(stall.Amount * TimeSpan.TicksPerSecond));
            await Task.Delay(
                wait == TimeSpan.Zero ? Timeout.InfiniteTimeSpan : wait, time, cancellationToken);
        }
    }

    private NodeReply? Instead()
    {
        if (_faults.Find(FaultKind.RpcTooManyRequests) is { } limit)
        {
            var wait = limit.Amount == 0 ? "" : Math.Ceiling(limit.Amount).ToString(CultureInfo.InvariantCulture);
            return NodeReply.Text(429, "Too Many Requests\n") with
            {
                Headers = wait.Length == 0 ? [] : [new("Retry-After", wait)],
            };
        }

        return _faults.Has(FaultKind.RpcBadGateway) ? Html(502, "502 Bad Gateway")
            : _faults.Has(FaultKind.RpcGarbage) ? Html(200, "Welcome")
            : null;
    }

    private static NodeReply Html(int status, string title) =>
        NodeReply.Text(
            status, $"<html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>") with
        {
            ContentType = "text/html",
        };

    private static bool IsBroadcast(Face face, NodeRequest request) => face switch
    {
        Face.Grpc => request.Path.EndsWith("/BroadcastTx", StringComparison.Ordinal),
        Face.Lcd => request is { Method: "POST", Path: "/cosmos/tx/v1beta1/txs" },
        _ => request.Path.StartsWith("/broadcast_tx", StringComparison.Ordinal)
            || request.Body.Span.IndexOf("\"broadcast_tx"u8) >= 0,
    };
}
