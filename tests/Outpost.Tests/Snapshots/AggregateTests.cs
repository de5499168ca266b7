using System.Text;
using System.Text.Json.Nodes;
using Outpost.Node;
using Outpost.Node.Snapshots;
using Outpost.Sdk.Snapshots;

namespace Outpost.Tests.Snapshots;

public sealed class AggregateTests : IDisposable
{
    private static readonly EpochScale Scale = new(0, TimeSpan.FromSeconds(12));
    private static readonly Member Pair = SeriesStore.MemberOf(SeriesStore.Pair);
    private static readonly Member Other = SeriesStore.MemberOf(SeriesStore.Other);

    private readonly SeriesStore _world = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _world.Dispose();

    /// <summary>The numbers of epochs a day and a week that the reference has (its appendix A.6).</summary>
    [Theory]
    [InlineData(10, 12, 1, 720)]
    [InlineData(10, 12, 7, 5040)]
    [InlineData(10, 2, 1, 4320)]
    [InlineData(1, 12, 1, 7200)]
    public void Days_are_counted_in_epochs(long size, int blockSeconds, int days, long epochs) =>
        Assert.Equal(epochs, new EpochScale(0, TimeSpan.FromSeconds(blockSeconds)).EpochsIn(TimeSpan.FromDays(days), size));

    [Fact]
    public void Epochs_are_counted_from_the_first_of_the_stream()
    {
        var scale = new EpochScale(1001, TimeSpan.FromSeconds(12));

        Assert.Equal(0, scale.NumberOf(new Epoch(1001, 1010)));
        Assert.Equal(77, scale.NumberOf(new Epoch(1771, 1780)));
        Assert.Equal(1780, scale.EndOf(77, 10));
    }

    [Fact]
    public async Task An_aggregate_reads_the_series_of_its_members_and_may_be_one_itself()
    {
        var sum = Project("sum", [Pair], Sums(epochs: 3));
        var twice = Project("twice", [new Member(sum.Id, sum.Type, sum.Contract)], Sums(epochs: 2));
        for (var number = 1; number <= 5; number++)
        {
            _world.Put(number, [(SeriesStore.Pair, number == 4 ? null : new JsonObject { ["trade"] = number })], sum.Id, twice.Id);
            await RunAsync(number, sum, twice);
        }

        // Epochs 3, 4 (a gap) and 5; and the sums of 4 (2 + 3) and of 5 (3 + 5).
        Assert.Equal("""{"epochId":5,"gaps":1,"trade":8,"whole":true}""", Text(sum, 5));
        Assert.Equal("""{"epochId":5,"gaps":0,"trade":13,"whole":true}""", Text(twice, 5));
        Assert.Equal("""{"epochId":2,"gaps":0,"trade":3,"whole":false}""", Text(sum, 2));
        Assert.All(_world.Store.Entries(SeriesStore.At(5)), entry => Assert.Equal(SnapshotState.Computed, entry.State));
    }

    [Fact]
    public async Task A_member_that_has_nothing_yet_and_a_gap_can_be_told_apart()
    {
        var seen = new List<string>();
        var project = Project("odd", [Pair, Other], async context =>
        {
            seen.Add($"{context.Back(Pair, 1)} {context.Back(Other, 0)} {await context.SnapshotAsync(Pair, SeriesStore.At(2)) is null}");
            return [];
        });
        _world.Put(2, [(SeriesStore.Pair, null), (SeriesStore.Other, null)], project.Id);
        _world.Put(1, [(SeriesStore.Pair, new JsonObject { ["trade"] = 1 })]);
        // Of the other one there is something later only.
        _world.Put(3, [(SeriesStore.Other, new JsonObject { ["trade"] = 1 })]);

        await RunAsync(2, project);

        Assert.Equal(["(10-19, True)  True"], seen);
    }

