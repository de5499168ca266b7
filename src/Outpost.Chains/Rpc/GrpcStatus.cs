namespace Outpost.Chains.Rpc;

/// <summary>gRPC status codes (grpc/doc/statuscodes.md) as faults; gRPC, LCD and abci_query all carry them.</summary>
internal static class GrpcStatus
{
    public const int Ok = 0;
    public const int Unknown = 2;
    public const int NotFound = 5;

    private static readonly string[] Names =
    [
        "OK", "Canceled", "Unknown", "InvalidArgument", "DeadlineExceeded", "NotFound", "AlreadyExists",
        "PermissionDenied", "ResourceExhausted", "FailedPrecondition", "Aborted", "OutOfRange", "Unimplemented",
        "Internal", "Unavailable", "DataLoss", "Unauthenticated",
    ];

    /// <summary>The code of a name as Go prints it; Unknown for a name that is not in the list.</summary>
    public static int ByName(string name) => Array.IndexOf(Names, name) is >= 0 and var code ? code : Unknown;

    public static ChainException Fault(HttpReply reply, int status, string text)
    {
        var name = status >= 0 && status < Names.Length ? Names[status] : $"status {status}";
        var fault = status switch
        {
            1 or 4 => ChainFault.Timeout,
            // The SDK answers Unknown for a pruned height; nothing else of that status is about existence.
            2 when text.Contains("is not available, lowest height is", StringComparison.Ordinal) =>
                ChainFault.NotFound,
            NotFound => ChainFault.NotFound,
            7 or 16 => ChainFault.Forbidden,
            8 => ChainFault.RateLimited,
            12 => ChainFault.UnknownPath,
            13 or 15 => ChainFault.BadReply,
            14 => ChainFault.Unreachable,
            _ => ChainFault.Refused,
        };
        return new ChainException(fault, reply.Operation, reply.Endpoint, $"{name}: {text}")
        {
            Log = text,
            RetryAfter = reply.RetryAfter,
        };
    }
}
