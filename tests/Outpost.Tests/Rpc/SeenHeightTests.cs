using Outpost.Chains;
using Outpost.Chains.Cosmos;
using Outpost.Chains.Rpc;

namespace Outpost.Tests.Rpc;

/// <summary>State is never read from before a block that was seen; nodes in memory on a manual clock.</summary>
[Collection(Alone.Name)]
public sealed class SeenHeightTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task State_of_an_older_block_is_refused_and_asked_elsewhere()
    {
        using var world = await ConnectedAsync(2);
        world.Nodes[1].Height = 11;
        world.Nodes[1].Sequence = 5;
        world.Client.Saw(new Height(11));

        Assert.Equal(5ul, (await world.AnswerAsync(Account(world)))!.Sequence);
        var status = world.Client.Endpoints[0];
        Assert.Equal((EndpointState.Behind, 10L, 1L), (status.State, status.Height, status.Lag));
        Assert.Equal(new Height(11), world.Client.SeenHeight);

        world.Nodes[0].Height = 12;
        world.Nodes[0].Sequence = 6;
        await world.PassAsync(TimeSpan.FromSeconds(3));
        await world.AnswerAsync(Account(world));
        await world.PassAsync(TimeSpan.FromSeconds(1));
        Assert.Equal(6ul, (await world.AnswerAsync(Account(world)))!.Sequence);
    }

    [Fact]
    public async Task An_endpoint_that_is_a_moment_late_is_waited_for()
    {
        using var world = await ConnectedAsync(1);
        world.Client.Saw(new Height(11));

        var read = Account(world);
        await world.RunAsync(read, TimeSpan.FromMilliseconds(300));
        Assert.False(read.IsCompleted);
        world.Nodes[0].Height = 11;

        Assert.NotNull(await world.AnswerAsync(read));
    }

    [Fact]
    public async Task When_all_are_behind_a_sequence_is_not_read_but_a_price_is_rather_old_than_missing()
    {
        using var world = await ConnectedAsync(2);
        world.Client.Saw(new Height(12));

        var fault = await Assert.ThrowsAsync<ChainException>(() => world.AnswerAsync(Account(world)));
        Assert.Equal((ChainFault.Behind, true), (fault.Fault, fault.IsTransient));
        var head = await world.AnswerAsync(world.Client.HeadAsync(TestContext.Current.CancellationToken));
        Assert.Equal(new Height(10), head.Height);
    }

    [Fact]
    public async Task A_caller_may_ask_for_a_block_that_nobody_has_told_of_yet()
    {
        using var world = await ConnectedAsync(2);
        world.Nodes[1].Height = 20;
        world.Nodes[1].Sequence = 5;

        var account = await world.AnswerAsync(
            world.Client.AccountAsync("allo1", new Height(15), TestContext.Current.CancellationToken));

        Assert.Equal(5ul, account!.Sequence);
    }

    [Theory]
    [InlineData(10, false)]
    [InlineData(11, true)]
    public async Task Where_answers_tell_no_height_the_head_is_asked_for_first(long height, bool isAnswered)
    {
        using var world = await ConnectedAsync(1);
        world.Nodes[0].TellsHeights = false;
        world.Client.Saw(new Height(11));
        world.Nodes[0].Height = height;

        var read = Account(world);
        await world.RunAsync(read, Long);

        Assert.Equal(isAnswered, read.IsCompletedSuccessfully);
        Assert.Equal(isAnswered ? null : ChainFault.Behind, (read.Exception?.InnerException as ChainException)?.Fault);
    }

    [Fact]
    public async Task A_liar_far_ahead_puts_no_other_endpoint_behind()
    {
        using var world = new ScriptedNodes(3);
        world.Nodes[0].Height = 1_010;
        await ConnectAsync(world);

        Assert.Equal(new Height(10), world.Client.SeenHeight);
        world.Nodes[0].Refuses = true;
        Assert.NotNull(await world.AnswerAsync(Account(world)));
        Assert.Equal(EndpointState.Working, world.Client.Endpoints[1].State);
    }

    [Fact]
    public async Task After_all_have_lied_a_read_is_answered_in_a_few_seconds()
    {
        using var world = await ConnectedAsync(3);
        foreach (var node in world.Nodes)
        {
            node.Height = 1_010;
        }

        await world.AnswerAsync(Account(world));
        await world.AnswerAsync(world.Client.HeadAsync(TestContext.Current.CancellationToken));
        world.Nodes[0].Refuses = true;
        await world.AnswerAsync(Account(world));
        Assert.Equal(new Height(1_010), world.Client.SeenHeight);
        foreach (var node in world.Nodes)
        {
            (node.Height, node.Delay) = (11, TimeSpan.FromMilliseconds(40));
        }

        var read = Account(world);
        Assert.InRange(await world.RunAsync(read, Long), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1.6));
        Assert.NotNull(await read);
        Assert.Equal(new Height(11), world.Client.SeenHeight);
    }

    [Fact]
    public async Task One_that_lags_far_behind_at_the_start_is_not_asked()
    {
        using var world = new ScriptedNodes(2);
        world.Nodes[1].Height = 130;
        world.Nodes[1].BlockTime += TimeSpan.FromMinutes(10);
        world.Nodes[1].Sequence = 5;
        await ConnectAsync(world);

        Assert.Equal(5ul, (await world.AnswerAsync(Account(world)))!.Sequence);
        Assert.Equal((EndpointState.Behind, 120L), (world.Client.Endpoints[0].State, world.Client.Endpoints[0].Lag));
    }

    [Fact]
    public async Task Standbys_are_looked_at_while_the_chain_moves_and_left_alone_while_it_does_not()
    {
        using var world = await ConnectedAsync(2);
        for (var height = 11; height < 80; height++)
        {
            world.Nodes[0].Height = height;
            await world.AnswerAsync(Account(world));
            await world.PassAsync(TimeSpan.FromSeconds(1));
        }

        Assert.InRange(world.Nodes[1].CountOf("status"), 3, 9);
        Assert.Equal((EndpointState.Behind, 0), (world.Client.Endpoints[1].State, world.Nodes[1].CountOf("abci_query")));
        var asked = world.Nodes.Sum(node => node.CallCount);
        await world.PassAsync(TimeSpan.FromMinutes(2));
        Assert.Equal(asked, world.Nodes.Sum(node => node.CallCount));
    }

    [Fact]
    public async Task Blocks_alone_have_no_endpoint_looked_at()
    {
        using var world = await ConnectedAsync(3);
        world.Nodes[0].Height = 20;
        await world.AnswerAsync(Account(world));
        await world.PassAsync(TimeSpan.FromSeconds(1));
        var asked = world.Nodes.Sum(node => node.CallCount);

        for (var height = 21; height < 81; height++)
        {
            foreach (var node in world.Nodes)
            {
                node.Height = height;
            }

            world.Client.Saw(new Height(height));
            await world.PassAsync(TimeSpan.FromSeconds(5));
        }

        Assert.Equal(asked, world.Nodes.Sum(node => node.CallCount));
    }

    [Fact]
    public async Task After_a_write_the_account_is_read_where_it_was_taken()
    {
        using var world = await ConnectedAsync(2);
        var stop = TestContext.Current.CancellationToken;
        world.Nodes[0].Delay = TimeSpan.FromMilliseconds(50);
        await world.AnswerAsync(world.Client.BroadcastAsync(new SignedTransaction(new byte[] { 1 }, "A1"), stop));
        await world.RunAsync(Account(world), Long);

        Assert.Equal((0, 1), (world.Nodes[0].CountOf("abci_query"), world.Nodes[1].CountOf("abci_query")));

        await world.PassAsync(TimeSpan.FromSeconds(40));
        await world.AnswerAsync(Account(world));
        Assert.Equal((1, 1), (world.Nodes[0].CountOf("abci_query"), world.Nodes[1].CountOf("abci_query")));
    }

    private static async Task<ScriptedNodes> ConnectedAsync(int count)
    {
        var world = new ScriptedNodes(count);
        await ConnectAsync(world);
        return world;
    }

    private static async Task ConnectAsync(ScriptedNodes world)
    {
        var connected = world.Client.ConnectAsync(TestContext.Current.CancellationToken);
        await world.RunAsync(connected, Long);
        await connected;
    }

    private static Task<Account?> Account(ScriptedNodes world) =>
        world.Client.AccountAsync("allo1", TestContext.Current.CancellationToken);
}
