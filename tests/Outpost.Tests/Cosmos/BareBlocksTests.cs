using Outpost.Chains.Cosmos;
using Outpost.Chains.Rpc;

namespace Outpost.Tests.Cosmos;

public sealed class BareBlocksTests
{
    private readonly BareBlocks _blocks = new();
    private readonly Endpoint _one = Some("one");
    private readonly Endpoint _other = Some("other");

    [Fact]
    public void Blocks_without_events_are_in_no_doubt_when_another_endpoint_tells_the_same()
    {
        for (var height = 1; height < 10; height++)
        {
            _blocks.Told(_one, height, isBare: true, isNew: true);
            _blocks.Told(_other, height, isBare: true, isNew: false);
        }

        Assert.False(_blocks.TakeDoubt());
    }

    [Fact]
    public void Nor_when_the_other_one_tells_them_a_few_blocks_later()
    {
        Tell(_one, 1, 5);
        for (var height = 1; height < 6; height++)
        {
            _blocks.Told(_other, height, isBare: true, isNew: false);
        }

        Assert.False(_blocks.TakeDoubt());
        _blocks.Told(_other, 6, isBare: true, isNew: true);
        Assert.False(_blocks.TakeDoubt());
    }

    [Fact]
    public void They_are_once_another_endpoint_is_heard_that_cannot_speak_for_them()
    {
        Tell(_one, 1, 5);
        Assert.False(_blocks.TakeDoubt());
        _blocks.Told(_other, 5, isBare: true, isNew: false);
        Assert.Equal([true, false], [_blocks.TakeDoubt(), _blocks.TakeDoubt()]);
        Tell(_one, 6, 8);
        _blocks.Told(_other, 9, isBare: false, isNew: true);
        Assert.True(_blocks.TakeDoubt());
    }

    [Fact]
    public void They_are_when_another_endpoint_has_events_for_one_of_them()
    {
        Tell(_one, 1, 1);
        _blocks.Told(_other, 1, isBare: false, isNew: false);
        Assert.True(_blocks.TakeDoubt());
    }

    [Fact]
    public void An_endpoint_that_tells_events_leaves_none_out()
    {
        Tell(_one, 1, 5);
        _blocks.Told(_one, 6, isBare: false, isNew: true);
        _blocks.Told(_other, 7, isBare: true, isNew: true);
        Assert.False(_blocks.TakeDoubt());
    }

    private void Tell(Endpoint from, long first, long last)
    {
        for (var height = first; height <= last; height++)
        {
            _blocks.Told(from, height, isBare: true, isNew: true);
        }
    }

    private static Endpoint Some(string host) => new(new CometTransport(null!, new Uri($"http://{host}")));
}
