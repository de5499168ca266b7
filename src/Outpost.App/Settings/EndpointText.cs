using Outpost.Chains.Cosmos;

namespace Outpost.App.Settings;

/// <summary>Endpoints as people write them.</summary>
internal static class EndpointText
{
    /// <summary>The endpoint, or what is wrong and what to write instead.</summary>
    public static (EndpointOptions? Endpoint, string Wrong, string Instead) Parse(
        EndpointKind kind, string text, bool isPlaintextGrpc) =>
        kind == EndpointKind.Grpc ? Grpc(text, isPlaintextGrpc) : Http(kind, text);

    private static (EndpointOptions?, string, string) Http(EndpointKind kind, string text)
    {
        var name = kind == EndpointKind.Rpc ? "rpc" : "lcd";
        var separator = text.IndexOf("://", StringComparison.Ordinal);
        if (separator < 0)
        {
            return (null, $"\"{text}\" has no scheme", $"write \"https://{text}\", or http:// for a node without TLS");
        }

        var (scheme, rest) = (text[..separator].ToLowerInvariant(), text[(separator + 3)..]);
        switch (scheme)
        {
            case "ws" or "tcp":
                return (null, $"\"{scheme}\" is not the scheme of an {name} endpoint", $"write \"http://{rest}\"");
            case "wss":
                return (null, "\"wss\" is not the scheme of an endpoint",
                    $"write \"https://{rest.Replace("/websocket", "", StringComparison.Ordinal)}\": "
                    + "the websocket is found from it");
            case not ("http" or "https"):
                return (null, $"\"{scheme}\" is not the scheme of an {name} endpoint", "write http:// or https://");
        }

        return Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Host.Length > 0
            ? (new EndpointOptions(kind, url), "", "")
            : (null, $"\"{text}\" is not a URL", "write such as https://allora-rpc.testnet.allora.network");
    }

    private static (EndpointOptions?, string, string) Grpc(string text, bool isPlaintext)
    {
        var separator = text.IndexOf("://", StringComparison.Ordinal);
        var scheme = separator < 0 ? (isPlaintext ? "http" : "https") : text[..separator].ToLowerInvariant();
        var rest = separator < 0 ? text : text[(separator + 3)..];
        if (scheme is not ("http" or "https"))
        {
            return (null, $"\"{scheme}\" is not the scheme of a grpc endpoint",
                $"write \"{rest}\" for TLS, or \"http://{rest}\"");
        }

        var authority = rest.TrimEnd('/');
        if (authority.Contains('/', StringComparison.Ordinal))
        {
            return (null, $"\"{text}\" has a path, which gRPC does not", "write host:port");
        }

        var hasPort = authority.LastIndexOf(':') > authority.LastIndexOf(']');
        if (!hasPort)
        {
            return (null, $"\"{text}\" has no port", $"write \"{authority}:443\" for TLS, or the port of your node (9090)");
        }

        return Uri.TryCreate($"{scheme}://{authority}", UriKind.Absolute, out var url) && url.Host.Length > 0
            ? (new EndpointOptions(EndpointKind.Grpc, url), "", "")
            : (null, $"\"{text}\" is not host:port", "write such as allora-grpc.testnet.allora.network:443");
    }
}
