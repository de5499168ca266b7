using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;
using Outpost.Chains.Wire.Cosmos.Abci;
using Outpost.Chains.Wire.Cosmos.Tendermint;
using Outpost.Chains.Wire.Cosmos.Tx;

namespace Outpost.Chains.Rpc;

/// <summary>
/// gRPC unary calls over HTTP/2 (grpc/doc/PROTOCOL-HTTP2.md): https is TLS, http is HTTP/2 with prior knowledge.
/// </summary>
internal sealed class GrpcTransport(HttpCalls http, Uri url, HeightsTold? heights = null) : ITransport
{
    private const int PrefixBytes = 5;
    private const string TxService = "/cosmos.tx.v1beta1.Service/";

    private readonly HeightsTold _heights = heights ?? HeightsTold.Unheard;

    public Uri Url => url;

    public string Kind => "grpc";

    public INodeTransport Telling(HeightsTold told) => new GrpcTransport(http, url, told);

    public Task<NodeHead> HeadAsync(CancellationToken cancellationToken) =>
        NodeQueries.HeadAsync(this, _heights, cancellationToken);

    public Task<Header> HeaderAsync(long height, CancellationToken cancellationToken) =>
        NodeQueries.HeaderAsync(this, height, cancellationToken);

    public async Task<TReply> QueryAsync<TReply>(
        string method, IMessage request, MessageParser<TReply> parser, CancellationToken cancellationToken)
        where TReply : IMessage<TReply>
    {
        using var call = new HttpRequestMessage(HttpMethod.Post, new Uri(url, method))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(Frame(request)),
        };
        call.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        call.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        var milliseconds = Math.Max(1, (long)http.AttemptTimeout.TotalMilliseconds);
        call.Headers.TryAddWithoutValidation(
            "grpc-timeout", string.Create(CultureInfo.InvariantCulture, $"{milliseconds}m"));

        var reply = await http.SendAsync(call, url, $"query {method}", cancellationToken);
        if (reply.GatewayFault() is { } fault)
        {
            throw fault;
        }

        _heights.State(reply.BlockHeight);
        ThrowIfRefused(reply);
        return reply.Read(body => parser.ParseFrom(Message(body)));
    }

    public async Task<TxResponse> BroadcastAsync(
        ReadOnlyMemory<byte> transaction, CancellationToken cancellationToken)
    {
        var request = new BroadcastTxRequest
        {
            TxBytes = UnsafeByteOperations.UnsafeWrap(transaction),
            Mode = BroadcastMode.Sync,
        };
        var reply = await QueryAsync(
            TxService + "BroadcastTx", request, BroadcastTxResponse.Parser, cancellationToken);
        return reply.TxResponse ?? throw new ChainException(
            ChainFault.BadReply, "broadcast", url, "the answer holds no result");
    }

    public async Task<TxResponse?> FindAsync(string hash, CancellationToken cancellationToken)
    {
        try
        {
            var reply = await QueryAsync(
                TxService + "GetTx", new GetTxRequest { Hash = hash }, GetTxResponse.Parser, cancellationToken);
            _heights.Block(reply.TxResponse?.Height ?? 0);
            return reply.TxResponse;
        }
        catch (ChainException e) when (e.Fault is ChainFault.NotFound)
        {
            return null;
        }
    }

    private static byte[] Frame(IMessage message)
    {
        // One byte that says "not compressed", four with the length, then the message.
        var size = message.CalculateSize();
        var frame = new byte[PrefixBytes + size];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), size);
        message.WriteTo(frame.AsSpan(PrefixBytes));
        return frame;
    }

    private static ReadOnlySpan<byte> Message(byte[] body)
    {
        if (body.Length < PrefixBytes || body[0] != 0
            || BinaryPrimitives.ReadInt32BigEndian(body.AsSpan(1)) != body.Length - PrefixBytes)
        {
            throw new FormatException("The body is not one uncompressed gRPC message.");
        }

        return body.AsSpan(PrefixBytes);
    }

    private static void ThrowIfRefused(HttpReply reply)
    {
        // A call that fails at once has its status in the headers, any other in the trailers.
        var status = First(reply.Trailers, "grpc-status") ?? First(reply.Headers, "grpc-status");
        if (!int.TryParse(status, NumberStyles.None, CultureInfo.InvariantCulture, out var code))
        {
            throw reply.Fault(ChainFault.BadReply,
                $"HTTP {(int)reply.Status} without a gRPC status: {reply.FirstWords()}");
        }

        if (code != GrpcStatus.Ok)
        {
            var text = First(reply.Trailers, "grpc-message") ?? First(reply.Headers, "grpc-message") ?? "";
            throw GrpcStatus.Fault(reply, code, Uri.UnescapeDataString(text));
        }
    }

    private static string? First(HttpResponseHeaders headers, string name) =>
        headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;
}
