using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Outpost.Chains.Wire.Cosmos.Abci;
using Outpost.Chains.Wire.Cosmos.Tendermint;
using Outpost.Chains.Wire.Cosmos.Tx;

namespace Outpost.Chains.Rpc;

/// <summary>The REST gateway of a node (LCD): the gRPC queries as JSON over paths.</summary>
internal sealed class LcdTransport(HttpCalls http, Uri url, HeightsTold? heights = null) : ITransport
{
    private const string TxService = "/cosmos.tx.v1beta1.Service/";

    private readonly HeightsTold _heights = heights ?? HeightsTold.Unheard;

    public Uri Url => url;

    public string Kind => "lcd";

    public INodeTransport Telling(HeightsTold told) => new LcdTransport(http, url, told);

    public Task<NodeHead> HeadAsync(CancellationToken cancellationToken) =>
        NodeQueries.HeadAsync(this, _heights, cancellationToken);

    public Task<Header> HeaderAsync(long height, CancellationToken cancellationToken) =>
        NodeQueries.HeaderAsync(this, height, cancellationToken);

    public async Task<TReply> QueryAsync<TReply>(
        string method, IMessage request, MessageParser<TReply> parser, CancellationToken cancellationToken)
        where TReply : IMessage<TReply>
    {
        var reply = await SendAsync(method, request, cancellationToken);
        return reply.Read(body =>
        {
            // The parser of a type is the only thing that tells its descriptor without a constructor.
            var descriptor = parser.ParseFrom(ReadOnlySpan<byte>.Empty).Descriptor;
            return (TReply)LcdJson.Parse(JsonNode.Parse(body), descriptor);
        });
    }

    public async Task<TxResponse> BroadcastAsync(
        ReadOnlyMemory<byte> transaction, CancellationToken cancellationToken)
    {
        var request = new BroadcastTxRequest
        {
            TxBytes = UnsafeByteOperations.UnsafeWrap(transaction),
            Mode = BroadcastMode.Sync,
        };
        var reply = await SendAsync(TxService + "BroadcastTx", request, cancellationToken);
        return reply.Read(TxReply);
    }

    public async Task<TxResponse?> FindAsync(string hash, CancellationToken cancellationToken)
    {
        try
        {
            var reply = await SendAsync(TxService + "GetTx", new GetTxRequest { Hash = hash }, cancellationToken);
            var found = reply.Read(TxReply);
            _heights.Block(found.Height);
            return found;
        }
        catch (ChainException e) when (e.Fault is ChainFault.NotFound)
        {
            return null;
        }
    }

    private static TxResponse TxReply(byte[] body) =>
        (TxResponse)LcdJson.Parse(JsonNode.Parse(body)?["tx_response"]?.DeepClone(), TxResponse.Descriptor);

    private async Task<HttpReply> SendAsync(string method, IMessage request, CancellationToken cancellationToken)
    {
        var operation = $"query {method}";
        var call = LcdPaths.Find(method, request)
            ?? throw new ChainException(ChainFault.UnknownPath, operation, url, "no REST path is known for this query");
        using var message = new HttpRequestMessage(call.Verb, new Uri(url.AbsoluteUri.TrimEnd('/') + call.Path));
        if (call.Body is { } body)
        {
            message.Content = new ByteArrayContent(body);
            message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        var reply = await http.SendAsync(message, url, operation, cancellationToken);
        _heights.State(reply.BlockHeight);
        return reply.Status == HttpStatusCode.OK ? reply : throw Refused(reply);
    }

    // The gateway's own errors are {"code": gRPC status, "message"}; without them a proxy has answered.
    private static ChainException Refused(HttpReply reply)
    {
        if (reply.Status is not HttpStatusCode.TooManyRequests && GatewayError(reply.Body) is var (status, text))
        {
            return GrpcStatus.Fault(reply, status, text);
        }

        return reply.GatewayFault()
            ?? reply.Fault(ChainFault.BadReply, $"HTTP {(int)reply.Status}: {reply.FirstWords()}");
    }

    private static (int Status, string Text)? GatewayError(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var error = document.RootElement;
            return error.ValueKind == JsonValueKind.Object && error.TryGetProperty("code", out var code)
                && code.ValueKind == JsonValueKind.Number && code.TryGetInt32(out var status)
                && error.TryGetProperty("message", out var text)
                ? (status, text.ToString())
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
