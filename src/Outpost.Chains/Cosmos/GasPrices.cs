using Outpost.Chains.Rpc;
using Outpost.Chains.Wire.Feemarket;

namespace Outpost.Chains.Cosmos;

/// <summary>What the fee market asks for one unit of gas (skip-mev feemarket).</summary>
internal static class GasPrices
{
    private const string Method = "/feemarket.feemarket.v1.Query/GasPrice";

    public static async Task<GasPrice> CurrentAsync(
        ITransport transport, string denom, CancellationToken cancellationToken)
    {
        var reply = await transport.QueryAsync(
            Method, new GasPriceRequest { Denom = denom }, GasPriceResponse.Parser, cancellationToken);
        return new GasPrice(Amounts.Integer(reply.Price?.Amount ?? "", transport.Url, $"query {Method}"));
    }
}
