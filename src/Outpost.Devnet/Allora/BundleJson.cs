using System.Text.Json.Nodes;
using Outpost.Chains.Wire.Emissions.V3;
using Outpost.Devnet.Ledger;
using Outpost.Devnet.Wire;

namespace Outpost.Devnet.Allora;

/// <summary>EventValueBundle: the values of a bundle by their place in the address lists.</summary>
internal static class BundleJson
{
    public static JsonObject Of(ValueBundle bundle) => new()
    {
        ["extra_data"] = bundle.ExtraData.IsEmpty ? null : bundle.ExtraData.ToBase64(),
        ["combined_value"] = Plain(bundle.CombinedValue),
        ["naive_value"] = Plain(bundle.NaiveValue),
        ["inferer_addresses"] = Emit.List(bundle.InfererValues.Select(of => of.Worker)),
        ["forecaster_addresses"] = Emit.List(bundle.ForecasterValues.Select(of => of.Worker)),
        ["inferer_values"] = Emit.List(bundle.InfererValues.Select(of => Plain(of.Value))),
        ["forecaster_values"] = Emit.List(bundle.ForecasterValues.Select(of => Plain(of.Value))),
        ["one_out_inferer_values"] = Emit.List(bundle.OneOutInfererValues.Select(of => Plain(of.Value))),
        ["one_out_forecaster_values"] = Emit.List(bundle.OneOutForecasterValues.Select(of => Plain(of.Value))),
        ["one_in_forecaster_values"] = Emit.List(bundle.OneInForecasterValues.Select(of => Plain(of.Value))),
        ["one_out_inferer_forecaster_values"] = new JsonArray([.. bundle.OneOutInfererForecasterValues.Select(of =>
            (JsonNode)Emit.List(of.OneOutInfererValues.Select(pair => Plain(pair.Value))))]),
    };

    /// <summary>Positional, as events print decimals.</summary>
    public static string Plain(string canonical) =>
        ExactDecimal.TryParse(canonical, out var value) ? value.ToPlainText() : canonical;
}
