using System.Globalization;
using System.Numerics;
using Google.Protobuf.WellKnownTypes;
using Outpost.Chains;
using Outpost.Chains.Allora;
using Outpost.Chains.Cosmos;
using Outpost.Chains.Keys;
using Outpost.Chains.Wire;

namespace Outpost.EndToEnd.Outsider;

/// <summary>Transactions that our code signs, beside what it was told to say in them.</summary>
internal static class SignedTransactions
{
    internal const string Mnemonic =
        "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about";

    private const string Granter = "allo1ylpxu9utvl2x7rxk5vajs5lkxddg7ewktz2hqw";

    /// <summary>What the outsider is given; numbers travel as text, since JavaScript's are not exact.</summary>
    internal sealed record Told(
        string Name, string Mnemonic, uint Index, string ChainId, string AccountNumber, string Sequence, string TypeUrl,
        string Topic, string? Nonce, string? Value, IReadOnlyList<ToldLabel> Labels, IReadOnlyList<ToldElement> Forecast,
        ToldLosses? Losses, string? Stake, bool IsReputer, string Fee, string Gas, string Granter, string TimeoutHeight,
        string Memo, string Bytes, string Hash);

    internal sealed record ToldLabel(string Label, string Value);

    internal sealed record ToldElement(string Inferer, string Value);

    internal sealed record ToldOf(string Worker, string Value);

    internal sealed record ToldPairs(string Forecaster, IReadOnlyList<ToldOf> Values);

    internal sealed record ToldLosses(
        string Combined, string Naive, IReadOnlyList<ToldOf> Inferers, IReadOnlyList<ToldOf> Forecasters,
        IReadOnlyList<ToldOf> OneOutInferers, IReadOnlyList<ToldOf> OneOutForecasters,
        IReadOnlyList<ToldOf> OneInForecasters, IReadOnlyList<ToldPairs> OneOutInfererForecasters);

    private sealed record Order(
        string Name, EmissionsVersion Version = EmissionsVersion.V10, string? Value = "3.1415", ulong Topic = 1,
        long Nonce = 100, ulong AccountNumber = 7, ulong Sequence = 3, uint Index = 0, string Fee = "2500000",
        ulong Gas = 250_000, string? Granter = null, long? Timeout = null, string Memo = "",
        string ChainId = "allora-testnet-1")
    {
        public IReadOnlyList<LabeledValue> Labels { get; init; } = [];

        public IReadOnlyList<OfWorker<DecimalText>> Forecast { get; init; } = [];

        public ValueBundle<DecimalText>? Losses { get; init; }

        public BigInteger? Stake { get; init; }

        public bool IsReputer { get; init; }

        public bool IsPayload => Losses is not null || Value is not null || Labels.Count > 0 || Forecast.Count > 0;
    }

    // Two of the mnemonic's addresses, in their order.
    private const string First = "allo19rl4cm2hmr8afy4kldpxz3fka4jguq0ajnh7gv";
    private const string Second = "allo1jrkmdcwgq94uaamx6zax2luewlhf7u4kjtujpm";

    private static readonly ValueBundle<DecimalText> AllLosses = new(
        Decimal("0.01509793107039315898529518580095987"), Decimal("-0.06316195195885649592571709029358721"),
        Both("-1.5", "2E-9"), Both("0", "-0.25"), Both("-40", "40"), Both("1", "2"), Both("3", "4"),
        [new(First, Both("5", "6")), new(Second, Both("7", "8"))]);

