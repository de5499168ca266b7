using System.Text;
using System.Text.Json.Nodes;

namespace Outpost.Devnet.Gateways;

/// <summary>An HTTP request to one of the node's faces, freed from whatever server took it.</summary>
/// <param name="Path">Percent-decoded, with the leading slash.</param>
/// <param name="Query">Decoded, the last value of a name counts.</param>
/// <param name="Headers">Lower-case names.</param>
internal sealed record NodeRequest(
    string Method, string Path, IReadOnlyDictionary<string, string> Query,
    IReadOnlyDictionary<string, string> Headers, ReadOnlyMemory<byte> Body);

/// <summary>The answer, trailers included (gRPC says there how a call ended).</summary>
internal sealed record NodeReply(int Status, string ContentType, ReadOnlyMemory<byte> Body)
{
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    public IReadOnlyList<KeyValuePair<string, string>> Trailers { get; init; } = [];

    public static NodeReply Json(int status, JsonNode body) => Json(status, body.ToJsonString());

    public static NodeReply Json(int status, string body) =>
        new(status, "application/json", Encoding.UTF8.GetBytes(body));

    public static NodeReply Text(int status, string body) =>
        new(status, "text/plain; charset=utf-8", Encoding.UTF8.GetBytes(body));
}
