using System.Text.Json.Nodes;
using Outpost.Chains.Wire.Tendermint.Abci;
using Outpost.Devnet.Ledger;
using Outpost.Devnet.Wire;

namespace Outpost.Devnet.Allora;

/// <summary>
/// The events of a network inference before the first network loss: one inference is itself, several give their median
/// and a naive value of 0 (x/emissions/keeper/inference_synthesis).
/// </summary>
internal static class NetworkInference
{
    /// <summary>v10: one event for each variant.</summary>
    public static Event BundleEvent(
        EmissionsModule module, TopicState topic, ClosedNonce closed, bool isOutlierResistant) => Emit.Typed(
        module.EventName("EventNetworkInferenceBundle"),
        ("topic_id", Emit.Number(topic.Id)), ("nonce", Emit.Number(closed.Nonce)),
        ("label_names", Emit.List(closed.Labels)),
        ("inferer_addresses", Emit.List(closed.Inferences.Select(inference => inference.Inferer))),
        ("forecaster_addresses", new JsonArray()),
        ("combined_value", Emit.List(closed.Combined.Select(Plain))),
        ("naive_value", Emit.List(Naive(closed))),
        ("inferer_values", new JsonArray(
            [.. closed.Inferences.Select(inference => (JsonNode)Emit.List(inference.Values.Select(Plain)))])),
        ("forecaster_values", new JsonArray()), ("one_out_inferer", new JsonArray()),
        ("one_out_forecaster", new JsonArray()), ("one_in_forecaster", new JsonArray()),
        ("one_out_inferer_forecaster", new JsonArray()), ("outlier_resistant", isOutlierResistant));

    /// <summary>v9: scalar values in an EventValueBundle.</summary>
    public static Event ValueEvent(
        EmissionsModule module, TopicState topic, ClosedNonce closed, string name) => Emit.Typed(
        module.EventName(name),
        ("topic_id", Emit.Number(topic.Id)), ("nonce", Emit.Number(closed.Nonce)),
        ("bundle", new JsonObject
        {
            ["extra_data"] = null,
            ["combined_value"] = Plain(closed.Combined[0]),
            ["naive_value"] = Naive(closed).First(),
            ["inferer_addresses"] = Emit.List(closed.Inferences.Select(inference => inference.Inferer)),
            ["forecaster_addresses"] = new JsonArray(),
            ["inferer_values"] = Emit.List(closed.Inferences.Select(inference => Plain(inference.Values[0]))),
            ["forecaster_values"] = new JsonArray(),
            ["one_out_inferer_values"] = new JsonArray(),
            ["one_out_forecaster_values"] = new JsonArray(),
            ["one_in_forecaster_values"] = new JsonArray(),
            ["one_out_inferer_forecaster_values"] = new JsonArray(),
        }));

    private static IEnumerable<string> Naive(ClosedNonce closed) =>
        closed.Inferences.Count == 1 ? closed.Combined.Select(Plain) : closed.Combined.Select(_ => "0");

    private static string Plain(string canonical) =>
        ExactDecimal.TryParse(canonical, out var value) ? value.ToPlainText() : canonical;
}
