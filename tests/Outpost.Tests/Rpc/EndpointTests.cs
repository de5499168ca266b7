using System.Net;
using Outpost.Chains;
using Outpost.Chains.Cosmos;
using Outpost.Chains.Rpc;

namespace Outpost.Tests.Rpc;

/// <summary>Several nodes in memory on a manual clock: who is asked, how long it takes, and what counts.</summary>
[Collection(Alone.Name)]
public sealed class EndpointTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_hanging_primary_costs_one_read_a_quarter_of_a_second_and_the_next_ones_nothing()
    {
        using var world = await ConnectedAsync(2);
        world.Nodes[0].Delay = null;

        Assert.InRange(await TimeOfReadAsync(world), TimeSpan.FromMilliseconds(90), TimeSpan.FromMilliseconds(250));
        for (var read = 0; read < 20; read++)
        {
            Assert.Equal(TimeSpan.Zero, await TimeOfReadAsync(world));
        }

        Assert.Equal(EndpointState.Silent, world.Client.Endpoints[0].State);
        await world.PassAsync(TimeSpan.FromSeconds(6));
        Assert.Equal(EndpointState.Unreachable, world.Client.Endpoints[0].State);
        Assert.Equal(TimeSpan.Zero, await TimeOfReadAsync(world));
    }

    [Fact]
    public async Task A_primary_that_refuses_is_left_at_once()
    {
        using var world = await ConnectedAsync(2);
        world.Nodes[0].Refuses = true;

        Assert.Equal(TimeSpan.Zero, await TimeOfReadAsync(world));
        Assert.Equal(EndpointState.Unreachable, world.Client.Endpoints[0].State);
        Assert.Contains("Connection refused", world.Client.Endpoints[0].Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_that_hang_do_not_hide_a_third()
    {
        using var world = await ConnectedAsync(3);
        world.Nodes[0].Delay = null;
        world.Nodes[1].Delay = null;

        Assert.InRange(await TimeOfReadAsync(world), TimeSpan.Zero, TimeSpan.FromMilliseconds(500));
        Assert.Equal(TimeSpan.Zero, await TimeOfReadAsync(world));
    }

    [Fact]
    public async Task Reads_side_by_side_all_leave_a_primary_that_hangs()
    {
        using var world = await ConnectedAsync(2);
        world.Nodes[0].Delay = null;

        var reads = Task.WhenAll(Enumerable.Range(0, 200).Select(_ => Read(world)));

        Assert.InRange(await world.RunAsync(reads, Long), TimeSpan.Zero, TimeSpan.FromMilliseconds(500));
    }

    [Fact]
    public async Task One_that_was_late_once_is_looked_at_and_serves_again()
    {
        using var world = await ConnectedAsync(2);
        world.Nodes[0].Delay = TimeSpan.FromSeconds(1);
        await TimeOfReadAsync(world);
        Assert.Equal(EndpointState.Silent, world.Client.Endpoints[0].State);

        world.Nodes[0].Delay = TimeSpan.Zero;
        await world.PassAsync(TimeSpan.FromSeconds(2));

        Assert.Equal(EndpointState.Working, world.Client.Endpoints[0].State);
        var before = world.Nodes[0].CountOf("abci_query");
        Assert.Equal(TimeSpan.Zero, await TimeOfReadAsync(world));
        Assert.Equal(before + 1, world.Nodes[0].CountOf("abci_query"));
    }

    [Fact]
    public async Task One_that_answers_looks_and_nothing_else_is_looked_at_less_and_less()
    {
        using var world = await ConnectedAsync(2);
        (world.Nodes[0].Delay, world.Nodes[0].Hanging) = (null, ["abci_query"]);

        var slow = 0;
        for (var second = 0; second < 60; second++)
        {
            slow += await TimeOfReadAsync(world) > TimeSpan.Zero ? 1 : 0;
            await world.PassAsync(TimeSpan.FromSeconds(1));
        }

        Assert.InRange(slow, 2, 8);
    }

    [Fact]
    public async Task A_lone_endpoint_gets_its_whole_time_and_one_request()
    {
        using var world = await ConnectedAsync(1);
        world.Nodes[0].Delay = TimeSpan.FromSeconds(4);

        Assert.InRange(await TimeOfReadAsync(world), TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(4.1));
        Assert.Equal(1, world.Nodes[0].CountOf("abci_query"));
        Assert.Equal(EndpointState.Working, world.Client.Endpoints[0].State);
    }

    [Fact]
    public async Task When_all_are_slow_a_second_one_is_asked_ever_more_rarely()
    {
        using var world = await ConnectedAsync(2);
        world.Nodes[0].Delay = TimeSpan.FromMilliseconds(400);
        world.Nodes[1].Delay = TimeSpan.FromMilliseconds(400);

        for (var read = 0; read < 60; read++)
        {
            await TimeOfReadAsync(world);
        }

        var asked = world.Nodes.Sum(node => node.CountOf("abci_query"));
        Assert.InRange(asked, 70, 60 + 20 + 6 + 2);
        Assert.All(world.Client.Endpoints, one => Assert.Equal(EndpointState.Working, one.State));
    }

    [Fact]
    public async Task A_wrong_question_is_not_the_endpoints_fault()
    {
        using var world = await ConnectedAsync(2);
        world.Nodes[0].ErrorCode = -32602;

        var fault = await Assert.ThrowsAsync<ChainException>(() => world.AnswerAsync(Read(world)));

        Assert.Equal(ChainFault.Refused, fault.Fault);
        Assert.Equal((EndpointState.Working, 0L), (world.Client.Endpoints[0].State, world.Client.Endpoints[0].Failures));
        Assert.Equal(0, world.Nodes[1].CountOf("abci_query"));
    }

    [Fact]
    public async Task An_endpoint_that_limits_the_rate_is_not_asked_before_its_time_whatever_the_wall_clock_does()
    {
        using var world = await ConnectedAsync(2);
        (world.Nodes[0].Status, world.Nodes[0].RetryAfter) = (HttpStatusCode.TooManyRequests, TimeSpan.FromSeconds(90));
        await TimeOfReadAsync(world);
        (world.Nodes[0].Status, world.Nodes[0].RetryAfter) = (HttpStatusCode.OK, null);
        var asked = world.Nodes[0].CallCount;

        world.Time.WallClockIsOffBy = TimeSpan.FromHours(1);
        await world.PassAsync(TimeSpan.FromSeconds(80));
        await TimeOfReadAsync(world);
        Assert.Equal(asked, world.Nodes[0].CallCount);
        Assert.Equal(EndpointState.RateLimited, world.Client.Endpoints[0].State);
        Assert.NotNull(world.Client.Endpoints[0].PerSecond);

        world.Time.WallClockIsOffBy = TimeSpan.FromHours(-5);
        await world.PassAsync(TimeSpan.FromSeconds(11));
        await TimeOfReadAsync(world);
        await world.PassAsync(TimeSpan.FromSeconds(3));
        Assert.Equal(EndpointState.Working, world.Client.Endpoints[0].State);
    }

    [Fact]
    public async Task A_lone_endpoint_that_limits_the_rate_is_the_last_resort()
    {
        using var world = await ConnectedAsync(1);
        (world.Nodes[0].Status, world.Nodes[0].RetryAfter) = (HttpStatusCode.TooManyRequests, TimeSpan.FromSeconds(90));
        await Assert.ThrowsAsync<ChainException>(() => world.AnswerAsync(Read(world)));
        (world.Nodes[0].Status, world.Nodes[0].RetryAfter) = (HttpStatusCode.OK, null);

        Assert.NotNull(await world.AnswerAsync(Read(world)));
    }

    [Fact]
    public async Task A_cordoned_endpoint_is_asked_nothing_and_is_back_when_it_is_put_back()
    {
        using var world = await ConnectedAsync(2);
        var asked = world.Nodes[0].CallCount;

        Assert.Equal(1, Assert.Single(world.Client.Cordon("http://a/other-key")).Number);
        await TimeOfReadAsync(world);
        await world.AnswerAsync(world.Client.BroadcastAsync(Some(1), TestContext.Current.CancellationToken));
        await world.PassAsync(TimeSpan.FromMinutes(2));
        await TimeOfReadAsync(world);
        Assert.Equal((asked, EndpointState.Cordoned), (world.Nodes[0].CallCount, world.Client.Endpoints[0].State));

        world.Client.Cordon("2");
        var fault = await Assert.ThrowsAsync<ChainException>(() => world.AnswerAsync(Read(world)));
        Assert.Contains("every endpoint is cordoned", fault.Message, StringComparison.Ordinal);

        Assert.Single(world.Client.Uncordon("1"));
        Assert.NotNull(await world.AnswerAsync(Read(world)));
        Assert.Empty(world.Client.Cordon("http://nobody"));
        Assert.Empty(world.Client.Cordon("3"));
    }

    [Fact]
    public async Task What_is_shown_of_an_endpoint_holds_no_key()
    {
        using var world = await ConnectedAsync(1);

        Assert.DoesNotContain("key0", world.Client.Endpoints[0].ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_write_that_hangs_delays_no_acceptance_and_is_the_last_one_there()
    {
        using var world = await ConnectedAsync(2);
        world.Nodes[0].Delay = null;
        var stop = TestContext.Current.CancellationToken;

        for (byte number = 1; number <= 10; number++)
        {
            var sent = world.Client.BroadcastAsync(Some(number), stop);
            Assert.Equal(TimeSpan.Zero, await world.RunAsync(sent, Long));
            Assert.Equal("b", (await sent).Endpoint!.Host);
        }

        await world.PassAsync(TimeSpan.FromSeconds(1.2));
        Assert.Equal(EndpointState.Unreachable, world.Client.Endpoints[0].State);
        await world.PassAsync(TimeSpan.FromSeconds(20));
        var asked = world.Nodes[0].CountOf("broadcast_tx_sync");
        await world.AnswerAsync(world.Client.BroadcastAsync(Some(99), stop));
        Assert.Equal(asked, world.Nodes[0].CountOf("broadcast_tx_sync"));
    }

    [Fact]
    public async Task Who_hears_all_waits_a_second_for_a_write_that_hangs()
    {
        using var world = await ConnectedAsync(2);
        world.Nodes[0].Delay = null;

        var sent = world.Client.BroadcastAsync(Some(1), hearsAll: true, TestContext.Current.CancellationToken);

        Assert.InRange(await world.RunAsync(sent, Long), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1.1));
        Assert.Equal(("b", (CheckResult?)null), ((await sent).Endpoint!.Host, (await sent).Against));
    }

    [Fact]
    public async Task Two_hundred_transactions_at_once_take_two_ways_at_most_to_a_distant_endpoint()
    {
        using var world = await ConnectedAsync(2);
        world.Nodes[0].Delay = TimeSpan.FromMilliseconds(50);
        world.Nodes[1].Delay = TimeSpan.FromMilliseconds(50);

        var sent = Task.WhenAll(Enumerable.Range(1, 200).Select(number =>
            world.Client.BroadcastAsync(Some((byte)number), TestContext.Current.CancellationToken)));

        Assert.InRange(await world.RunAsync(sent, Long), TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(120));
        // The first request leaves with what is there by then, and the second one takes all the rest.
        Assert.InRange(world.Nodes[0].CountOf("broadcast_tx_sync"), 1, 2);
    }

    private static async Task<ScriptedNodes> ConnectedAsync(int count)
    {
        var world = new ScriptedNodes(count);
        var connected = world.Client.ConnectAsync(TestContext.Current.CancellationToken);
        await world.RunAsync(connected, Long);
        await connected;
        return world;
    }

    private static Task<Account?> Read(ScriptedNodes world) =>
        world.Client.AccountAsync("allo1", TestContext.Current.CancellationToken);

    private static async Task<TimeSpan> TimeOfReadAsync(ScriptedNodes world)
    {
        var read = Read(world);
        var took = await world.RunAsync(read, Long);
        await read;
        return took;
    }

    private static SignedTransaction Some(byte number) => new(new[] { number }, $"{number:X64}");
}
