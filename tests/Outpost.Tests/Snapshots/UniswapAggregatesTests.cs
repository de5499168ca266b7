using System.Text.Json;
using System.Text.Json.Nodes;
using Outpost.Devnet;
using Outpost.Devnet.Uniswap;
using Outpost.Node;
using Outpost.Node.Snapshots;
using Outpost.Sdk;
using Outpost.Sdk.Evm;
using Outpost.Sdk.Snapshots;
using Outpost.Tests.Evm;
using Outpost.Uniswap;
using Outpost.Uniswap.Aggregates;

namespace Outpost.Tests.Snapshots;

/// <summary>Uniswap's aggregates on the node's own series, of a chain in memory whose days have three epochs.</summary>
public sealed class UniswapAggregatesTests : IDisposable
{
    private const int Pairs = 4;
    private const int Day = 3;

    private static readonly EpochScale Scale = new(0, TimeSpan.FromDays(1) / (Day * 10));

    // The devnet has mainnet's addresses under another chain's id.
    private static readonly JsonElement Settings = JsonDocument.Parse($$"""{"weth":"{{UniswapListing.Weth}}"}""").RootElement;

    private readonly SnapshotStore _store = SnapshotStore.Open(":memory:", TimeProvider.System);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _store.Dispose();

    [Fact]
    public async Task Days_weeks_and_the_tables_made_of_them_are_what_the_snapshots_add_up_to()
    {
        await using var world = new EvmWorld(
            devnet: new EvmDevnetOptions { MulticallFrom = 1, Uniswap = new UniswapOptions { Pairs = Pairs, TradesPerBlock = 10 } },
            blocks: 90, shape: shape => shape with { MulticallFrom = 1 });
        await world.RunAsync(world.Client.ConnectAsync(Token));
        var projects = Projects(world);
        var aggregates = Aggregates(projects);
        var metadata = new MetadataBook();
        for (var number = 2; number < 8; number++)
        {
            await ServeAsync(world, SeriesStore.At(number), projects, aggregates, metadata);
        }

        var last = SeriesStore.At(7);
        var volumes = projects.Where(one => one.Type == "trade_volume").ToArray();
        BigDecimal Traded(SnapshotProject pair, int from, int to) => Enumerable.Range(from, to - from + 1)
            .Aggregate(default(BigDecimal), (sum, number) => sum + Number(Snapshot(pair.Id, SeriesStore.At(number))["totalTrade"]));
        foreach (var pair in volumes)
        {
            var day = Snapshot(SnapshotProject.IdOf("day_24h_trade_volume", pair.Contract, "NS"), last);
            Assert.Equal((7, true), ((int)day["epochId"]!, (bool)day["complete"]!));
            Assert.Equal(Traded(pair, 5, 7), Number(day["totalTrade"]));
        }

        var stats = Snapshot(aggregates.Single(one => one.Type == "stats").Id, last);
        Assert.True((bool)stats["complete"]!);
        var (now, before) = (Sum(volumes, 5, 7), Sum(volumes, 2, 4));
        Assert.Equal(now, Number(stats["volume24h"]));
        Assert.NotEqual(default, before);
        Assert.Equal(((now - before) * 100).DividedBy(before, 6), Number(stats["volumeChange24h"]));
        Assert.False((bool)Snapshot(aggregates.Single(one => one.Type == "stats").Id, SeriesStore.At(6))["complete"]!);

        var top = Snapshot(aggregates.Single(one => one.Type == "top").Id, last)["pairs"]!.AsArray();
        Assert.Equal(volumes.Select(one => one.Contract.Hex).Order(), top.Select(row => (string)row!["address"]!).Order());
        Assert.Equal(now, top.Aggregate(default(BigDecimal), (sum, row) => sum + Number(row!["volume24h"])));
        Assert.NotEmpty(Snapshot(aggregates.Single(one => one.Type == "tokens").Id, last)["tokens"]!.AsArray());
        Assert.InRange(Snapshot(aggregates.First(one => one.Type == "recent").Id, last)["transactions"]!.AsArray().Count, 10, 75);

        BigDecimal Sum(SnapshotProject[] of, int from, int to) =>
            of.Aggregate(default(BigDecimal), (sum, pair) => sum + Traded(pair, from, to));
    }

    private static SnapshotProject[] Projects(EvmWorld world)
    {
        ISnapshotProcessor reserves = new PairTotalReserves(Settings);
        ISnapshotProcessor volume = new PairTradeVolume(Settings);
        return
        [
            .. world.Devnet.Uniswap!.Pairs.Select(pair => EvmAddress.Parse(pair.Address)).SelectMany(pair => new[]
            {
                new SnapshotProject(SnapshotProject.IdOf("pair_total_reserves", pair, "NS"), "pair_total_reserves", pair, reserves),
                new SnapshotProject(SnapshotProject.IdOf("trade_volume", pair, "NS"), "trade_volume", pair, volume),
            }),
        ];
    }

    private static IReadOnlyList<AggregateProject> Aggregates(SnapshotProject[] projects)
    {
        var none = new ModuleSource("", null, null);
        (string Type, AggregateMembers Of, IAggregateProcessor Processor)[] wanted =
        [
            ("tokens", new AggregateMembers.AllOf(["pair_total_reserves", "day_24h_trade_volume"]), new TopTokens24h()),
            ("stats", new AggregateMembers.AllOf(["pair_total_reserves", "trade_volume"]), new Stats24h()),
            ("top", new AggregateMembers.AllOf(["pair_total_reserves", "day_24h_trade_volume"]), new TopPairs24h()),
            ("week_7d_trade_volume", new AggregateMembers.EachOf("day_24h_trade_volume"), new TradeVolume7d()),
            ("day_24h_trade_volume", new AggregateMembers.EachOf("trade_volume"), new TradeVolume24h()),
            ("recent", new AggregateMembers.EachOf("trade_volume"), new RecentTransactions()),
        ];
        return AggregateOrder.Of(
            [.. projects.Select(project => new Member(project.Id, project.Type, project.Contract))],
            [.. wanted.Select(one => new AggregateSpec(one.Type, none, one.Of))], "NS",
            spec => wanted.Single(one => one.Type == spec.Type).Processor);
    }

    private async Task ServeAsync(
        EvmWorld world, Epoch epoch, SnapshotProject[] projects, IReadOnlyList<AggregateProject> aggregates, MetadataBook metadata)
    {
        _store.Open([epoch], [.. projects.Select(one => one.Id), .. aggregates.Select(one => one.Id)]);
        var chain = new LiveChain(world.Client);
        _store.RecordComputed(
            await world.AnswerAsync(EpochComputation.RunAsync(chain, epoch, projects, metadata, Token)), metadata);
        await world.RunAsync(new AggregateComputation(chain, Scale, _store, metadata).RunAsync(epoch, aggregates, Token));
        Assert.All(_store.Entries(epoch), entry => Assert.Equal(("", SnapshotState.Computed), (entry.Detail, entry.State)));
    }

    private JsonObject Snapshot(string project, Epoch epoch) =>
        JsonNode.Parse(_store.Series.Bytes(project, epoch.End)!)!.AsObject();

    private static BigDecimal Number(JsonNode? node) => BigDecimal.Parse(node!.ToJsonString());
}
