using System.Text.Json;
using System.Text.Json.Serialization;
using Outpost.Chains.Rpc;

namespace Outpost.Node.Control;

/// <summary>What the running node can be asked for from the same machine.</summary>
public enum ControlAct
{
    /// <summary>How the endpoints are doing.</summary>
    Endpoints,
    /// <summary>Take an endpoint out.</summary>
    Cordon,
    /// <summary>Put an endpoint back.</summary>
    Uncordon,
}

/// <summary>One line of JSON to the node.</summary>
/// <param name="Endpoint">Its number or URL, for an act on one endpoint.</param>
public sealed record ControlRequest(ControlAct Act, string? Endpoint = null);

/// <summary>One line of JSON from the node: all endpoints, or why the request could not be carried out.</summary>
/// <param name="Changed">The numbers of the endpoints that the act meant.</param>
public sealed record ControlReply(
    IReadOnlyList<EndpointStatus> Endpoints, IReadOnlyList<int> Changed, string? Problem = null);

[JsonSerializable(typeof(ControlRequest))]
[JsonSerializable(typeof(ControlReply))]
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, UseStringEnumConverter = true)]
internal sealed partial class ControlJson : JsonSerializerContext;
