using System.Diagnostics;
using System.Globalization;
using System.Numerics;
using Outpost.Chains;
using Outpost.Chains.Allora;
using Outpost.Chains.Cosmos;
using Outpost.Chains.Keys;
using Outpost.Chains.Wire;

namespace Outpost.Benchmarks;

/// <summary>
/// From a topic, a nonce and a value's text to the bytes of a signed transaction around a signed bundle: ours and
/// CosmJS's on the same list, in turns, both warmed up, the bytes of both equal (RFC 6979).
/// </summary>
internal static class TransactionBuild
{
    private const string Mnemonic = "test test test test test test test test test test test junk";
    private const int Payloads = 200;
    private const int WarmUps = 30;
    private const int Passes = 25;

    private sealed record Order(
        string TypeUrl, string ChainId, string AccountNumber, string Sequence, string Fee, string Gas,
        string TimeoutHeight, string Topic, string Nonce, string Value);

    internal static async Task<IReadOnlyList<Figure>> MeasureAsync(CancellationToken cancellationToken)
    {
        var orders = Enumerable.Range(0, Payloads).Select(Make).ToArray();
        using var key = AccountKey.FromMnemonic(Chains.Keys.Mnemonic.Parse(Mnemonic));
        using var peer = await CosmJsPeer.StartAsync(new { mnemonic = Mnemonic, orders }, cancellationToken);
        for (var pass = 0; pass < WarmUps; pass++)
        {
            Build(orders, key);
        }

        RequireEqual(Build(orders, key), peer.Transactions);
        var ours = new List<double>();
        var theirs = new List<double>();
        for (var pass = 0; pass < Passes; pass++)
        {
            var start = Stopwatch.GetTimestamp();
            Build(orders, key);
            ours.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds / Payloads);
            theirs.Add(await peer.PassAsync(cancellationToken));
        }

        return
        [
            Figure.BesidePeer(
                0.2, "tx-build", new Samples(ours).Median, "µs per transaction", "CosmJS 0.39.0",
                new Samples(theirs).Median),
        ];
    }

    private static SignedTransaction[] Build(Order[] orders, AccountKey key)
    {
        var built = new SignedTransaction[orders.Length];
        for (var index = 0; index < orders.Length; index++)
        {
            built[index] = Build(orders[index], key);
        }

        return built;
    }

    private static SignedTransaction Build(Order order, AccountKey key)
    {
        if (!DecimalText.TryParse(order.Value, out var value, out var problem))
        {
            throw new InvalidOperationException($"{order.Value}: {problem}");
        }

        var message = WorkerMessages.Inference(
            EmissionsVersion.V10, new TopicId(Unsigned(order.Topic)), new Height((long)Unsigned(order.Nonce)), value,
            key);
        var fee = new Fee(BigInteger.Parse(order.Fee, CultureInfo.InvariantCulture), Unsigned(order.Gas));
        return Transaction.Sign(
            new TransactionDraft([message], fee, new Height((long)Unsigned(order.TimeoutHeight))),
            new SigningContext(order.ChainId, Unsigned(order.AccountNumber), Unsigned(order.Sequence)), key);
    }

    private static Order Make(int index)
    {
        var nonce = 7_000_000 + index * 60;
        var sign = index % 2 == 0 ? "-" : "";
        var value = string.Create(CultureInfo.InvariantCulture, $"{sign}{index}.0{index * 7919 + 1}");
        return new Order(
            "/emissions.v10.InsertWorkerPayloadRequest", "allora-testnet-1", "57651", Text(42_922 + index),
            Text(3_511_060 + index), "351106", Text(nonce + 50), Text(1 + index % 90), Text(nonce), value);
    }

    private static void RequireEqual(SignedTransaction[] ours, IReadOnlyList<string> theirs)
    {
        for (var index = 0; index < ours.Length; index++)
        {
            if (Convert.ToBase64String(ours[index].Bytes.Span) != theirs.ElementAtOrDefault(index))
            {
                throw new InvalidOperationException(
                    $"Transaction {index} differs from CosmJS's: a time would compare different work.");
            }
        }
    }

    private static ulong Unsigned(string text) => ulong.Parse(text, CultureInfo.InvariantCulture);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
