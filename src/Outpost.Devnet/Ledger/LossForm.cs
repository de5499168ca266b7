using Google.Protobuf;
using Outpost.Chains.Wire.Emissions.V9;
using V10 = Outpost.Chains.Wire.Emissions.V10;

namespace Outpost.Devnet.Ledger;

/// <summary>Reputers' payloads of both versions as one form, decimals as in <see cref="PayloadForm"/>.</summary>
internal static class LossForm
{
    /// <summary>The v10 message; the v9 one has the same layout. Null for other messages.</summary>
    public static V10.InsertReputerPayloadRequest? ToV10(IMessage message) => message switch
    {
        V10.InsertReputerPayloadRequest payload => payload,
        InsertReputerPayloadRequest payload => new()
        {
            Sender = payload.Sender,
            ReputerValueBundle = payload.ReputerValueBundle,
        },
        _ => null,
    };

    /// <summary>The bundle as the chain encodes it again.</summary>
    public static InputValueBundle Canonical(InputValueBundle bundle)
    {
        var copy = bundle.Clone();
        copy.CombinedValue = PayloadForm.Canonical(copy.CombinedValue);
        copy.NaiveValue = PayloadForm.Canonical(copy.NaiveValue);
        foreach (var of in Attributed(copy))
        {
            of.Value = PayloadForm.Canonical(of.Value);
        }

        foreach (var of in Withheld(copy))
        {
            of.Value = PayloadForm.Canonical(of.Value);
        }

        return copy;
    }

    public static IEnumerable<string> DecimalsOf(InputValueBundle bundle) =>
    [
        bundle.CombinedValue, bundle.NaiveValue, .. Attributed(bundle).Select(of => of.Value),
        .. Withheld(bundle).Select(of => of.Value),
    ];

    /// <summary>Every worker that the bundle names, forecasters of pairs left out.</summary>
    public static IEnumerable<string> WorkersOf(InputValueBundle bundle) =>
        Attributed(bundle).Select(of => of.Worker).Concat(Withheld(bundle).Select(of => of.Worker));

    private static IEnumerable<InputWorkerAttributedValue> Attributed(InputValueBundle bundle) =>
        bundle.InfererValues.Concat(bundle.ForecasterValues).Concat(bundle.OneInForecasterValues);

    private static IEnumerable<InputWithheldWorkerAttributedValue> Withheld(InputValueBundle bundle) =>
        bundle.OneOutInfererValues.Concat(bundle.OneOutForecasterValues)
            .Concat(bundle.OneOutInfererForecasterValues.SelectMany(of => of.OneOutInfererValues));
}
