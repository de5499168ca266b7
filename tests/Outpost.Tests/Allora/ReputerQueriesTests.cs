using System.Numerics;
using Outpost.Chains.Allora;
using Outpost.Chains.Cosmos;
using Outpost.Chains.Wire;
using Outpost.Devnet;
using Outpost.Devnet.Faults;
using Outpost.Tests.Devnet;

namespace Outpost.Tests.Allora;

/// <summary>A reputer's place, stake and windows, asked of the devnet by the shipped client.</summary>
public sealed class ReputerQueriesTests
{
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;
    private static readonly TopicId Id = NetworkWorld.Topic;

    [Theory]
    [InlineData(EndpointKind.Rpc)]
    [InlineData(EndpointKind.Grpc)]
    [InlineData(EndpointKind.Lcd)]
    public async Task Tells_who_may_and_what_is_staked(EndpointKind face)
    {
        await using var world = new NetworkWorld(face: face, change: topic => topic with
        {
            ReputerWhitelist = [topic.RegisteredReputers[0].Address],
        });
        var reputers = world.Allora.Reputers;
        var (r1, i1) = (world.Address("r1"), world.Address("i1"));

        Assert.True(await reputers.IsRegisteredAsync(Id, r1, Stop));
        Assert.False(await reputers.IsRegisteredAsync(Id, i1, Stop));
        Assert.True(await reputers.MaySubmitAsync(Id, r1, Stop));
        Assert.False(await reputers.MaySubmitAsync(Id, i1, Stop));
        Assert.True(await reputers.IsWhitelistedAsync(Id, r1, Stop));
        Assert.False(await reputers.IsWhitelistedAsync(Id, i1, Stop));
        Assert.True(await reputers.HasWhitelistAsync(Id, Stop));
        Assert.Equal(10_000, await reputers.MinimumStakeAsync(Stop));
        Assert.Equal(30_000, await reputers.StakeAsync(Id, r1, Stop));
        Assert.Equal(0, await reputers.StakeAsync(Id, i1, Stop));

        var much = BigInteger.Pow(10, 17) + 1;
        await world.SendAsync(("r1", ReputerMessages.AddStake(EmissionsVersion.V10, Id, much, r1)));
        Assert.Equal(30_000 + much, await reputers.StakeAsync(Id, r1, Stop));
    }

    [Theory]
    [InlineData(EmissionsVersion.V10)]
    [InlineData(EmissionsVersion.V9)]
    public async Task Registers_and_sees_it(EmissionsVersion version)
    {
        await using var world = new NetworkWorld(version);
        var i1 = world.Address("i1");
        await world.SendAsync(("i1", ReputerMessages.Register(version, Id, i1)));
        Assert.True(await world.Allora.Reputers.IsRegisteredAsync(Id, i1, Stop));
    }

    [Fact]
    public async Task Follows_a_nonce_from_its_truth_to_its_end()
    {
        // A lag of one and a half epochs: the truth of nonce 3 is at 21, the tick after it at 27, the end at 39.
        await using var world = new NetworkWorld(change: topic => topic with { GroundTruthLag = 18 });
        var reputers = world.Allora.Reputers;
        var topic = (await world.Allora.TopicAsync(Id, Stop))!;
        Assert.Equal(18, topic.GroundTruthLagBlocks);
        Assert.Equal("0.01", topic.Epsilon.Text);
        var expected = new ReputerNonce(new(3), new(27), new(39));
        Assert.Equal(expected, topic.ReputerWindowOf(new(3)));
        foreach (var nonce in (long[])[3, 15])
        {
            await world.UntilAsync(nonce);
            await world.SendAsync(world.Answer("i1", nonce, new WorkerAnswer { Value = NetworkWorld.Number(1) }));
        }

        await world.UntilAsync(20);
        Assert.Equal([3, 15], (await reputers.UnfulfilledAsync(Id, Stop)).Select(nonce => nonce.Value));
        Assert.Empty(await reputers.OpenAsync(topic, Stop));
        var window = await reputers.WindowAsync(Id, world.Address("r1"), Stop);
        Assert.Equal(new ReputerWindow(null, new(21), true, true, true), window);

        await world.UntilAsync(21);
        window = await reputers.WindowAsync(Id, world.Address("i1"), Stop);
        Assert.Equal(
            new ReputerWindow(new ReputerNonce(new(3), new(21), new(39)), new(33), false, true, true), window);

        await world.UntilAsync(33);
        Assert.Equal([expected, topic.ReputerWindowOf(new(15))], await reputers.OpenAsync(topic, Stop));

        await world.UntilAsync(39);
        Assert.Equal([15], (await reputers.UnfulfilledAsync(Id, Stop)).Select(nonce => nonce.Value));
        topic = (await world.Allora.TopicAsync(Id, Stop))!;
        Assert.Equal([-9, 3, 3, 15], ((long[])[38, 39, 50, 51]).Select(head => topic.NewestPassed(new(head)).Value));
        var opened = Assert.Single(world.Witness.Blocks.SelectMany(block => block.ReputerOpened), one => one.Nonce.Value == 3);
        Assert.Equal(39, opened.ClosesAt.Value);
        Assert.Equal([27L], world.Witness.Blocks.Where(block => block.ReputerOpened.Contains(opened))
            .Select(block => block.Height.Value));
    }

