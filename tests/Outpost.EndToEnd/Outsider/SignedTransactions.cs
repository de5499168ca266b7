using System.Globalization;
using System.Numerics;
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
        string Topic, string? Nonce, string? Value, string Fee, string Gas, string Granter, string TimeoutHeight,
        string Memo, string Bytes, string Hash);

    private sealed record Order(
        string Name, EmissionsVersion Version = EmissionsVersion.V10, string? Value = "3.1415", ulong Topic = 1,
        long Nonce = 100, ulong AccountNumber = 7, ulong Sequence = 3, uint Index = 0, string Fee = "2500000",
        ulong Gas = 250_000, string? Granter = null, long? Timeout = null, string Memo = "",
        string ChainId = "allora-testnet-1");

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
        new("another account on another chain", Index: 4, ChainId: "allora-mainnet-1", Gas: 351_106,
            Fee: "87776500000000"),
    ];

    internal static IReadOnlyList<Told> All() => [.. Orders.Select(Sign)];

    private static Told Sign(Order order)
    {
        using var key = AccountKey.FromMnemonic(Chains.Keys.Mnemonic.Parse(Mnemonic), order.Index);
        var topic = new TopicId(order.Topic);
        var message = order.Value is null
            ? WorkerMessages.Register(order.Version, topic, key.Address)
            : WorkerMessages.Inference(order.Version, topic, new Height(order.Nonce), Decimal(order.Value), key);
        var timeout = order.Timeout is { } height ? new Height(height) : (Height?)null;
        var fee = new Fee(BigInteger.Parse(order.Fee, CultureInfo.InvariantCulture), order.Gas, order.Granter);
        var signed = Transaction.Sign(
            new TransactionDraft([message], fee, timeout, order.Memo),
            new SigningContext(order.ChainId, order.AccountNumber, order.Sequence), key);
        return new Told(
            order.Name, Mnemonic, order.Index, order.ChainId, Text(order.AccountNumber), Text(order.Sequence),
            message.TypeUrl, Text(order.Topic), order.Value is null ? null : Text(order.Nonce), order.Value, order.Fee,
            Text(order.Gas), order.Granter ?? "", Text(order.Timeout ?? 0), order.Memo,
            Convert.ToBase64String(signed.Bytes.Span), signed.Hash);
    }

    private static DecimalText Decimal(string text) =>
        DecimalText.TryParse(text, out var value, out var problem)
            ? value
            : throw new ArgumentException($"{text}: {problem}", nameof(text));

    private static string Text(IFormattable number) => number.ToString(null, CultureInfo.InvariantCulture);
}
