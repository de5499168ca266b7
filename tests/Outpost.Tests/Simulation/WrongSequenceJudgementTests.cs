using Outpost.Chains;
using Outpost.Devnet;
using Outpost.Simulation.Checks;
using Outpost.Tests.Node;

namespace Outpost.Tests.Simulation;

/// <summary>Which numbers that the chain called wrong the node is to blame for. Blocks come at 100 s and 105 s.</summary>
public sealed class WrongSequenceJudgementTests
{
    private readonly ManualTime _time = new();
    private readonly Obstacles _obstacles = new(nodes: 2);
    private readonly ChainSide _chain;

    public WrongSequenceJudgementTests()
    {
        _chain = new ChainSide(_time, "allo1x", new HashSet<(ulong, Outpost.Chains.Allora.ActorRole)>());
        foreach (var (seconds, height) in new[] { (100, 1), (5, 2) })
        {
            _time.Advance(TimeSpan.FromSeconds(seconds));
            _chain.Committed(new CommittedBlock(new Height(height), _time.GetUtcNow(), [], [], []));
        }
    }

    [Theory]
    [InlineData(100.1, 0)] // the block that emptied the mempools is on its way
    [InlineData(101.1, 1)] // it has been seen
    [InlineData(99.9, 1)] // nothing was lost yet
    [InlineData(105.1, 1)] // and nothing was lost with this block
    public void Behind_what_a_block_threw_out_nobody_could_know_until_it_is_seen(double at, int count)
    {
        Add("tx-evicted", null, 98, 104);
        Assert.Equal(count, WrongAt(at));
    }

    [Theory]
    [InlineData("node-1", 1)]
    [InlineData(null, 0)]
    public void Behind_what_was_swallowed_nobody_could_know_where_all_nodes_did_so(string? target, int count)
    {
        Add("tx-swallowed", target, 98, 104);
        Assert.Equal(count, WrongAt(103));
    }

    private int WrongAt(double seconds)
    {
        _chain.WrongSequences.Add(new Offence(TimeSpan.FromSeconds(seconds), "AB", "node-1 refused AB with sequence 7"));
        return Judgement.Of(_chain, _obstacles, [], TimeSpan.Zero, TimeSpan.MaxValue).WrongSequences;
    }

    private void Add(string name, string? target, int from, int to) =>
        _obstacles.Add(new Obstacle(name, target, TimeSpan.FromSeconds(from), TimeSpan.FromSeconds(to)));
}
