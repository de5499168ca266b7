using System.Text.Json.Nodes;
using Outpost.Chains.Allora;
using Outpost.Chains.Wire.Emissions.V10;
using Outpost.Chains.Wire.Tendermint.Abci;
using Outpost.Devnet.Ledger;

namespace Outpost.Devnet.Allora;

/// <summary>
/// Merit sortition: who gets into the active set of a window. A payload that loses on score succeeds all the same,
/// without an event.
/// </summary>
internal sealed class Admission(EmissionsModule module)
{
    public Refused? Admit(
        TopicState topic, InputInferenceForecastBundle bundle, IReadOnlyList<string> values, long nonce,
        TxContext context, UndoLog undo)
    {
        return Inference(topic, bundle.Inference, values, nonce, context, undo)
            ?? Forecast(topic, bundle.Forecast, nonce, context, undo);
    }

    private Refused? Inference(
        TopicState topic, InputInference? inference, IReadOnlyList<string> values, long nonce,
        TxContext context, UndoLog undo)
    {
        if (inference is null)
        {
            return null;
        }

        var seats = new Seats<ActiveInference>(
            topic.ActiveInferers, topic.Scores, module.Limits.MaxTopInferers, "inference already submitted");
        var entry = new ActiveInference(
            inference.Inferer, values, inference.Value, inference.ExtraData.ToByteArray(), inference.Proof);
        if (seats.Take(inference.Inferer, entry, nonce, undo, out var isAdmitted) is { } refused)
        {
            return refused;
        }

        if (isAdmitted)
        {
            context.Events.Add(InsertedInference(inference, nonce));
        }

        return null;
    }

    private Refused? Forecast(
        TopicState topic, InputForecast? forecast, long nonce, TxContext context, UndoLog undo)
    {
        if (forecast is null)
        {
            return null;
        }

        var kept = forecast.Clone();
        kept.ForecastElements.Clear();
        kept.ForecastElements.AddRange(forecast.ForecastElements
            .DistinctBy(element => element.Inferer, StringComparer.Ordinal)
            .OrderByDescending(element => topic.Scores.GetValueOrDefault(element.Inferer).Score)
            .Take(module.Limits.MaxElementsPerForecast));
        var seats = new Seats<InputForecast>(
            topic.ActiveForecasters, topic.ForecasterScores, module.Limits.MaxTopForecasters,
            "forecast already submitted");
        if (seats.Take(forecast.Forecaster, kept, nonce, undo, out var isAdmitted) is { } refused)
        {
            return refused;
        }

        if (isAdmitted)
        {
            context.Events.Add(InsertedForecast(kept, nonce));
        }

        return null;
    }

    private Event InsertedInference(InputInference inference, long nonce)
    {
        JsonNode? extra = inference.ExtraData.IsEmpty ? null : inference.ExtraData.ToBase64();
        var values = new JsonArray([.. inference.Values.Select(labeled => (JsonNode)new JsonObject
        {
            ["label"] = labeled.Label,
            ["value"] = BundleJson.Plain(labeled.Value),
        })]);
        (string, JsonNode?)[] fields =
        [
            ("inferer", inference.Inferer), ("nonce", Emit.Number(nonce)), ("topic_id", Emit.Number(inference.TopicId)),
            ("value", BundleJson.Plain(inference.Value)), ("extra_data", extra), ("values", values),
        ];
        return Emit.Typed(
            module.EventName("EventInsertInfererPayload"),
            module.Version == EmissionsVersion.V9 ? fields.AsSpan(..5) : fields);
    }

    private Event InsertedForecast(InputForecast forecast, long nonce) => Emit.Typed(
        module.EventName("EventInsertForecasterPayload"),
        ("forecaster", forecast.Forecaster), ("nonce", Emit.Number(nonce)), ("topic_id", Emit.Number(forecast.TopicId)),
        ("inferer_addresses", Emit.List(forecast.ForecastElements.Select(element => element.Inferer))),
        ("inferer_values", Emit.List(forecast.ForecastElements.Select(element => BundleJson.Plain(element.Value)))),
        ("extra_data", forecast.ExtraData.IsEmpty ? null : forecast.ExtraData.ToBase64()));
}
