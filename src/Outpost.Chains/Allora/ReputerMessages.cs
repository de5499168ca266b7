using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Outpost.Chains.Keys;
using Outpost.Chains.Wire;
using Outpost.Chains.Wire.Emissions.V10;
using Outpost.Chains.Wire.Emissions.V3;
using Outpost.Chains.Wire.Emissions.V9;
using InsertReputerPayloadRequest = Outpost.Chains.Wire.Emissions.V10.InsertReputerPayloadRequest;

namespace Outpost.Chains.Allora;

/// <summary>
/// The messages that a reputer sends, under the names of the chain's emissions version. They have the same bytes under
/// v9 and v10; only the type URL differs.
/// </summary>
public static class ReputerMessages
{
    /// <summary>
    /// InsertReputerPayloadRequest with the losses of a nonce, its bundle signed by the reputer's key. Lists stand in
    /// the order of their addresses, as the chain's own do.
    /// </summary>
    /// <exception cref="ArgumentException">There is no loss of an inferer; the chain takes no such bundle.</exception>
    public static Any Losses(
        EmissionsVersion version, TopicId topic, Height nonce, ValueBundle<DecimalText> losses, AccountKey key)
    {
        if (losses.Inferers.Count == 0)
        {
            throw new ArgumentException(
                $"The losses for topic {topic}, nonce {nonce} name no inferer.", nameof(losses));
        }

        var bundle = Bundle(topic, nonce, losses, key.Address);
        var request = new InsertReputerPayloadRequest
        {
            Sender = key.Address,
            ReputerValueBundle = new InputReputerValueBundle
            {
                ValueBundle = bundle,
                Signature = UnsafeByteOperations.UnsafeWrap(key.Sign(SHA256.HashData(bundle.ToByteArray()))),
                Pubkey = Convert.ToHexStringLower(key.PublicKey.Span),
            },
        };
        return WorkerMessages.Message(version, nameof(InsertReputerPayloadRequest), request);
    }

    /// <summary>RegisterRequest of a reputer who owns itself.</summary>
    public static Any Register(EmissionsVersion version, TopicId topic, string address)
    {
        var request = new RegisterRequest
        {
            Sender = address,
            TopicId = topic.Value,
            Owner = address,
            IsReputer = true,
        };
        return WorkerMessages.Message(version, nameof(RegisterRequest), request);
    }

    /// <summary>AddStakeRequest of a registered reputer; more than zero, in uallo.</summary>
    public static Any AddStake(EmissionsVersion version, TopicId topic, BigInteger amountUallo, string address)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(amountUallo, BigInteger.Zero);
        var request = new AddStakeRequest
        {
            Sender = address,
            TopicId = topic.Value,
            Amount = amountUallo.ToString(CultureInfo.InvariantCulture),
        };
        return WorkerMessages.Message(version, nameof(AddStakeRequest), request);
    }

    /// <summary>What a reputer signs: every decimal written, none of it empty.</summary>
    internal static InputValueBundle Bundle(
        TopicId topic, Height nonce, ValueBundle<DecimalText> losses, string reputer)
    {
        var bundle = new InputValueBundle
        {
            TopicId = topic.Value,
            ReputerRequestNonce = new ReputerRequestNonce { ReputerNonce = new Nonce { BlockHeight = nonce.Value } },
            Reputer = reputer,
            CombinedValue = losses.Combined.Text,
            NaiveValue = losses.Naive.Text,
        };
        bundle.InfererValues.AddRange(Sorted(losses.Inferers).Select(Attributed));
        bundle.ForecasterValues.AddRange(Sorted(losses.Forecasters).Select(Attributed));
        bundle.OneOutInfererValues.AddRange(Sorted(losses.OneOutInferers).Select(Withheld));
        bundle.OneOutForecasterValues.AddRange(Sorted(losses.OneOutForecasters).Select(Withheld));
        bundle.OneInForecasterValues.AddRange(Sorted(losses.OneInForecasters).Select(Attributed));
        bundle.OneOutInfererForecasterValues.AddRange(Sorted(losses.OneOutInfererForecasters).Select(of =>
        {
            var values = new InputOneOutInfererForecasterValues { Forecaster = of.Worker };
            values.OneOutInfererValues.AddRange(Sorted(of.Value).Select(Withheld));
            return values;
        }));
        return bundle;
    }

    private static IEnumerable<OfWorker<T>> Sorted<T>(IEnumerable<OfWorker<T>> values) =>
        values.OrderBy(of => of.Worker, StringComparer.Ordinal);

    private static InputWorkerAttributedValue Attributed(OfWorker<DecimalText> of) =>
        new() { Worker = of.Worker, Value = of.Value.Text };

    private static InputWithheldWorkerAttributedValue Withheld(OfWorker<DecimalText> of) =>
        new() { Worker = of.Worker, Value = of.Value.Text };
}
