using System.Globalization;
using System.Numerics;
using Google.Protobuf;
using Outpost.Chains.Allora;
using Outpost.Devnet.Wire;
using V10 = Outpost.Chains.Wire.Emissions.V10;
using V9 = Outpost.Chains.Wire.Emissions.V9;

namespace Outpost.Devnet.Ledger;

/// <summary>
/// Workers' payloads of both versions as one form. Decimals are custom types on the chain: read at decoding, where one
/// that is not a number within 1e-40..1e40 makes the transaction unreadable, and printed canonically at encoding.
/// </summary>
internal static class PayloadForm
{
    /// <summary>The first number that the chain's decoder would not read; null when all are good.</summary>
    public static string? UnreadableNumber(IMessage message)
    {
        if (message is V10.AddStakeRequest stake)
        {
            return BigInteger.TryParse(
                stake.Amount, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _)
                ? null
                : $"{stake.Amount}: invalid integer";
        }

        var decimals = ToV10(message)?.WorkerDataBundle?.InferenceForecastsBundle is { } bundle ? DecimalsOf(bundle)
            : LossForm.ToV10(message)?.ReputerValueBundle?.ValueBundle is { } losses ? LossForm.DecimalsOf(losses)
            : [];
        foreach (var text in decimals)
        {
            if (!ExactDecimal.TryParse(text, out var value))
            {
                return $"parse mantissa: {text}: invalid decimal string";
            }

            if (!value.IsWithinBounds)
            {
                return $"{text}: value out of range, want 0 or 1e-40 <= |x| <= 1e40";
            }
        }

        return null;
    }

    /// <summary>
    /// The v10 message; the v9 one has the same layout under the same field numbers. Null for other messages.
    /// </summary>
    public static V10.InsertWorkerPayloadRequest? ToV10(IMessage message) => message switch
    {
        V10.InsertWorkerPayloadRequest payload => payload,
        V9.InsertWorkerPayloadRequest payload =>
            V10.InsertWorkerPayloadRequest.Parser.ParseFrom(payload.ToByteString()),
        _ => null,
    };

    /// <summary>A name for each inference, forecast and bundle of losses.</summary>
    public static IReadOnlyList<PayloadName> NamesOf(IReadOnlyList<DecodedMessage> messages)
    {
        var names = new List<PayloadName>();
        foreach (var message in messages)
        {
            if (LossForm.ToV10(message.Body)?.ReputerValueBundle?.ValueBundle is
                { ReputerRequestNonce.ReputerNonce: { } nonce } losses)
            {
                names.Add(new(new(losses.TopicId), new(nonce.BlockHeight), losses.Reputer)
                {
                    Role = ActorRole.Reputer,
                });
            }
            else if (ToV10(message.Body)?.WorkerDataBundle is { Nonce: not null } bundle)
            {
                var name = new PayloadName(new(bundle.TopicId), new(bundle.Nonce.BlockHeight), bundle.Worker);
                var content = bundle.InferenceForecastsBundle;
                if (content is not { Inference: null, Forecast: not null })
                {
                    names.Add(name);
                }

                if (content is { Forecast: not null })
                {
                    names.Add(name with { Role = ActorRole.Forecaster });
                }
            }
        }

        return names;
    }

    /// <summary>
    /// The bundle with every decimal as the chain prints it; its encoding is what must have been signed.
    /// </summary>
    public static V10.InputInferenceForecastBundle Canonical(V10.InputInferenceForecastBundle bundle)
    {
        var copy = bundle.Clone();
        if (copy.Inference is { } inference)
        {
            inference.Value = Canonical(inference.Value);
            foreach (var labeled in inference.Values)
            {
                labeled.Value = Canonical(labeled.Value);
            }
        }

        foreach (var element in copy.Forecast?.ForecastElements ?? [])
        {
            element.Value = Canonical(element.Value);
        }

        return copy;
    }

    private static IEnumerable<string> DecimalsOf(V10.InputInferenceForecastBundle bundle)
    {
        if (bundle.Inference is { } inference)
        {
            yield return inference.Value;
            foreach (var labeled in inference.Values)
            {
                yield return labeled.Value;
            }
        }

        foreach (var element in bundle.Forecast?.ForecastElements ?? [])
        {
            yield return element.Value;
        }
    }

    public static string Canonical(string text) =>
        ExactDecimal.TryParse(text, out var value) ? value.ToCanonicalText() : text;
}
