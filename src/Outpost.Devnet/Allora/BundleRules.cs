using Google.Protobuf;
using Outpost.Chains.Wire.Emissions.V10;
using Outpost.Devnet.Ledger;
using Outpost.Devnet.Wire;

namespace Outpost.Devnet.Allora;

/// <summary>
/// What a worker bundle must be, whatever the state (x/emissions/types/validations.go), in the chain's order.
/// </summary>
internal static class BundleRules
{
    /// <param name="canonical">The bundle as the chain re-encodes it, over which the signature must stand.</param>
    public static Refused? Check(InputWorkerDataBundle? bundle, out InputInferenceForecastBundle canonical)
    {
        canonical = new();
        if (bundle is null)
        {
            return Refused.InvalidRequest("worker data bundle cannot be nil");
        }

        if (Missing(bundle) is { } missing)
        {
            return Refused.InvalidRequest(missing);
        }

        if (!Secp256k1.TryReadHex(bundle.Pubkey, out var key))
        {
            return Refused.InvalidRequest($"pubkey is not the hex text of a compressed secp256k1 key: {bundle.Pubkey}");
        }

        canonical = PayloadForm.Canonical(bundle.InferenceForecastsBundle);
        var owner = Address.OfPublicKey(key);
        return Inference(bundle, canonical.Inference, owner)
            ?? Forecast(bundle, canonical.Forecast, owner)
            ?? Signature(bundle, canonical, key, owner);
    }

    private static string? Missing(InputWorkerDataBundle bundle)
    {
        (bool IsMissing, string Text)[] rules =
        [
            (bundle.Nonce is null, "worker data bundle nonce cannot be nil"),
            (bundle.Nonce is null || bundle.Nonce.BlockHeight <= 0, "worker data bundle nonce must be positive"),
            (bundle.Worker.Length == 0, "worker cannot be empty"),
            (bundle.Pubkey.Length == 0, "public key cannot be empty"),
            (bundle.InferencesForecastsBundleSignature.IsEmpty, "signature cannot be empty"),
            (bundle.InferenceForecastsBundle is null, "inference and forecasts bundle cannot be nil"),
            (bundle.InferenceForecastsBundle is { Inference: null, Forecast: null },
                "inference and forecast cannot both be nil"),
        ];
        return Array.Find(rules, rule => rule.IsMissing).Text;
    }

    private static Refused? Inference(InputWorkerDataBundle bundle, InputInference? inference, string owner)
    {
        if (inference is null)
        {
            return null;
        }

        return Actor(inference.TopicId, inference.Inferer, inference.BlockHeight, "inference")
            ?? Agrees(bundle, inference.TopicId, inference.BlockHeight, "inference")
            ?? Owned(bundle, inference.Inferer, owner, "inferer");
    }

    private static Refused? Forecast(InputWorkerDataBundle bundle, InputForecast? forecast, string owner)
    {
        if (forecast is null)
        {
            return null;
        }

        if ((Actor(forecast.TopicId, forecast.Forecaster, forecast.BlockHeight, "forecast")
            ?? Agrees(bundle, forecast.TopicId, forecast.BlockHeight, "forecast")
            ?? Owned(bundle, forecast.Forecaster, owner, "forecaster")) is { } refused)
        {
            return refused;
        }

        if (forecast.ForecastElements.Count == 0)
        {
            return Refused.InvalidRequest("forecast must have at least one element");
        }

        foreach (var element in forecast.ForecastElements)
        {
            if (Address.Problem(element.Inferer) is { } problem)
            {
                return Refused.InvalidAddress($"invalid inferer address in forecast element ({problem})");
            }
        }

        return null;
    }

    private static Refused? Actor(ulong topic, string address, long height, string what)
    {
        if (topic == 0)
        {
            return Refused.InvalidRequest($"{what} topic id cannot be zero");
        }

        if (Address.Problem(address) is { } problem)
        {
            return Refused.InvalidAddress($"invalid {what} address ({problem})");
        }

        return height < 0 ? Refused.InvalidRequest($"{what} block height cannot be negative") : null;
    }

    private static Refused? Agrees(InputWorkerDataBundle bundle, ulong topic, long height, string what)
    {
        if (topic != bundle.TopicId)
        {
            return Refused.InvalidRequest($"{what} topic id does not match the bundle: {topic} != {bundle.TopicId}");
        }

        return height != bundle.Nonce.BlockHeight
            ? Refused.InvalidRequest(
                $"{what} block height does not match the nonce: {height} != {bundle.Nonce.BlockHeight}")
            : null;
    }

    private static Refused? Owned(InputWorkerDataBundle bundle, string actor, string owner, string what)
    {
        if (!string.Equals(actor, bundle.Worker, StringComparison.Ordinal))
        {
            return Refused.Unauthorized($"{what} does not match the worker: {actor} != {bundle.Worker}");
        }

        return string.Equals(actor, owner, StringComparison.Ordinal)
            ? null
            : Refused.Unauthorized($"{what} address does not match the public key: {actor} != {owner}");
    }

    private static Refused? Signature(
        InputWorkerDataBundle bundle, InputInferenceForecastBundle canonical, byte[] key, string owner)
    {
        if (!Secp256k1.Verify(key, canonical.ToByteArray(), bundle.InferencesForecastsBundleSignature.Span))
        {
            return Refused.Unauthorized("signature verification failed");
        }

        return string.Equals(bundle.Worker, owner, StringComparison.Ordinal)
            ? null
            : Refused.Unauthorized("worker address does not match the public key");
    }
}
