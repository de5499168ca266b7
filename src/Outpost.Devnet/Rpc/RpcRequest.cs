using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Outpost.Devnet.Rpc;

/// <summary>What a CometBFT method refuses with, in JSON-RPC's terms.</summary>
internal sealed record RpcFault(int Code, string Message, string Detail)
{
    public static RpcFault Internal(string detail) => new(-32603, "Internal error", detail);

    public static RpcFault InvalidParameters(string detail) => new(-32602, "Invalid params", detail);

    public static RpcFault InvalidRequest(string detail) => new(-32600, "Invalid Request", detail);

    public static RpcFault MethodNotFound { get; } = new(-32601, "Method not found", "");
}

/// <summary>A result or a fault; exactly one is set.</summary>
internal sealed record RpcOutcome(JsonNode? Result, RpcFault? Fault)
{
    public static implicit operator RpcOutcome(JsonObject result) => new(result, null);

    public static implicit operator RpcOutcome(RpcFault fault) => new(null, fault);
}

/// <summary>The arguments of one call; a URI call writes bytes and texts in another form than JSON does.</summary>
internal sealed class RpcArguments(IReadOnlyDictionary<string, JsonNode?> values, bool isUri)
{
    public string? Text(string name)
    {
        var text = Raw(name);
        return isUri && text is ['"', .., '"'] ? text[1..^1] : text;
    }

    public bool Flag(string name) => string.Equals(Raw(name), "true", StringComparison.OrdinalIgnoreCase);

    /// <summary>Null when absent; numbers come as JSON numbers or as text.</summary>
    public bool TryNumber(string name, out long? number)
    {
        number = null;
        var text = Text(name);
        if (string.IsNullOrEmpty(text))
        {
            return true;
        }

        var isNumber = long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value);
        number = isNumber ? value : null;
        return isNumber;
    }

    /// <param name="isHexInJson">The JSON form of HexBytes; other byte arguments are base64 there.</param>
    public bool TryBytes(string name, bool isHexInJson, out byte[] bytes)
    {
        bytes = [];
        var text = Raw(name);
        if (string.IsNullOrEmpty(text))
        {
            return true;
        }

        if (isUri && text is ['"', .., '"'])
        {
            bytes = Encoding.UTF8.GetBytes(text[1..^1]);
            return true;
        }

        try
        {
            // Base64 may begin with 0x too, so the prefix marks hex only where hex is spoken.
            bytes = !isUri && !isHexInJson ? Convert.FromBase64String(text)
                : text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? Convert.FromHexString(text.AsSpan(2))
                : Convert.FromHexString(text);
            return true;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    private string? Raw(string name) => values.TryGetValue(name, out var node) && node is JsonValue value
        ? value.TryGetValue<string>(out var text) ? text : value.ToJsonString()
        : null;
}
