using System.Security.Cryptography;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Outpost.Chains.Keys;
using Outpost.Chains.Wire;
using Outpost.Chains.Wire.Emissions.V10;
using Outpost.Chains.Wire.Emissions.V3;

namespace Outpost.Chains.Allora;

/// <summary>
/// The messages that a worker sends, under the names of the chain's emissions version. Without labels they have the
/// same bytes under v9 and v10; only the type URL differs.
/// </summary>
public static class WorkerMessages
{
    /// <summary>InsertWorkerPayloadRequest with one scalar inference, its bundle signed by the worker's key.</summary>
    public static Any Inference(
        EmissionsVersion version, TopicId topic, Height nonce, DecimalText value, AccountKey key) =>
        Answer(version, topic, nonce, new WorkerAnswer { Value = value }, key);

    /// <summary>
    /// InsertWorkerPayloadRequest with an inference, a forecast or both, its bundle signed by the worker's key. Labels
    /// and forecasts stand in the order of their names, whatever order they come in.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// Nothing to send, a scalar and labels at once, or labels under a version that has none.
    /// </exception>
    public static Any Answer(
        EmissionsVersion version, TopicId topic, Height nonce, WorkerAnswer answer, AccountKey key)
    {
        var problem = answer switch
        {
            { Value: null, Labels.Count: 0, Forecast.Count: 0 } => "there is neither an inference nor a forecast",
            { Value: not null, Labels.Count: > 0 } => "an inference has one number or labels, not both",
            { Labels.Count: > 0 } when version < EmissionsVersion.V10 => $"emissions v{(int)version} has no labels",
            _ => null,
        };
        if (problem is not null)
        {
            throw new ArgumentException($"The answer for topic {topic}, nonce {nonce}: {problem}.", nameof(answer));
        }

        var bundle = new InputInferenceForecastBundle
        {
            Inference = answer is { Value: null, Labels.Count: 0 } ? null : InferenceOf(topic, nonce, answer, key),
            Forecast = answer.Forecast.Count == 0 ? null : ForecastOf(topic, nonce, answer, key),
        };
        return Payload(version, topic, nonce, bundle, key);
    }

    /// <summary>RegisterRequest of a worker who owns itself.</summary>
    public static Any Register(EmissionsVersion version, TopicId topic, string address)
    {
        var request = new RegisterRequest { Sender = address, TopicId = topic.Value, Owner = address };
        return Message(version, nameof(RegisterRequest), request);
    }

    internal static Any Payload(
        EmissionsVersion version, TopicId topic, Height nonce, InputInferenceForecastBundle bundle, AccountKey key)
    {
        var signature = key.Sign(SHA256.HashData(bundle.ToByteArray()));
        var request = new InsertWorkerPayloadRequest
        {
            Sender = key.Address,
            WorkerDataBundle = new InputWorkerDataBundle
            {
                Worker = key.Address,
                Nonce = new Nonce { BlockHeight = nonce.Value },
                TopicId = topic.Value,
                InferenceForecastsBundle = bundle,
                InferencesForecastsBundleSignature = UnsafeByteOperations.UnsafeWrap(signature),
                Pubkey = Convert.ToHexStringLower(key.PublicKey.Span),
            },
        };
        return Message(version, nameof(InsertWorkerPayloadRequest), request);
    }

    internal static Any Message(EmissionsVersion version, string name, IMessage message) =>
        new() { TypeUrl = $"/emissions.v{(int)version}.{name}", Value = message.ToByteString() };

    private static InputInference InferenceOf(TopicId topic, Height nonce, WorkerAnswer answer, AccountKey key)
    {
        var inference = new InputInference
        {
            TopicId = topic.Value,
            BlockHeight = nonce.Value,
            Inferer = key.Address,

            // Never empty, also beside labels: the chain writes an unset decimal as "0" when it re-encodes, and
            // nothing would verify.
            Value = answer.Value.GetValueOrDefault().Text,
        };
        inference.Values.AddRange(answer.Labels
            .OrderBy(labeled => labeled.Label, StringComparer.Ordinal)
            .Select(labeled => new InputLabeledValue { Label = labeled.Label, Value = labeled.Value.Text }));
        return inference;
    }

    private static InputForecast ForecastOf(TopicId topic, Height nonce, WorkerAnswer answer, AccountKey key)
    {
        var forecast = new InputForecast
        {
            TopicId = topic.Value,
            BlockHeight = nonce.Value,
            Forecaster = key.Address,
        };
        forecast.ForecastElements.AddRange(answer.Forecast
            .OrderBy(of => of.Worker, StringComparer.Ordinal)
            .Select(of => new InputForecastElement { Inferer = of.Worker, Value = of.Value.Text }));
        return forecast;
    }
}
