using System.Globalization;
using System.Text.RegularExpressions;
using Google.Protobuf;
using Outpost.Chains.Rpc;
using Outpost.Chains.Wire.Cosmos.Tx;

namespace Outpost.Chains.Cosmos;

/// <summary>Runs a transaction on the newest state without keeping it, to learn the gas it uses.</summary>
internal static partial class GasSimulation
{
    private const string Method = "/cosmos.tx.v1beta1.Service/Simulate";

    public static async Task<ulong> GasAsync(
        ITransport transport, ReadOnlyMemory<byte> transaction, CancellationToken cancellationToken)
    {
        var request = new SimulateRequest { TxBytes = UnsafeByteOperations.UnsafeWrap(transaction) };
        try
        {
            var reply = await transport.QueryAsync(Method, request, SimulateResponse.Parser, cancellationToken);
            return reply.GasInfo?.GasUsed ?? throw new ChainException(
                ChainFault.BadReply, $"query {Method}", transport.Url, "the answer holds no gas");
        }
        catch (ChainException e) when (e is { Fault: ChainFault.Refused, Code: 0 }
            && Coded().Match(e.Log) is { Success: true } match
            && uint.TryParse(match.Groups["code"].Value, CultureInfo.InvariantCulture, out var code))
        {
            throw new ChainException(ChainFault.Refused, e.Operation, e.Endpoint, e.Log, e)
            {
                Codespace = match.Groups["codespace"].Value,
                Code = code,
                Log = e.Log,
            };
        }
    }

    // How the SDK prints an ABCI error whole (cosmossdk.io/errors, ABCIError).
    [GeneratedRegex(@"\bcodespace:? '?(?<codespace>[a-z0-9]+)'?,? code:? '?(?<code>\d+)",
        RegexOptions.ExplicitCapture)]
    private static partial Regex Coded();
}
