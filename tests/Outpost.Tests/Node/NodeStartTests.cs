using Microsoft.Extensions.Logging.Abstractions;
using Outpost.Chains;
using Outpost.Chains.Allora;
using Outpost.Node;
using Outpost.Node.Blocks;
using Outpost.Node.Status;
using Outpost.Tests.Rpc;

namespace Outpost.Tests.Node;

[Collection(Alone.Name)]
public sealed class NodeStartTests
{
    [Fact]
    public async Task Finds_an_endpoint_within_seconds_after_ten_minutes_in_which_all_were_dead_and_hammers_none()
    {
        using var world = new ScriptedNodes(2);
        foreach (var node in world.Nodes)
        {
            node.Refuses = true;
        }

        using var models = new ScriptedModel();
        var clock = new BlockClock(world.Time, TimeSpan.FromSeconds(5));
        var start = new NodeStart(
            new NodeSurroundings(world, models, world.Time, new Random(1), NullLoggerFactory.Instance), clock,
            new StatusBoard("allo1", [], world.Time));
        using var stop = new CancellationTokenSource();
        var connecting = start.ConnectAsync(world.Client, new AlloraClient(world.Client), "allo1", stop.Token);
        await world.PassAsync(TimeSpan.FromMinutes(10));
        Assert.False(connecting.IsCompleted);
        Assert.All(world.Nodes, node => Assert.InRange(node.CountOf("status"), 60, 200));

        var before = world.Nodes[1].CountOf("status");
        world.Nodes[1].Refuses = false;
        await world.PassAsync(TimeSpan.FromSeconds(5));
        Assert.True(world.Nodes[1].CountOf("status") > before);
        Assert.Equal("fake-1", world.Client.ChainId);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => world.AnswerAsync(Ended(connecting)));

        static async Task<bool> Ended(Task task)
        {
            await task;
            return true;
        }
    }

    [Fact]
    public async Task Remembers_a_silence_however_many_blocks_are_fetched_after_it()
    {
        using var world = new ScriptedNodes(1);
        using var models = new ScriptedModel();
        var clock = new BlockClock(world.Time, TimeSpan.FromSeconds(5));
        var start = new NodeStart(
            new NodeSurroundings(world, models, world.Time, new Random(1), NullLoggerFactory.Instance), clock,
            new StatusBoard("allo1", [], world.Time));
        var blackouts = new Blackouts();
        await clock.AdvanceAsync(new Height(240));
        for (var height = 241; height <= 961; height++)
        {
            var block = new Outpost.Chains.Cosmos.Block(new Height(height), null, null) { Newest = new Height(961), HeldUpBy = "all refuse" };
            start.Note(block, blackouts);
            await clock.AdvanceAsync(block.Newest);
        }

        Assert.Equal("all refuse", blackouts.During(new Height(264), new Height(268)));
    }
}
