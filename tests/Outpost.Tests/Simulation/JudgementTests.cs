using Outpost.Chains.Allora;
using Outpost.Simulation.Checks;

namespace Outpost.Tests.Simulation;

public sealed class JudgementTests
{
    private static readonly WindowName Name = new(ActorRole.Inferer, 1, 10);
    private readonly Obstacles _obstacles = new(nodes: 2);
    private readonly ChainSide _chain = new(
        TimeProvider.System, "allo1x", new HashSet<(ulong, ActorRole)> { (1, ActorRole.Inferer) });

    [Theory]
    [InlineData(40, 60, true)] // the upgrade falls into it
    [InlineData(80, 100, true)] // both endpoints lag behind the upgrade yet
    [InlineData(130, 150, false)] // the first of them has shown it
    [InlineData(5, 20, false)] // it is over, and known to be, before the upgrade
    public void Names_that_an_upgrade_took_are_refused_until_an_endpoint_shows_it(int from, int to, bool isRight)
    {
        Add("upgrade", null, 50, 60);
        Add("rpc-behind", "node-1", 30, 110);
        Add("rpc-behind", "node-2", 30, 200);
        Assert.Equal(isRight ? 0 : 1, WronglyNamed("refused", from, to));
    }

    [Fact]
    public void Names_that_an_upgrade_took_are_known_at_once_to_whom_an_endpoint_is_well()
    {
        Add("upgrade", null, 50, 60);
        Add("rpc-behind", "node-1", 30, 110);
        Assert.Equal(1, WronglyNamed("refused", 80, 100));
    }

    private int WronglyNamed(string outcome, int from, int to)
    {
        _chain.Windows.Add(new(Name, TimeSpan.FromSeconds(from), TimeSpan.FromSeconds(to), []));
        return Judgement.Of(_chain, _obstacles, new() { [Name] = outcome }, TimeSpan.Zero, TimeSpan.MaxValue)
            .Roles["inferer"].WronglyNamed;
    }

    private void Add(string name, string? target, int from, int to) =>
        _obstacles.Add(new Obstacle(name, target, TimeSpan.FromSeconds(from), TimeSpan.FromSeconds(to)));
}
