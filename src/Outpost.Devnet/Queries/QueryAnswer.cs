using Google.Protobuf;
using Outpost.Devnet.Ledger;

namespace Outpost.Devnet.Queries;

/// <summary>gRPC status codes that the chain's queries use.</summary>
internal enum GrpcCode
{
    Ok = 0,
    Unknown = 2,
    InvalidArgument = 3,
    NotFound = 5,
    Unimplemented = 12,
    Internal = 13,
}

/// <summary>What a query gives: a message, or a gRPC status with its text.</summary>
internal sealed record QueryAnswer(IMessage? Message, GrpcCode Code = GrpcCode.Ok, string Text = "")
{
    public static QueryAnswer Failed(GrpcCode code, string text) => new(null, code, text);

    public static implicit operator QueryAnswer(Google.Protobuf.WellKnownTypes.Any message) => new(message);

    /// <summary>The status as abci_query shows it (baseapp/grpcrouter_helpers.go, gRPCErrorToSDKError).</summary>
    public Refused AsAbci()
    {
        var text = $"rpc error: code = {Code} desc = {Text}";
        return Code switch
        {
            GrpcCode.NotFound => Refused.Sdk(22, $"{text}: key not found"),
            GrpcCode.Unimplemented => Refused.Sdk(6, $"{Text}: unknown request"),
            _ => Refused.InvalidRequest(text),
        };
    }
}
