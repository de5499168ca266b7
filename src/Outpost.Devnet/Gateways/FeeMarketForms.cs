using System.Text.Json.Nodes;
using Outpost.Devnet.Blocks;

namespace Outpost.Devnet.Gateways;

/// <summary>The fee market's state and parameters, in JSON only, as testnet shows them.</summary>
internal static class FeeMarketForms
{
    private const string LearningRate = "0.125000000000000000";
    private const string Zero = "0.000000000000000000";

    public static JsonObject State(ChainView view) => new()
    {
        ["state"] = new JsonObject
        {
            ["base_gas_price"] = view.GasPriceText,
            ["learning_rate"] = LearningRate,
            ["window"] = new JsonArray("0"),
            ["index"] = "0",
        },
    };

    public static JsonObject Parameters(ChainView view) => new()
    {
        ["params"] = new JsonObject
        {
            ["alpha"] = Zero,
            ["beta"] = "1.000000000000000000",
            ["gamma"] = Zero,
            ["delta"] = Zero,
            ["min_base_gas_price"] = view.GasPriceText,
            ["min_learning_rate"] = LearningRate,
            ["max_learning_rate"] = LearningRate,
            ["max_block_utilization"] = "30000000",
            ["window"] = "1",
            ["fee_denom"] = "uallo",
            ["enabled"] = true,
            ["distribute_fees"] = true,
        },
    };
}
