using Outpost.Simulation.Checks;

namespace Outpost.Tests.Simulation;

public sealed class ObstaclesTests
{
    private readonly Obstacles _obstacles = new(nodes: 2);

    [Fact]
    public void What_the_chain_did_is_seen_at_once_while_one_endpoint_is_well()
    {
        Add("rpc-refuses", "node-1", 10, 100);
        Add("tx-swallowed", null, 10, 100);
        Add("model-errors", null, 10, 100);
        Assert.Equal(50, SeenAt(50));
    }

    [Fact]
    public void It_is_seen_when_the_first_endpoint_is_over_what_ailed_it()
    {
        Add("rpc-refuses", "node-1", 10, 100);
        Add("rpc-502", "node-2", 40, 60);
        Assert.Equal(70, SeenAt(50));
        Assert.Equal(30, SeenAt(30));
    }

    [Fact]
    public void One_blindness_can_follow_the_other()
    {
        Add("rpc-refuses", null, 10, 100);
        Add("rpc-behind", "node-1", 20, 200);
        Add("rpc-stalls", "node-2", 105, 150);
        Add("dns-gone", null, 155, 158);
        Assert.Equal(168, SeenAt(50));
    }

    [Fact]
    public void All_endpoints_lied_only_where_each_one_did()
    {
        Add("tx-swallowed", "node-1", 10, 20);
        Assert.False(IsEverywhere(5, 30));
        Add("tx-swallowed", "node-2", 15, 20);
        Assert.True(IsEverywhere(5, 30));
        Assert.False(IsEverywhere(21, 30));
    }

    private void Add(string name, string? target, int from, int to) =>
        _obstacles.Add(new Obstacle(name, target, TimeSpan.FromSeconds(from), TimeSpan.FromSeconds(to)));

    private double SeenAt(int then) => _obstacles.SeenAt(TimeSpan.FromSeconds(then)).TotalSeconds;

    private bool IsEverywhere(int from, int to) =>
        _obstacles.IsEverywhere("tx-swallowed", TimeSpan.FromSeconds(from), TimeSpan.FromSeconds(to));
}
