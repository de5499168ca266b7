using System.Numerics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Outpost.Chains.Evm;
using Outpost.Devnet;
using Outpost.Devnet.Uniswap;
using Outpost.Node.Snapshots;
using Outpost.Sdk;
using Outpost.Sdk.Evm;
using Outpost.Sdk.Snapshots;
using Outpost.Tests.Evm;
using Outpost.Uniswap;
using Outpost.Uniswap.Pairs;

namespace Outpost.Tests.Uniswap;

/// <summary>The node's own reads of a chain in memory whose pairs trade, by real JSON-RPC.</summary>
public sealed class OnDevnetTests
{
    private static readonly Epoch First = new(21, 30);
    private static readonly Epoch Second = new(31, 40);

    // The devnet has mainnet's addresses under another chain's id.
    private static readonly JsonElement Settings =
        JsonDocument.Parse($$"""{"weth":"{{UniswapListing.Weth}}","checkEvery":2}""").RootElement;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(3)]
    [InlineData(20)]
    [InlineData(200)]
    [InlineData(2000)]
    public async Task Costs_one_round_and_three_requests_whatever_the_number_of_pairs(int pairs)
    {
        await using var world = await WorldAsync(pairs, multicallFrom: 1);
        var (metadata, projects) = (new MetadataBook(), Projects(world));
        await RunAsync(world, First, projects, metadata);
        var before = world.Devnet.Nodes[0].Requests;
        var begun = TimeProvider.System.GetTimestamp();
        var computed = await RunAsync(world, Second, projects, metadata);
        Console.WriteLine($"{pairs} pairs on the devnet: {TimeProvider.System.GetElapsedTime(begun).TotalMilliseconds:N0} ms");
        Assert.Equal((1, 3), (computed.Rounds, world.Devnet.Nodes[0].Requests - before));
    }

    [Fact]
    public async Task Reserves_and_volumes_are_those_of_the_chain()
    {
        await using var world = await WorldAsync(pairs: 20, multicallFrom: 1);
        var snapshots = await SnapshotsAsync(world, Second, Projects(world), new MetadataBook());
        var (priced, trades) = (0, 0);
        foreach (var pair in world.Devnet.Uniswap!.Pairs)
        {
            var address = EvmAddress.Parse(pair.Address);
            var (units0, units1) = (Decimals(world, pair.Token0), Decimals(world, pair.Token1));
            var reserves = snapshots[$"reserves_{address.Hex}_NS"];
            for (var block = Second.Begin; block <= Second.End; block++)
            {
                var said = AbiFunction.Parse("getReserves()(uint112,uint112,uint32)").Decode(((CallResult.Returned)await world.AnswerAsync(
                    world.Client.CallAsync(new EvmCall(address, Convert.FromHexString("0902f1ac")), BlockId.At(block), Token))).Data.Span);
                Assert.Equal(BigDecimal.OfUnits((BigInteger)said[0], units0), Number(reserves["token0Reserves"]![$"block{block}"]));
                Assert.Equal(BigDecimal.OfUnits((BigInteger)said[1], units1), Number(reserves["token1Reserves"]![$"block{block}"]));
                priced += Number(reserves["token0Prices"]![$"block{block}"]).IsZero ? 0 : 1;
            }

            var volume = snapshots[$"volume_{address.Hex}_NS"];
            var swaps = await world.AnswerAsync(world.Client.LogsAsync(
                LogFilter.Of([address], Contracts.Swap.Topic), Second.Begin, Second.End, Token));
            var moved = swaps.Select(log => Contracts.Swap.Decode(log)).Aggregate(
                BigInteger.Zero, (sum, swap) => sum + BigInteger.Abs((BigInteger)swap[3] - (BigInteger)swap[1]));
            Assert.Equal(BigDecimal.OfUnits(moved, units0), Number(volume["token0TradeVolume"]));
            Assert.Equal(swaps.Count, volume["events"]!["Swap"]!["logs"]!.AsArray().Count);
            trades += swaps.Count;
        }

        Assert.True(priced > 100 && trades > 30, $"{priced} prices, {trades} swaps");
    }

    [Fact]
    public async Task Other_providers_orders_and_starts_come_to_the_same_bytes()
    {
        var cids = new List<string>();
        foreach (var isOther in new[] { false, true })
        {
            await using var world = await WorldAsync(pairs: 40, isOther ? null : 1);
            var (projects, metadata) = (Projects(world), new MetadataBook());
            if (isOther)
            {
                var terms = world.Devnet.Nodes[0].Terms;
                (terms.ShufflesBatches, terms.MostCalls, terms.MostLogBlocks) = (true, 50, 3);
            }
            else
            {
                await RunAsync(world, First, projects, metadata);
            }

            var computed = await RunAsync(world, Second, isOther ? [.. projects.Reverse()] : projects, metadata);
            cids.Add(string.Join('\n', computed.Projects.OrderBy(one => one.Project.Id, StringComparer.Ordinal)
                .Select(one => $"{one.Project.Id} {one.Bytes!.Cid}")));
        }

        Assert.Equal(cids[0], cids[1]);
    }

    private static async Task<EvmWorld> WorldAsync(int pairs, long? multicallFrom)
    {
        var options = new EvmDevnetOptions
        {
            MulticallFrom = multicallFrom,
            Uniswap = new UniswapOptions { Pairs = pairs, TradesPerBlock = 20 },
        };
        var world = new EvmWorld(devnet: options, blocks: 60, shape: shape => shape with { MulticallFrom = multicallFrom });
        await world.RunAsync(world.Client.ConnectAsync(Token));
        return world;
    }

    private static async Task<ComputedEpoch> RunAsync(
        EvmWorld world, Epoch epoch, IReadOnlyList<SnapshotProject> projects, MetadataBook metadata)
    {
        var computed = await world.AnswerAsync(
            EpochComputation.RunAsync(new LiveChain(world.Client), epoch, projects, metadata, Token));
        Assert.All(computed.Projects, one => Assert.Null(one.Problem));
        return computed;
    }

    private static async Task<Dictionary<string, JsonNode>> SnapshotsAsync(
        EvmWorld world, Epoch epoch, IReadOnlyList<SnapshotProject> projects, MetadataBook metadata) =>
        (await RunAsync(world, epoch, projects, metadata)).Projects
            .ToDictionary(one => one.Project.Id, one => JsonNode.Parse(one.Bytes!.Bytes.Span)!);

    private static SnapshotProject[] Projects(EvmWorld world)
    {
        ISnapshotProcessor reserves = new PairTotalReserves(Settings);
        ISnapshotProcessor volume = new PairTradeVolume(Settings);
        return
        [
            .. world.Devnet.Uniswap!.Pairs.Select(pair => EvmAddress.Parse(pair.Address)).SelectMany(pair => new[]
            {
                new SnapshotProject(SnapshotProject.IdOf("reserves", pair, "NS"), "reserves", pair, reserves),
                new SnapshotProject(SnapshotProject.IdOf("volume", pair, "NS"), "volume", pair, volume),
            }),
        ];
    }

    private static int Decimals(EvmWorld world, string token) =>
        world.Devnet.Uniswap!.Tokens.Single(one => one.Address == token).Decimals;

    private static BigDecimal Number(JsonNode? node) => BigDecimal.Parse(node!.ToJsonString());
}
