using Google.Protobuf;
using Outpost.Devnet.Wire;
using V10 = Outpost.Chains.Wire.Emissions.V10;
using V9 = Outpost.Chains.Wire.Emissions.V9;

namespace Outpost.Devnet.Ledger;

/// <summary>
/// Payloads of both versions as one form. Decimals are custom types on the chain: read at decoding, where one that is
/// not a number within 1e-40..1e40 makes the transaction unreadable, and printed canonically at encoding.
/// </summary>
internal static class PayloadForm
{
    /// <summary>The first decimal that the chain's decoder would not read; null when all are good.</summary>
    public static string? UnreadableDecimal(IMessage message)
    {
        if (ToV10(message) is not { WorkerDataBundle.InferenceForecastsBundle: { } bundle })
        {
            return null;
        }

        foreach (var text in DecimalsOf(bundle))
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

    public static IReadOnlyList<PayloadName> NamesOf(IReadOnlyList<DecodedMessage> messages)
    {
        var names = new List<PayloadName>();
        foreach (var message in messages)
        {
            if (ToV10(message.Body)?.WorkerDataBundle is { Nonce: not null } bundle)
            {
                names.Add(new(new(bundle.TopicId), new(bundle.Nonce.BlockHeight), bundle.Worker));
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

    private static string Canonical(string text) =>
        ExactDecimal.TryParse(text, out var value) ? value.ToCanonicalText() : text;
}
