using System.Globalization;
using System.Text.Json.Nodes;
using Outpost.Node.Snapshots;
using Outpost.Sdk;
using Outpost.Sdk.Evm;
using Outpost.Sdk.Snapshots;

namespace Outpost.Benchmarks;

/// <summary>
/// A week of volumes for each of 200 pairs, as an aggregate computes them: 5,040 epochs each, in a store on disk. Then
/// the same right after an epoch that came late has been taken in, which all sums after it have to be corrected for.
/// </summary>
internal static class Aggregates
{
    private const int Pairs = 200;
    private const int Week = 5040;

    // Some more than a week, so that no window starts with the series.
    private const int Epochs = Week + 100;
    private const int Late = Epochs - 720;
    private const int Rounds = 15;
    private const double MostMilliseconds = 100;

    private static readonly string[] Fields =
    [
        "totalTrade", "totalFee", "token0TradeVolume", "token1TradeVolume", "token0TradeVolumeUSD",
        "token1TradeVolumeUSD",
    ];

    internal static async Task<IReadOnlyList<Figure>> MeasureAsync(CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("aggregates-").FullName;
        try
        {
            using var store = SnapshotStore.Open(Path.Combine(folder, "snapshots.db"), TimeProvider.System);
            var pairs = Enumerable.Range(1, Pairs).Select(ProjectOf).ToArray();
            var random = new Random(1);
            for (var number = 0; number < Epochs; number++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (number != Late)
                {
                    Fill(store, pairs, number, random);
                }
            }

            var times = new List<double>();
            for (var round = 0; round < Rounds; round++)
            {
                times.Add(await WeekAsync(store, pairs, cancellationToken));
            }

            Fill(store, pairs, Late, random);
            var corrected = await WeekAsync(store, pairs, cancellationToken);

            // The first compiles, and works all sums out.
            var week = new Samples(times.Skip(1));
            Console.Error.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"the first {times[0]:F1} ms, then median {week.Median:F1}, max {week.Percentile(1):F1} ms; "
                + $"{corrected:F1} ms when an epoch came 720 epochs late"));
            return
            [
                Figure.AtMost(
                    MostMilliseconds, "aggregates", week.Median,
                    $"ms, {Week} epochs of {Pairs} pairs, {Fields.Length} fields"),
            ];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>How long the sums of all pairs take, in milliseconds.</summary>
    private static async Task<double> WeekAsync(
        SnapshotStore store, SnapshotProject[] pairs, CancellationToken cancellationToken)
    {
        var project = new AggregateProject(
            "week", "week", null, [.. pairs.Select(pair => new Member(pair.Id, pair.Type, pair.Contract))],
            new WeekOfAll());
        var began = TimeProvider.System.GetTimestamp();
        await new AggregateComputation(
            new NoChain(), new EpochScale(0, TimeSpan.FromSeconds(12)), store, new MetadataBook())
            .RunAsync(EpochOf(Epochs - 1), [project], cancellationToken);
        return TimeProvider.System.GetElapsedTime(began).TotalMilliseconds;
    }

    private static void Fill(SnapshotStore store, SnapshotProject[] pairs, int number, Random random)
    {
        var epoch = EpochOf(number);
        if (number == Epochs - 1)
        {
            store.Open([epoch], []);
        }

        // One for all pairs: their series are what counts here, and not how fast a million contents are written.
        var snapshot = Snapshot(epoch, random);
        store.RecordComputed(
            new ComputedEpoch(
                epoch, default, default, epoch.End * 12, 1,
                [.. pairs.Select(pair => new ComputedSnapshot(pair, snapshot, null))]),
            new MetadataBook());
    }

    private static SnapshotBytes Snapshot(Epoch epoch, Random random)
    {
        var snapshot = new JsonObject { ["timestamp"] = epoch.End * 12 };
        foreach (var field in Fields)
        {
            // Dollars with six digits behind the point, as trades come to.
            snapshot[field] = BigDecimal.OfUnits(random.NextInt64(1_000_000_000_000_000), 6).ToJson();
        }

        return SnapshotBytes.Of(snapshot);
    }

    private static Epoch EpochOf(int number) => new(number * 10, (number * 10) + 9);

    private static SnapshotProject ProjectOf(int index)
    {
        var contract = EvmAddress.Parse($"0x{index:x40}");
        return new SnapshotProject(
            SnapshotProject.IdOf("pairContract_trade_volume", contract, "BENCH"), "pairContract_trade_volume", contract,
            new None());
    }

    private sealed class WeekOfAll : IAggregateProcessor
    {
        public async Task<JsonObject> ComputeAsync(IAggregateContext context, CancellationToken cancellationToken)
        {
            var (total, snapshot) = (new BigDecimal[Fields.Length], new JsonObject());
            foreach (var member in context.Members)
            {
                var (first, isWhole) = context.Back(member, context.EpochsIn(TimeSpan.FromDays(7)) - 1)
                    ?? throw new InvalidOperationException($"{member.ProjectId} has no epochs.");
                var (sums, _) = await context.SumAsync(member, Fields, first, context.Epoch);
                if (!isWhole || (context.Epoch.End - first.End) / context.Epoch.Size != Week - 1)
                {
                    throw new InvalidOperationException($"That is no week: {first}.");
                }

                total = [.. total.Zip(sums, (one, other) => one + other)];
            }

            foreach (var (field, sum) in Fields.Zip(total))
            {
                snapshot[field] = sum.ToJson();
            }

            return snapshot;
        }
    }

    private sealed class None : ISnapshotProcessor
    {
        public Task<JsonObject> ComputeAsync(ISnapshotContext context, CancellationToken cancellationToken) =>
            throw new NotSupportedException("Snapshots are made up here.");
    }

    private sealed class NoChain : ISourceChain
    {
        public long ChainId => 1;

        public Task<IReadOnlyList<EvmHeader>> HeadersAsync(
            long first, long last, CancellationToken cancellationToken) => throw Asked();

        public Task<IReadOnlyList<EvmLog>> LogsAsync(
            Chains.Evm.LogFilter filter, IReadOnlyList<EvmHeader> blocks, CancellationToken cancellationToken) =>
            throw Asked();

        public Task<IReadOnlyList<CallResult>> CallsAsync(
            IReadOnlyList<(EvmCall Call, EvmHeader Block)> calls, CancellationToken cancellationToken) => throw Asked();

        private static NotSupportedException Asked() => new("There is no chain: sums need none.");
    }
}
