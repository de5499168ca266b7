using System.Text.RegularExpressions;

namespace Outpost.Chains.Rpc;

/// <summary>
/// Turns CometBFT's JSON-RPC errors and ABCI query codes into faults. CometBFT gives its own errors no codes, so
/// their texts are read here and nowhere else (CometBFT 0.38: mempool/errors.go, rpc/core; Cosmos SDK 0.50:
/// baseapp, gRPCErrorToSDKError).
/// </summary>
internal static partial class CometErrors
{
    private const uint SdkUnauthorized = 4;
    private const uint SdkUnknownRequest = 6;
    private const uint SdkInvalidRequest = 18;
    private const uint SdkInMempoolCache = 19;
    private const uint SdkMempoolFull = 20;
    private const uint SdkTooLarge = 21;
    private const uint SdkKeyNotFound = 22;

    private static readonly (string Text, uint Code)[] Mempool =
    [
        ("tx already exists in cache", SdkInMempoolCache),
        ("mempool is full", SdkMempoolFull),
        ("Tx too large", SdkTooLarge),
    ];

    private static readonly string[] Missing =
    [
        "not found",
        "is not available, lowest height is",
        "could not find results for height",
        "must be less than or equal to the current blockchain height",
    ];

    public static void ThrowIfError(JsonRpcReply reply)
    {
        if (reply.Error is { } error)
        {
            throw Refused(reply.Http, error);
        }
    }

    /// <summary>
    /// The code that the Cosmos SDK gives to what CometBFT's mempool said; null when it is no such error.
    /// </summary>
    public static uint? MempoolCode(JsonRpcError error)
    {
        foreach (var (text, code) in Mempool)
        {
            if (error.Details.Contains(text, StringComparison.OrdinalIgnoreCase)
                || error.Message.Contains(text, StringComparison.OrdinalIgnoreCase))
            {
                return code;
            }
        }

        return null;
    }

    public static bool IsNotFound(JsonRpcError error) => IsMissing(error.Details) || IsMissing(error.Message);

    /// <summary>
    /// A query that the application refused. The SDK wraps the gRPC status of a query into one of three codes,
    /// which say nothing about the cause; the status stands in the text.
    /// </summary>
    public static ChainException QueryRefused(HttpReply reply, string codespace, uint code, string log)
    {
        var isWrapped = codespace == "sdk" && code is SdkUnauthorized or SdkInvalidRequest or SdkKeyNotFound;
        if (isWrapped && WrappedStatus().Match(log) is { Success: true } match)
        {
            return GrpcStatus.Fault(reply, GrpcStatus.ByName(match.Groups["code"].Value), match.Groups["text"].Value);
        }

        return (codespace, code) switch
        {
            ("sdk", SdkUnknownRequest) => reply.Fault(ChainFault.UnknownPath, log),
            ("sdk", SdkKeyNotFound) => reply.Fault(ChainFault.NotFound, log),
            ("sdk", SdkInvalidRequest) => GrpcStatus.Fault(reply, GrpcStatus.Unknown, log),
            _ => new ChainException(
                ChainFault.Refused, reply.Operation, reply.Endpoint, $"codespace {codespace} code {code}: {log}")
            {
                Codespace = codespace,
                Code = code,
                Log = log,
            },
        };
    }

    private static ChainException Refused(HttpReply reply, JsonRpcError error)
    {
        if (error.Code == JsonRpcError.MethodNotFound)
        {
            return reply.Fault(ChainFault.UnknownPath, error.Text);
        }

        // Wrong parameters are the asker's fault: another endpoint would say the same.
        return reply.Fault(
            IsNotFound(error) ? ChainFault.NotFound
                : error.Code == JsonRpcError.InvalidParameters ? ChainFault.Refused : ChainFault.BadReply,
            error.Text);
    }

    private static bool IsMissing(string text) =>
        Missing.Any(known => text.Contains(known, StringComparison.OrdinalIgnoreCase));

    [GeneratedRegex(
        "^rpc error: code = (?<code>[A-Za-z]+) desc = (?<text>.*?)(: (invalid request|key not found|unauthorized))?$",
        RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex WrappedStatus();
}
