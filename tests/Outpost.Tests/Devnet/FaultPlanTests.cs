using FsCheck;
using FsCheck.Fluent;
using Outpost.Devnet.Faults;

namespace Outpost.Tests.Devnet;

/// <summary>Plans as text, and as things that happen at their times.</summary>
public sealed class FaultPlanTests
{
    [Fact]
    public void A_printed_plan_is_read_back_as_the_same_plan()
    {
        var spans =
            from number in Gen.Choose(0, 100_000)
            from ticks in Gen.Elements(1, 10, 7_000, TimeSpan.TicksPerMillisecond, TimeSpan.TicksPerSecond, TimeSpan.TicksPerHour)
            select TimeSpan.FromTicks(number * ticks);
        var faults =
            from kind in Gen.Elements<FaultKind>([.. FaultKind.All])
            from node in Gen.Elements("node-1", "node-2", null)
            from start in spans
            from length in Gen.OneOf(spans, Gen.Constant(Timeout.InfiniteTimeSpan))
            from amount in Gen.Choose(1, 1_000)
            select new Fault(kind, kind.IsOfNode ? node : null, start, length, kind.AmountUnit switch
            {
                "" => 0,
                "chance" => amount / 1_000m,
                "blocks" or "topic" => amount,
                _ => amount / 7m * 0.5m,
            } is var exact ? Math.Round(exact, 7) : 0);
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(500),
            Prop.ForAll(Arb.From(Gen.ListOf(faults)), list =>
            {
                var plan = new FaultPlan([.. list]);
                Assert.Null(FaultPlan.Parse(plan.ToString(), out var read));
                Assert.Equal(plan.Faults, read!.Faults);
            }));
    }

    [Theory]
    [InlineData("rpc-stalls@node-1 from=60s for=30s amount=4s", "rpc-stalls@node-1 from=60s for=30s amount=4s")]
    [InlineData("rpc-stalls", "rpc-stalls from=0s amount=4s")]
    [InlineData("  chain-halts   from=1m  for=1.5s ", "chain-halts from=60s for=1.5s")]
    [InlineData("rpc-stalls amount=250ms from=2h", "rpc-stalls from=7200s amount=0.25s")]
    [InlineData("tx-evicted amount=0.5 for=10ms", "tx-evicted from=0s for=10ms amount=0.5")]
    public void A_fault_has_one_printed_form(string text, string printed)
    {
        Assert.Null(Fault.Parse(text, out var fault));
        Assert.Equal(printed, fault!.ToString());
    }

    [Theory]
    [InlineData("", "no fault is called ''")]
    [InlineData("rpc-stall", "no fault is called 'rpc-stall'")]
    [InlineData("rpc-stalls@", "the node's name is missing behind @")]
    [InlineData("chain-halts@node-1", "chain-halts happens to all nodes: leave @node-1 out")]
    [InlineData("rpc-stalls from=10", "'from=10' is not understood: write from=10s, for=30s or amount=2, each once")]
    [InlineData("rpc-stalls from=1s from=2s", "'from=2s' is not understood: write from=10s, for=30s or amount=2, each once")]
    [InlineData("rpc-stalls since=1s", "'since=1s' is not understood: write from=10s, for=30s or amount=2, each once")]
    [InlineData("tx-evicted amount=2", "tx-evicted takes a chance from 0 to 1, not 2")]
    [InlineData("rpc-behind amount=1.5", "rpc-behind takes a whole number of blocks from 1 to 10000, not 1.5")]
    [InlineData("chain-slows amount=0", "chain-slows takes a factor above 0, up to 1000, not 0")]
    [InlineData("rpc-502 amount=3", "rpc-502 has no amount, not 3")]
    public void What_is_no_fault_is_refused_with_the_way_out(string text, string problem) =>
        Assert.Equal(problem, Fault.Parse(text, out _));

    [Fact]
    public void A_plan_says_in_which_line_it_is_wrong()
    {
        Assert.Equal("line 3: no fault is called 'nothing'", FaultPlan.Parse("rpc-502\n\nnothing\n", out var plan));
        Assert.Null(plan);
    }

    [Fact]
    public async Task A_plan_begins_and_ends_its_faults_at_their_times()
    {
        await using var world = FaultWorld.InMemory();
        Assert.Null(FaultPlan.Parse(
            """
            rpc-ahead@node-1 from=10s for=20s amount=3
            rpc-ahead@node-1 from=30s for=5s amount=4
            chain-jumps from=40s for=0s amount=6
            rpc-502@node-2 from=50s
            """, out var plan));
        var told = new List<string>();
        var running = plan!.RunAsync(
            world.Devnet.Faults, world.Time, (fault, isBeginning) => told.Add($"{(isBeginning ? "+" : "-")}{fault.Kind.Name} {fault.Amount}"),
            TestContext.Current.CancellationToken);
        Assert.Empty(told);
        world.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(4, await world.HeadAsync(1));
        world.Time.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(5, await world.HeadAsync(1));
        world.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(1, await world.HeadAsync(1));
        await world.ProduceAsync(1);
        Assert.Equal(7, world.Devnet.Height);
        world.Time.Advance(TimeSpan.FromSeconds(10));
        await running;
        Assert.Equal(
            ["+rpc-ahead 3", "-rpc-ahead 3", "+rpc-ahead 4", "-rpc-ahead 4", "+chain-jumps 6", "-chain-jumps 6", "+rpc-502 0"], told);
        Assert.Equal("rpc-502", Assert.Single(world.Devnet.Faults.Active).Kind.Name);
    }

    [Fact]
    public void The_catalogue_names_each_fault_once_with_an_amount_that_can_be()
    {
        Assert.Equal(FaultKind.All.Count, FaultKind.All.Select(kind => kind.Name).Distinct(StringComparer.Ordinal).Count());
        Assert.All(FaultKind.All, kind => Assert.Null(Fault.Of(kind).Problem(nodes: 1)));
        Assert.Equal(
            typeof(FaultKind).GetFields().Where(field => field.FieldType == typeof(FaultKind)).Select(field => field.GetValue(null)).ToHashSet(),
            FaultKind.All.Cast<object?>().ToHashSet());
    }
}
