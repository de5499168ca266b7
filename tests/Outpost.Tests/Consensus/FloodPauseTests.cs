namespace Outpost.Tests.Consensus;

/// <summary>Who goes on calling while it is refused waits for each refusal, and nobody else does.</summary>
public sealed class FloodPauseTests
{
    [Fact]
    public async Task A_flood_waits_for_its_refusals()
    {
        await using var world = await ServiceWorld.StartAsync();
        await world.AddAsync("A", "1/minute");
        await world.AddAsync("B");
        await world.RestartAsync();
        Assert.Equal(200, (await RegisterAsync(world, "A")).Status);
        for (var beyond = 1; beyond <= 100; beyond++)
        {
            Assert.Equal(429, (await RegisterAsync(world, "A")).Status);
        }

        var refused = RegisterAsync(world, "A");
        Assert.Equal(200, (await RegisterAsync(world, "B")).Status);
        Assert.False(refused.IsCompleted);
        while (!refused.IsCompleted)
        {
            world.Time.Advance(TimeSpan.FromMilliseconds(50));
            await Task.WhenAny(refused, Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, ServiceWorld.Stop));
        }

        Assert.Equal(429, (await refused).Status);
        world.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(200, (await RegisterAsync(world, "A")).Status);
    }

    [Fact]
    public async Task A_flood_of_lists_waits_too()
    {
        await using var world = await ServiceWorld.StartAsync();
        await world.AddAsync("A", "1/minute");
        await world.RestartAsync();
        var list = world.PostAsync("/submitSnapshots", Enumerable.Repeat(ServiceWorld.Snapshot("A", "X"), 102));
        await world.GetAsync("/currentEpoch");
        Assert.False(list.IsCompleted);
        while (!list.IsCompleted)
        {
            world.Time.Advance(TimeSpan.FromMilliseconds(50));
            await Task.WhenAny(list, Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, ServiceWorld.Stop));
        }

        Assert.Equal(200, (await list).Status);
    }

    private static Task<(int Status, string Body)> RegisterAsync(ServiceWorld world, string alias) =>
        world.PostAsync("/registerProjectPeer", new { projectID = "P", instanceID = ServiceWorld.IdOf(alias) });
}