    [Fact]
    public async Task One_that_fails_says_why_and_the_others_go_on()
    {
        var failing = Project("failing", [Pair], _ => throw new InvalidOperationException("no week"));
        var misspelt = Project("misspelt", [Pair], async context =>
        {
            await context.SumAsync(Pair, ["trades"], context.Epoch, context.Epoch);
            return [];
        });
        var good = Project("good", [Pair], Sums(epochs: 1));
        _world.Put(1, [(SeriesStore.Pair, new JsonObject { ["trade"] = 1 })], failing.Id, misspelt.Id, good.Id);

        await RunAsync(1, failing, misspelt, good);

        var entries = _world.Store.Entries(SeriesStore.At(1)).ToDictionary(entry => entry.ProjectId);
        Assert.Equal("InvalidOperationException: no week", entries[failing.Id].Detail);
        Assert.Equal(SnapshotState.Opened, entries[failing.Id].State);
        Assert.Contains($"No snapshot of {Pair.ProjectId} has a number trades", entries[misspelt.Id].Detail, StringComparison.Ordinal);
        Assert.Equal(SnapshotState.Computed, entries[good.Id].State);
    }

    [Fact]
    public void Aggregates_come_after_what_they_are_made_of_however_they_are_configured()
    {
        var ordered = Ordered(
            Spec("top", new AggregateMembers.AllOf(["week", Other.ProjectId])),
            Spec("week", new AggregateMembers.EachOf("day")),
            Spec("day", new AggregateMembers.EachOf("volume")));

        Assert.Equal(["day", "day", "week", "week", "top"], ordered.Select(one => one.Type));
        Assert.Equal($"day_{Pair.Contract}_NS", ordered[0].Id);
        Assert.Equal([Pair], ordered[0].Members);
        Assert.Equal([ordered[0].Id], ordered[2].Members.Select(member => member.ProjectId));
        Assert.Equal(Pair.Contract, ordered[2].Contract);
        Assert.Equal([ordered[2].Id, ordered[3].Id, Other.ProjectId], ordered[4].Members.Select(member => member.ProjectId));
        Assert.Null(ordered[4].Contract);
        Assert.Matches("^top_[0-9a-f]{64}_NS$", ordered[4].Id);
    }

    [Fact]
    public void What_an_aggregate_cannot_be_made_of_is_said()
    {
        Assert.Contains("volumes", Problem(Spec("day", new AggregateMembers.EachOf("volumes"))), StringComparison.Ordinal);
        Assert.Contains("itself", Problem(
            Spec("day", new AggregateMembers.EachOf("week")), Spec("week", new AggregateMembers.EachOf("day"))), StringComparison.Ordinal);
        Assert.Contains("twice", Problem(
            Spec("day", new AggregateMembers.EachOf("volume")), Spec("day", new AggregateMembers.EachOf("volume"))), StringComparison.Ordinal);
    }

    private static string Problem(params AggregateSpec[] specs) => Assert.Throws<ProjectException>(() => Ordered(specs)).Message;

    private static IReadOnlyList<AggregateProject> Ordered(params AggregateSpec[] specs) =>
        AggregateOrder.Of([Pair, Other], specs, "NS", _ => new Made(_ => Task.FromResult(new JsonObject())));

    private static AggregateSpec Spec(string type, AggregateMembers of) => new(type, new ModuleSource("module.dll", null, null), of);

    private static AggregateProject Project(string type, IReadOnlyList<Member> members, Func<IAggregateContext, Task<JsonObject>> compute) =>
        new($"{type}_NS", type, null, members, new Made(compute));

    /// <summary>Sums the first member's trades over some epochs.</summary>
    private static Func<IAggregateContext, Task<JsonObject>> Sums(long epochs) => async context =>
    {
        var (first, isWhole) = context.Back(context.Members[0], epochs - 1)!.Value;
        var (sums, gaps) = await context.SumAsync(context.Members[0], ["trade"], first, context.Epoch);
        return new JsonObject { ["epochId"] = context.EpochId, ["trade"] = sums[0].ToJson(), ["gaps"] = gaps, ["whole"] = isWhole };
    };

    private Task RunAsync(long number, params AggregateProject[] projects) =>
        new AggregateComputation(new SeriesStore.NoChain(), Scale, _world.Store, new MetadataBook())
            .RunAsync(SeriesStore.At(number), projects, Token);

    private string Text(AggregateProject project, long number) =>
        Encoding.UTF8.GetString(_world.Series.Bytes(project.Id, SeriesStore.At(number).End)!);

    private sealed class Made(Func<IAggregateContext, Task<JsonObject>> compute) : IAggregateProcessor
    {
        public Task<JsonObject> ComputeAsync(IAggregateContext context, CancellationToken cancellationToken) => compute(context);
    }
}