    [Theory]
    [InlineData(30)]
    [InlineData(8)]
    public async Task A_window_is_where_the_chain_tells_also_when_epochs_have_another_length(int epoch)
    {
        await using var world = new NetworkWorld(change: topic => topic with { GroundTruthLag = 18 });
        var change = Fault.Of(FaultKind.EpochLength, null, epoch);
        var told = new List<WindowOpening>();
        while (world.Devnet.Height < 220)
        {
            await world.UntilAsync(world.Devnet.Height + 1);
            var block = world.Witness.Blocks[^1];
            told.AddRange(block.ReputerOpened);
            var topic = (await world.Allora.TopicAsync(Id, Stop))!;
            Assert.All(block.ReputerOpened, one => Assert.InRange(
                topic.ReputerWindowOf(one.Nonce).OpensAt.Value, one.Nonce.Value + 1, block.Height.Value));
            Assert.All(
                told.Where(one => one.ClosesAt > block.Height),
                one => Assert.Equal(one.ClosesAt, topic.ReputerWindowOf(one.Nonce).ClosesAt));
            foreach (var opened in block.Opened)
            {
                await world.SendAsync(
                    world.Answer("i1", opened.Nonce.Value, new WorkerAnswer { Value = NetworkWorld.Number(1) }));
            }

            if (block.Height.Value is 40 or 41)
            {
                world.Devnet.Faults.Begin(change);
            }
            else if (block.Height.Value is 130 or 131)
            {
                world.Devnet.Faults.End(change);
            }
        }

        Assert.Equal(told.Count, told.Select(one => one.Nonce).Distinct().Count());
        Assert.InRange(told.Count, 8, 20);
        Assert.All(
            world.Witness.Blocks.SelectMany(block => block.ReputerClosed, (block, one) => (block.Height, one.Nonce)),
            closed => Assert.Equal(closed.Height, told.Find(one => one.Nonce == closed.Nonce)?.ClosesAt ?? closed.Height));
    }

    [Fact]
    public async Task A_node_that_is_behind_shows_stakes_and_losses_of_the_past()
    {
        await using var world = new NetworkWorld();
        using var network = world.Devnet.Network();
        using var http = new HttpClient(network);
        world.Devnet.Faults.Begin(Fault.Of(FaultKind.RpcBehind, "node-1", 2));
        await world.UntilAsync(3);
        await world.SendAsync(world.Answer("i1", 3, new WorkerAnswer { Value = NetworkWorld.Number(1) }));
        await world.SendAsync(("r1", ReputerMessages.AddStake(EmissionsVersion.V10, Id, 5, world.Address("r1"))));
        await world.UntilAsync(6);
        Assert.Contains("\"30000\"", await GetAsync($"stake_reputer_authority/1/{world.Address("r1")}"), StringComparison.Ordinal);
        await world.UntilAsync(7);
        Assert.Contains("\"30005\"", await GetAsync($"stake_reputer_authority/1/{world.Address("r1")}"), StringComparison.Ordinal);

        await world.UntilAsync(15);
        var losses = new ValueBundle<DecimalText>(
            default, default, [new(world.Address("i1"), default)], [], [], [], [], []);
        await world.SendAsync(world.Losses("r1", 3, losses));
        await world.UntilAsync(28);
        Assert.Contains("not found", await GetAsync("network_loss/1/3"), StringComparison.Ordinal);
        await world.UntilAsync(29);
        Assert.Contains("\"combined_value\":\"0\"", await GetAsync("network_loss/1/3"), StringComparison.Ordinal);

        async Task<string> GetAsync(string path)
        {
            using var reply = await http.GetAsync(new Uri(world.Devnet.Lcd, $"emissions/v10/{path}"), Stop);
            return await reply.Content.ReadAsStringAsync(Stop);
        }
    }
}
