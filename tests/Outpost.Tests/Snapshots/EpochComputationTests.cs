using System.Text;
using System.Text.Json.Nodes;
using Outpost.Chains;
using Outpost.Devnet;
using Outpost.Node.Snapshots;
using Outpost.Sdk;
using Outpost.Sdk.Evm;
using Outpost.Sdk.Snapshots;
using Outpost.Tests.Evm;

namespace Outpost.Tests.Snapshots;

public sealed class EpochComputationTests
{
    private static readonly AbiEvent Sync = AbiEvent.Parse("Sync(uint112 reserve0, uint112 reserve1)");
    private static readonly AbiFunction Name = AbiFunction.Parse("name()(bytes32)");
    private static readonly Epoch Blocks = new(101, 110);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(2)]
    [InlineData(200)]
    public async Task Costs_three_requests_whatever_the_number_of_projects(int count)
    {
        await using var world = await WorldAsync(new EvmDevnetOptions { Contracts = Math.Min(count, 255), MulticallFrom = 1 });
        var metadata = new MetadataBook();
        var projects = Projects(new Reader(), count);
        await world.AnswerAsync(RunAsync(world, projects, metadata));
        var before = world.Devnet.Nodes[0].Requests;

        var computed = await world.AnswerAsync(RunAsync(world, projects, metadata));

        Assert.Equal(3, world.Devnet.Nodes[0].Requests - before);
        Assert.Equal(1, computed.Rounds);
        Assert.All(computed.Projects, project => Assert.Null(project.Problem));
    }

    [Fact]
    public async Task Two_nodes_with_other_orders_and_providers_come_to_the_same_bytes()
    {
        var cids = new List<string>();
        foreach (var isOther in new[] { false, true })
        {
            await using var world = await WorldAsync(new EvmDevnetOptions { Contracts = 40, MulticallFrom = isOther ? null : 1 });
            if (isOther)
            {
                var terms = world.Devnet.Nodes[0].Terms;
                (terms.ShufflesBatches, terms.MostCalls, terms.MostLogBlocks) = (true, 7, 3);
            }

            var projects = Projects(new Reader(), 40);
            var computed = await world.AnswerAsync(RunAsync(world, isOther ? [.. projects.Reverse()] : projects, new MetadataBook()));
            cids.Add(string.Join(
                "\n", computed.Projects.OrderBy(one => one.Project.Id, StringComparer.Ordinal).Select(one => one.Bytes!.Cid.ToString())));
        }

        Assert.Equal(cids[0], cids[1]);
    }

    [Fact]
    public async Task Logs_are_those_of_the_contract_and_the_epoch_in_their_order()
    {
        await using var world = await WorldAsync(new EvmDevnetOptions { Contracts = 3 });
        var computed = await world.AnswerAsync(RunAsync(world, Projects(new Reader(), 3), new MetadataBook()));

        var all = await world.AnswerAsync(world.Client.LogsAsync(
            Chains.Evm.LogFilter.Of([], Sync.Topic), Blocks.Begin, Blocks.End, Token));
        Assert.NotEmpty(all);
        foreach (var (index, project) in computed.Projects.Index())
        {
            var own = all.Where(log => log.Address.Hex == EvmDevnet.ContractAt(index)).Select(log => $"{log.BlockNumber}/{log.Index}");
            var told = JsonNode.Parse(project.Bytes!.Bytes.Span)!["logs"]!.AsArray().Select(one => (string)one!);
            Assert.Equal(own, told);
        }
    }

    [Fact]
    public async Task What_a_contract_says_of_itself_is_asked_once_for_all_epochs()
    {
        await using var world = await WorldAsync(new EvmDevnetOptions());
        var metadata = new MetadataBook();
        await world.AnswerAsync(RunAsync(world, Projects(new Reader(), 4), metadata));

        Assert.Equal(4, metadata.TakeFresh().Count);
        await world.AnswerAsync(RunAsync(world, Projects(new Reader(), 4), metadata));
        Assert.Empty(metadata.TakeFresh());
    }

    [Fact]
    public async Task A_processor_that_fails_spoils_its_own_project_alone()
    {
        await using var world = await WorldAsync(new EvmDevnetOptions());
        var projects = Projects(new Reader(), 3);
        projects =
        [
            projects[0],
            projects[1] with { Processor = new Odd(_ => throw new InvalidOperationException("no pool")) },
            projects[2] with { Processor = new Odd(async context => { await context.HeadersAsync(); throw new FormatException("odd"); }) },
            projects[0] with { Processor = new Odd(_ => Task.FromResult(new JsonObject { ["price"] = 0.1 })) },
            projects[0] with { Processor = new Odd(async context => { await context.CallAsync(Call(0), 5); return []; }) },
            projects[0] with
            {
                Processor = new Odd(async context =>
                {
                    await Task.Yield();
                    await Task.Run(() => context.CallAsync(Call(0), Blocks.End), Token);
                    return [];
                }),
            },
        ];

        var problems = (await world.AnswerAsync(RunAsync(world, projects, new MetadataBook()))).Projects.Select(one => one.Problem).ToArray();

        Assert.Null(problems[0]);
        Assert.Equal("InvalidOperationException: no pool", problems[1]);
        Assert.Equal("FormatException: odd", problems[2]);
        Assert.Contains("$.price is a binary floating-point number", problems[3], StringComparison.Ordinal);
        Assert.Contains("blocks 100 to 110", problems[4], StringComparison.Ordinal);
        Assert.Contains("Task.Run", problems[5], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Work_that_is_shared_is_done_once_an_epoch()
    {
        await using var world = await WorldAsync(new EvmDevnetOptions());
        var done = 0;
        var processor = new Odd(async context =>
        {
            var price = await context.SharedAsync("price", async () =>
            {
                done++;
                await context.CallAsync(Call(1), Blocks.End);
                return 7;
            });
            return new JsonObject { ["price"] = price };
        });

        var computed = await world.AnswerAsync(RunAsync(world, Projects(processor, 5), new MetadataBook()));

        Assert.Equal(1, done);
        Assert.All(computed.Projects, one => Assert.Equal("""{"price":7}""", Encoding.UTF8.GetString(one.Bytes!.Bytes.Span)));
    }

    [Fact]
    public async Task Transformations_are_made_in_their_order()
    {
        await using var world = await WorldAsync(new EvmDevnetOptions());
        var computed = await world.AnswerAsync(RunAsync(world, [Projects(new Changed(), 1)[0]], new MetadataBook()));

        Assert.Equal("""{"epoch":"101-110","steps":["first","second"]}""", Encoding.UTF8.GetString(computed.Projects[0].Bytes!.Bytes.Span));
    }

    [Fact]
    public async Task Blocks_that_are_not_there_end_the_epoch()
    {
        await using var world = await WorldAsync(new EvmDevnetOptions());
        var problem = await Assert.ThrowsAsync<ChainException>(() => world.AnswerAsync(EpochComputation.RunAsync(
            new LiveChain(world.Client), new Epoch(500, 509), Projects(new Reader(), 1), new MetadataBook(), Token)));
        Assert.Equal(ChainFault.Behind, problem.Fault);
    }

    private static async Task<EvmWorld> WorldAsync(EvmDevnetOptions options)
    {
        var world = new EvmWorld(
            devnet: options, blocks: 120, shape: shape => shape with { MulticallFrom = options.MulticallFrom });
        await world.RunAsync(world.Client.ConnectAsync(Token));
        return world;
    }

    private static Task<ComputedEpoch> RunAsync(EvmWorld world, IReadOnlyList<SnapshotProject> projects, MetadataBook metadata) =>
        EpochComputation.RunAsync(new LiveChain(world.Client), Blocks, projects, metadata, Token);

    private static SnapshotProject[] Projects(ISnapshotProcessor processor, int count) =>
    [
        .. Enumerable.Range(0, count).Select(index => EvmAddress.Parse(EvmDevnet.ContractAt(index % 255)))
            .Select((contract, index) => new SnapshotProject($"{SnapshotProject.IdOf("test", contract, "NS")}{index}", "test", contract, processor)),
    ];

    private static EvmCall Call(int index) => new(EvmAddress.Parse(EvmDevnet.ContractAt(index)), Name.Encode());

    private sealed class Reader : ISnapshotProcessor
    {
        public async Task<JsonObject> ComputeAsync(ISnapshotContext context, CancellationToken cancellationToken)
        {
            var name = context.MetadataAsync(new EvmCall(context.Contract, Name.Encode()));
            var before = context.CallAsync(new EvmCall(context.Contract, Name.Encode()), context.Epoch.Begin - 1);
            var logs = await context.LogsAsync(context.Contract, [Sync.Topic]);
            var headers = await context.HeadersAsync();
            return new JsonObject
            {
                ["name"] = HexText.Of(((CallResult.Returned)await name).Data.Span),
                ["before"] = HexText.Of(((CallResult.Returned)await before).Data.Span),
                ["logs"] = new JsonArray([.. logs.Select(log => (JsonNode)$"{log.BlockNumber}/{log.Index}")]),
                ["timestamp"] = headers[^1].Timestamp,
                ["exact"] = BigDecimal.Parse("0.10").ToJson(),
            };
        }
    }

    private sealed class Odd(Func<ISnapshotContext, Task<JsonObject>> compute) : ISnapshotProcessor
    {
        public Task<JsonObject> ComputeAsync(ISnapshotContext context, CancellationToken cancellationToken) => compute(context);
    }

    private sealed class Changed : ISnapshotProcessor
    {
        public IReadOnlyList<SnapshotTransformation> Transformations =>
        [
            (snapshot, _, _) => Step(snapshot, "first"),
            (snapshot, _, epoch) => new JsonObject { ["epoch"] = epoch.ToString(), ["steps"] = Step(snapshot, "second")["steps"]!.DeepClone() },
        ];

        public Task<JsonObject> ComputeAsync(ISnapshotContext context, CancellationToken cancellationToken) =>
            Task.FromResult(new JsonObject { ["steps"] = new JsonArray() });

        private static JsonObject Step(JsonObject snapshot, string name)
        {
            snapshot["steps"]!.AsArray().Add(name);
            return snapshot;
        }
    }
}
