using System.Net;
using Outpost.Simulation.Clock;

namespace Outpost.Simulation.World;

/// <summary>Where in a request's way a process is to die.</summary>
internal enum DeathPoint
{
    /// <summary>At a moment, whatever it does.</summary>
    Now,
    /// <summary>When it is about to send its next request.</summary>
    BeforeRequest,
    /// <summary>When its next request has been handled and it has not heard of it.</summary>
    AfterRequest,
    /// <summary>When it is about to send its next transaction, whose bytes are in the journal.</summary>
    BeforeBroadcast,
    /// <summary>When its next transaction has been taken and it has not heard of it.</summary>
    AfterBroadcast,
}

/// <summary>
/// One process's way to the outside: leaves a trace, cuts it off when names do not resolve any more, and lets it die at
/// a chosen point.
/// </summary>
internal sealed class ProcessNetwork(HttpMessageHandler outside, Life life, Trace trace) : HttpMessageHandler
{
    private readonly HttpMessageInvoker _outside = new(outside, disposeHandler: false);
    private DeathPoint _death;
    private Action? _die;

    /// <summary>While true, no name resolves.</summary>
    public bool IsNameless { get; set; }

    /// <summary>Called before a transaction leaves, which is when the journal has just been made durable.</summary>
    public Action? Broadcasting { get; set; }

    /// <summary>Has <paramref name="die"/> called at this point of the next request that fits.</summary>
    public void DieAt(DeathPoint point, Action die) => (_death, _die) = (point, die);

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        // Looked at only where it matters: most runs are long.
        var isBroadcast = (_die is not null || Broadcasting is not null)
            && await IsBroadcastAsync(request, cancellationToken);
        if (isBroadcast)
        {
            Broadcasting?.Invoke();
        }

        DieIf(DeathPoint.BeforeRequest, isBroadcast);
        if (life.IsDead)
        {
            return await NeverAsync();
        }

        trace.Add("request", request.RequestUri!.AbsoluteUri);
        if (IsNameless)
        {
            throw new HttpRequestException(
                HttpRequestError.NameResolutionError, $"Name or service not known ({request.RequestUri.Host})");
        }

        var answering = _outside.SendAsync(request, cancellationToken);
        await Task.WhenAny(answering);
        DieIf(DeathPoint.AfterRequest, isBroadcast);
        var reply = await life.HearAsync(answering);
        trace.Add("reply", reply.StatusCode.ToString());
        if (reply.StatusCode == HttpStatusCode.SwitchingProtocols)
        {
            var stream = new ProcessStream(await reply.Content.ReadAsStreamAsync(cancellationToken), life);
            reply.Content = new ConnectionContent(stream);
        }

        return reply;
    }

    private static async Task<bool> IsBroadcastAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        request.Content is not null
        && (await request.Content.ReadAsStringAsync(cancellationToken))
            .Contains("broadcast_tx", StringComparison.Ordinal);

    private void DieIf(DeathPoint anyRequest, bool isBroadcast)
    {
        if (_die is not null && (_death == anyRequest || (isBroadcast && _death == anyRequest + 2)))
        {
            var die = _die;
            _die = null;
            die();
        }
    }

    private static async Task<HttpResponseMessage> NeverAsync()
    {
        await new TaskCompletionSource().Task;
        throw new System.Diagnostics.UnreachableException();
    }

    /// <summary>An upgraded connection; a websocket reads from it and writes to it.</summary>
    private sealed class ConnectionContent(Stream stream) : HttpContent
    {
        protected override Task<Stream> CreateContentReadStreamAsync() => Task.FromResult(stream);

        protected override Stream CreateContentReadStream(CancellationToken cancellationToken) => stream;

        protected override Task SerializeToStreamAsync(Stream target, TransportContext? context) =>
            throw new NotSupportedException();

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
