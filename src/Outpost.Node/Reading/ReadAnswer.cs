using System.Text.Json.Nodes;

namespace Outpost.Node.Reading;

/// <summary>What a request is answered with.</summary>
/// <param name="Next">Where the answer goes on; null: here it ends.</param>
internal sealed record ReadAnswer(int Status, string ContentType, byte[] Body, string? Next = null)
{
    public const string JsonType = "application/json";

    public static ReadAnswer Of(JsonNode? body, int status = 200) =>
        new(status, JsonType, System.Text.Encoding.UTF8.GetBytes(body?.ToJsonString() ?? "null"));

    /// <summary>A request that cannot be served, and what to do.</summary>
    public static ReadAnswer Problem(int status, string text) => Of(new JsonObject { ["error"] = text }, status);
}
