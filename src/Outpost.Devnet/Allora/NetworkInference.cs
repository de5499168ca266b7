using System.Text.Json.Nodes;
using Outpost.Chains.Wire.Emissions.Query;
using Outpost.Chains.Wire.Emissions.V3;
using Outpost.Chains.Wire.Tendermint.Abci;
using Outpost.Devnet.Ledger;
using static Outpost.Devnet.Allora.BundleJson;

namespace Outpost.Devnet.Allora;

/// <summary>How a network inference is told: as events of both versions, and as v9 stores it.</summary>
internal static class NetworkInference
{
    /// <summary>Where a bundle of the network's own names a reputer: twenty zero bytes.</summary>
    public const string NoReputer = "allo1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqas6usy";

    /// <summary>v10: one event for each variant.</summary>
    public static Event BundleEvent(
        EmissionsModule module, TopicState topic, ClosedNonce closed, bool isOutlierResistant)
    {
        var network = closed.Network;
        return Emit.Typed(
            module.EventName("EventNetworkInferenceBundle"),
            ("topic_id", Emit.Number(topic.Id)), ("nonce", Emit.Number(closed.Nonce)),
            ("label_names", Emit.List(closed.Labels)),
            ("inferer_addresses", Emit.List(network.InfererValues.Select(of => of.Worker))),
            ("forecaster_addresses", Emit.List(network.ForecasterValues.Select(of => of.Worker))),
            ("combined_value", Values(network.CombinedValue)),
            ("naive_value", Values(network.NaiveValue)),
            ("inferer_values", Rows(network.InfererValues.Select(of => of.Values))),
            ("forecaster_values", Rows(network.ForecasterValues.Select(of => of.Values))),
            ("one_out_inferer", Rows(network.OneOutInfererValues.Select(of => of.CombinedInference))),
            ("one_out_forecaster", Rows(network.OneOutForecasterValues.Select(of => of.CombinedInference))),
            ("one_in_forecaster", Rows(network.OneInForecasterValues.Select(of => of.CombinedInference))),
            ("one_out_inferer_forecaster", new JsonArray(
                [.. network.OneOutInfererForecasterValues.GroupBy(of => of.Forecaster, StringComparer.Ordinal)
                    .Select(group => (JsonNode)Rows(group.Select(of => of.CombinedInference)))])),
            ("outlier_resistant", isOutlierResistant));
    }

    /// <summary>v9: scalar values in an EventValueBundle.</summary>
    public static Event ValueEvent(
        EmissionsModule module, TopicState topic, ClosedNonce closed, string name) => Emit.Typed(
        module.EventName(name),
        ("topic_id", Emit.Number(topic.Id)), ("nonce", Emit.Number(closed.Nonce)),
        ("bundle", Of(ValueBundle(topic, closed))));

    /// <summary>As v9 answers it.</summary>
    public static ValueBundle ValueBundle(TopicState topic, ClosedNonce closed) =>
        LossTable.Write(topic.Id, closed.Nonce, NoReputer, LossTable.Scalars(closed.Network));

    private static JsonArray Values(IEnumerable<LabeledValue> values) =>
        Emit.List(values.Select(value => Plain(value.Value)));

    private static JsonArray Rows(IEnumerable<IEnumerable<LabeledValue>> rows) =>
        new([.. rows.Select(row => (JsonNode)Values(row))]);
}
