using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Google.Protobuf;
using Outpost.Devnet.Queries;

namespace Outpost.Devnet.Gateways;

/// <summary>
/// gRPC unary calls over HTTP/2 by hand: a message is a flag byte, a length of four bytes and the protobuf; the end of
/// the call stands in the trailers.
/// </summary>
internal sealed class GrpcRouter(QueryTable queries)
{
    private const int PrefixLength = 5;
    private const string ContentType = "application/grpc";
    private const string HeightHeader = "x-cosmos-block-height";

    public NodeReply Route(NodeRequest request)
    {
        if (request.Method != "POST"
            || !request.Headers.GetValueOrDefault("content-type", "").StartsWith(ContentType, StringComparison.Ordinal))
        {
            return NodeReply.Text(415, "this port speaks gRPC\n");
        }

        if (queries.Find(request.Path) is null)
        {
            return Ended(GrpcCode.Unimplemented, UnknownMethod(request.Path));
        }

        var frame = request.Body;
        if (frame.Length < PrefixLength || frame.Span[0] != 0
            || BinaryPrimitives.ReadUInt32BigEndian(frame.Span[1..]) != frame.Length - PrefixLength)
        {
            return Ended(GrpcCode.Internal, "grpc: the request is not one uncompressed message");
        }

        _ = long.TryParse(
            request.Headers.GetValueOrDefault(HeightHeader), NumberStyles.None, CultureInfo.InvariantCulture,
            out var height);
        var answer = queries.Ask(request.Path, ByteString.CopyFrom(frame.Span[PrefixLength..]), height);
        if (answer.Message is not { } message)
        {
            return Ended(answer.Code, answer.Text);
        }

        var body = new byte[PrefixLength + message.CalculateSize()];
        BinaryPrimitives.WriteUInt32BigEndian(body.AsSpan(1), (uint)(body.Length - PrefixLength));
        message.WriteTo(body.AsSpan(PrefixLength));
        return new(200, ContentType, body) { Trailers = [new("grpc-status", "0")] };
    }

    private static NodeReply Ended(GrpcCode code, string text) => new(200, ContentType, default)
    {
        Trailers =
        [
            new("grpc-status", ((int)code).ToString(CultureInfo.InvariantCulture)),
            new("grpc-message", Escape(text)),
        ],
    };

    private static string UnknownMethod(string path)
    {
        var split = path.LastIndexOf('/');
        return split > 0
            ? $"unknown service {path[1..split]}"
            : $"malformed method name: \"{path}\"";
    }

    /// <summary>grpc-message carries printable ASCII; the rest is percent-encoded.</summary>
    private static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var value in Encoding.UTF8.GetBytes(text))
        {
            if (value is >= 0x20 and <= 0x7e and not (byte)'%')
            {
                escaped.Append((char)value);
            }
            else
            {
                escaped.Append(CultureInfo.InvariantCulture, $"%{value:X2}");
            }
        }

        return escaped.ToString();
    }
}