    private static readonly Order[] Orders =
    [
        new("a plain payload for v10"),
        new("a plain payload for v9", EmissionsVersion.V9),
        new("the first transaction of account 0", AccountNumber: 0, Sequence: 0),
        new("a granted fee, a timeout and a memo", Granter: Granter, Timeout: 112, Memo: "window 112, ünïcode"),
        new("a registration under v9", EmissionsVersion.V9, Value: null),
        new("a registration under v10", Value: null, Topic: 71, Sequence: 0),
        new("a long negative value", Value: "-0.1234567890123456789012345678901234"),
        new("a tiny value", Value: "1.0E-7", Timeout: 200),
        new("a huge value", Value: "9.99E+39"),
        new("zero", Value: "0"),
        new("zero with places", Value: "-0.000"),
        new("large numbers everywhere", Topic: ulong.MaxValue, Nonce: long.MaxValue - 5, AccountNumber: ulong.MaxValue,
            Sequence: ulong.MaxValue, Timeout: long.MaxValue,
            Fee: "115792089237316195423570985008687907853269984665640564039457"),
        new("a forecast alone", Value: null) { Forecast = Both("-1.5", "1E-7") },
        new("an inference with a forecast under v9", EmissionsVersion.V9) { Forecast = [.. Both("0.25", "3").Reverse()] },
        new("labels and a forecast", Value: null)
        {
            Labels = [new("up", Decimal("0.6")), new("down", Decimal("0.4"))],
            Forecast = Both("1", "2"),
        },
        new("losses of every kind", Topic: 71, Nonce: 7_032_987, Timeout: 7_038_807) { Value = null, Losses = AllLosses },
        new("losses under v9", EmissionsVersion.V9) { Value = null, Losses = AllLosses with { OneOutInfererForecasters = [] } },
        new("a registration of a reputer", Value: null) { IsReputer = true },
        new("a stake", Value: null) { Stake = BigInteger.Pow(10, 24) + 1 },
        new("another account on another chain", Index: 4, ChainId: "allora-mainnet-1", Gas: 351_106,
            Fee: "87776500000000"),
    ];

    internal static IReadOnlyList<Told> All() => [.. Orders.Select(Sign)];

    private static Told Sign(Order order)
    {
        using var key = AccountKey.FromMnemonic(Chains.Keys.Mnemonic.Parse(Mnemonic), order.Index);
        var topic = new TopicId(order.Topic);
        var message = Message(order, topic, key);
        var timeout = order.Timeout is { } height ? new Height(height) : (Height?)null;
        var fee = new Fee(BigInteger.Parse(order.Fee, CultureInfo.InvariantCulture), order.Gas, order.Granter);
        var signed = Transaction.Sign(
            new TransactionDraft([message], fee, timeout, order.Memo),
            new SigningContext(order.ChainId, order.AccountNumber, order.Sequence), key);
        return new Told(
            order.Name, Mnemonic, order.Index, order.ChainId, Text(order.AccountNumber), Text(order.Sequence),
            message.TypeUrl, Text(order.Topic), order.IsPayload ? Text(order.Nonce) : null, order.Value,
            [.. order.Labels.Select(label => new ToldLabel(label.Label, label.Value.Text))],
            [.. order.Forecast.Select(of => new ToldElement(of.Worker, of.Value.Text))],
            order.Losses is null ? null : TellLosses(order.Losses), order.Stake?.ToString(CultureInfo.InvariantCulture),
            order.IsReputer, order.Fee, Text(order.Gas), order.Granter ?? "", Text(order.Timeout ?? 0), order.Memo,
            Convert.ToBase64String(signed.Bytes.Span), signed.Hash);
    }

    private static Any Message(Order order, TopicId topic, AccountKey key)
    {
        var nonce = new Height(order.Nonce);
        return order switch
        {
            { Losses: { } losses } => ReputerMessages.Losses(order.Version, topic, nonce, losses, key),
            { Stake: { } stake } => ReputerMessages.AddStake(order.Version, topic, stake, key.Address),
            { IsPayload: false, IsReputer: true } => ReputerMessages.Register(order.Version, topic, key.Address),
            { IsPayload: false } => WorkerMessages.Register(order.Version, topic, key.Address),
            _ => WorkerMessages.Answer(order.Version, topic, nonce, new WorkerAnswer
            {
                Value = order.Value is null ? null : Decimal(order.Value),
                Labels = order.Labels,
                Forecast = order.Forecast,
            }, key),
        };
    }

    private static OfWorker<DecimalText>[] Both(string first, string second) =>
        [new(First, Decimal(first)), new(Second, Decimal(second))];

    private static ToldLosses TellLosses(ValueBundle<DecimalText> losses) => new(
        losses.Combined.Text, losses.Naive.Text, Tell(losses.Inferers), Tell(losses.Forecasters),
        Tell(losses.OneOutInferers), Tell(losses.OneOutForecasters), Tell(losses.OneInForecasters),
        [.. losses.OneOutInfererForecasters.Select(of => new ToldPairs(of.Worker, Tell(of.Value)))]);

    private static ToldOf[] Tell(IReadOnlyList<OfWorker<DecimalText>> values) =>
        [.. values.Select(of => new ToldOf(of.Worker, of.Value.Text))];

    private static DecimalText Decimal(string text) =>
        DecimalText.TryParse(text, out var value, out var problem)
            ? value
            : throw new ArgumentException($"{text}: {problem}", nameof(text));

    private static string Text(IFormattable number) => number.ToString(null, CultureInfo.InvariantCulture);
}
