using System.Globalization;
using System.Numerics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Outpost.Devnet.Blocks;
using Outpost.Devnet.Gateways;
using Outpost.Devnet.Wire;

namespace Outpost.Devnet.Hosting;

/// <summary>Gives coins to whoever asks, in the next block: POST a JSON body, or GET with ?address=.</summary>
internal sealed class Faucet(ChainNode node)
{
    public const string Path = "/faucet";

    private static readonly BigInteger Standard = BigInteger.Pow(10, 18);

    public NodeReply Route(NodeRequest request)
    {
        var (address, amountText) = request.Method == "POST"
            ? FromBody(request.Body)
            : (request.Query.GetValueOrDefault("address"), request.Query.GetValueOrDefault("amount"));
        if (address is null)
        {
            return Problem("send {\"address\":\"allo1…\",\"amount\":\"uallo\"} by POST, or GET /faucet?address=allo1…");
        }

        if (Address.Problem(address) is { } problem)
        {
            return Problem($"{address} is no address of this chain: {problem}");
        }

        var amount = BigInteger.Min(Standard, node.Chain.Options.FaucetLimitUallo);
        if (amountText is not null && (!BigInteger.TryParse(
            amountText, NumberStyles.None, CultureInfo.InvariantCulture, out amount) || amount.IsZero))
        {
            return Problem($"the amount {amountText} is not a positive whole number of uallo");
        }

        if (amount > node.Chain.Options.FaucetLimitUallo)
        {
            return Problem($"the faucet gives at most {node.Chain.Options.FaucetLimitUallo} uallo in one call");
        }

        node.Chain.Fund(address, amount);
        return NodeReply.Json(200, new JsonObject
        {
            ["address"] = address,
            ["amount"] = $"{amount}uallo",
            ["height"] = CreditedAt(),
        });
    }

    private string CreditedAt() =>
        (node.Chain.Read(state => state.Store.Height) + 1).ToString(CultureInfo.InvariantCulture);

    private static (string? Address, string? Amount) FromBody(ReadOnlyMemory<byte> body)
    {
        try
        {
            return JsonNode.Parse(body.Span) is JsonObject form
                ? (form["address"]?.ToString(), form["amount"]?.ToString())
                : (null, null);
        }
        catch (JsonException)
        {
            return (null, null);
        }
    }

    private static NodeReply Problem(string text) => NodeReply.Json(400, new JsonObject
    {
        ["code"] = 3,
        ["message"] = text,
        ["details"] = new JsonArray(),
    });
}
