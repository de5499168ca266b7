using Outpost.Chains.Allora;
using Outpost.Node.Duties;

namespace Outpost.Tests.Node;

public sealed class UpgradeWindowTests
{
    [Theory]
    [InlineData(24)]
    [InlineData(25)]
    [InlineData(26)]
    [InlineData(27)]
    public async Task Meets_the_window_in_which_the_emissions_module_is_upgraded(long upgradeHeight)
    {
        await using var node = await NodeOnDevnet.StartAsync(options => options with
        {
            BlockTime = TimeSpan.FromMilliseconds(200),
            Topics = [new Outpost.Devnet.TopicOptions { Id = new TopicId(1), FirstOpening = 12 }],
            Version = EmissionsVersion.V9,
            UpgradeHeight = upgradeHeight,
        });
        node.Run();
        await node.UntilAsync(() => Nonces(node).Contains(36), "the window after the upgrade");
        await node.UntilAsync(() => node.Topic.LastIncludedAt?.Value > 36, "its inclusion");
        Assert.Equal([12, 24, 36], Nonces(node).Order());
        Assert.DoesNotContain(node.Status.RecentEnds, end => end.Outcome is Outcome.Missed);
    }

    private static IEnumerable<long> Nonces(NodeOnDevnet node) =>
        node.Devnet.Observer.FirstArrivals.Select(arrival => arrival.Name.Nonce.Value);
}
