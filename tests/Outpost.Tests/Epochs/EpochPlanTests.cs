using Outpost.Consensus.Epochs;

namespace Outpost.Tests.Epochs;

public sealed class EpochPlanTests
{
    private static readonly EpochStream Tens = new(1, 10, 2);

    /// <summary>Marker 1000, size 10, offset 2.</summary>
    [Theory]
    [InlineData(1_023, "1001-1010 1011-1020")]
    [InlineData(1_031, "1001-1010 1011-1020")]
    [InlineData(1_032, "1001-1010 1011-1020 1021-1030")]
    [InlineData(1_011, "")]
    [InlineData(1_012, "1001-1010")]
    [InlineData(500, "")]
    public void Epochs_are_due_when_their_end_is_behind_the_offset(long head, string epochs) =>
        Assert.Equal(epochs, string.Join(' ', EpochPlan.Due(Tens, 1_001, head)));

    [Theory]
    [InlineData(1_000L, 0, 2_000, 1_001)]
    [InlineData(1_000L, 77, 2_000, 1_001)]
    [InlineData(null, 77, 2_000, 77)]
    [InlineData(null, 0, 2_000, 2_000)]
    public void A_stream_begins_behind_its_last_epoch_or_where_it_is_told_or_at_the_head(
        long? last, long beginBlock, long head, long begin) => Assert.Equal(
            begin, EpochPlan.Begin(last is { } end ? new Epoch(end - 9, end) : null, beginBlock, head));

    /// <summary>Twelve seconds a block and ten blocks an epoch on Ethereum; two seconds a block on Base; epochs of one.</summary>
    [Theory]
    [InlineData(10, 7_200, 720)]
    [InlineData(10, 43_200, 4_320)]
    [InlineData(1, 7_200, 7_200)]
    [InlineData(10, 50_400, 5_040)]
    public void A_day_and_a_week_have_so_many_epochs(int size, int blocks, int epochs) =>
        Assert.Equal(epochs, EpochPlan.Due(new EpochStream(1, size, 0), 1, blocks).Count());

    [Fact]
    public void Epochs_leave_nothing_out_and_overlap_nowhere()
    {
        var random = new Random(5);
        for (var turn = 0; turn < 1_000; turn++)
        {
            var stream = new EpochStream(1, random.Next(1, 50), random.Next(0, 30));
            var begin = random.NextInt64(0, 1_000);
            var next = begin;
            foreach (var epoch in EpochPlan.Due(stream, begin, random.NextInt64(0, 3_000)))
            {
                Assert.Equal((next, next + stream.Size - 1), (epoch.Begin, epoch.End));
                next = epoch.End + 1;
            }
        }
    }
}
