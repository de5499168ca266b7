using System.Text.Json.Nodes;
using Outpost.Sdk;

namespace Outpost.Tests.Snapshots;

public sealed class SnapshotSeriesTests : IDisposable
{
    private readonly SeriesStore _world = new();

    private static string Id => SeriesStore.Pair.Id;

    public void Dispose() => _world.Dispose();

    [Fact]
    public void Adds_up_all_numbers_at_the_top_exactly_and_nothing_else()
    {
        _world.Put(SeriesStore.Pair, 1, JsonNode.Parse("""
            {"trade":0.1,"units":115792089237316195423570985008687907853269984665640564039457584007913129639935,
             "name":"A","complete":true,"nested":{"trade":5},"list":[1],"nothing":null}
            """)!.AsObject());
        _world.Put(SeriesStore.Pair, 2, JsonNode.Parse("""{"trade":0.2,"units":1,"late":-3}""")!.AsObject());

        var (numbers, count) = _world.Series.Sum(Id, SeriesStore.At(0).End, SeriesStore.At(2).End);

        Assert.Equal(2, count);
        Assert.Equal(["late", "trade", "units"], numbers.Keys);
        Assert.Equal("-3", numbers["late"].ToString());
        Assert.Equal("0.3", numbers["trade"].ToString());
        Assert.Equal("115792089237316195423570985008687907853269984665640564039457584007913129639936", numbers["units"].ToString());
    }

    /// <summary>Backfill, gaps and epochs that are computed again, with windows asked for at any time between.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Sums_are_right_in_whatever_order_epochs_come(int seed)
    {
        const int epochs = 60;
        var random = new Random(seed);
        var known = new SortedDictionary<long, BigDecimal>();
        for (var step = 0; step < 300; step++)
        {
            var number = random.Next(epochs);
            var value = BigDecimal.OfUnits(random.Next(-1000, 1000), random.Next(4));
            if (random.Next(8) == 0)
            {
                known.Remove(number);
                _world.Put(SeriesStore.Pair, number, null);
            }
            else
            {
                known[number] = value;
                _world.Put(SeriesStore.Pair, number, new JsonObject { ["trade"] = value.ToJson() });
            }

            var first = random.Next(epochs);
            var last = random.Next(first, epochs);
            var (numbers, count) = _world.Series.Sum(Id, SeriesStore.At(first).Begin - 1, SeriesStore.At(last).End);
            var inside = known.Where(one => one.Key >= first && one.Key <= last).Select(one => one.Value).ToList();
            Assert.Equal(inside.Count, count);
            Assert.Equal(
                inside.Aggregate(default(BigDecimal), (sum, one) => sum + one),
                numbers.TryGetValue("trade", out var sum) ? sum : default);
        }
    }

    [Fact]
    public void Projects_do_not_mix_and_an_empty_range_is_nothing()
    {
        _world.Put(1, [(SeriesStore.Pair, new JsonObject { ["trade"] = 1 }), (SeriesStore.Other, new JsonObject { ["trade"] = 10 })]);

        Assert.Equal(1L, _world.Series.Sum(Id, 0, 1000).Numbers["trade"]);
        Assert.Equal(10L, _world.Series.Sum(SeriesStore.Other.Id, 0, 1000).Numbers["trade"]);
        Assert.Equal(0, _world.Series.Sum(Id, 500, 1000).Count);
        Assert.Equal(0, _world.Series.Sum("unknown", 0, 1000).Count);
        Assert.Null(_world.Series.FirstEnd("unknown"));
    }

    [Fact]
    public void A_series_says_where_its_gaps_are()
    {
        _world.Put(SeriesStore.Pair, 3, new JsonObject { ["trade"] = 1 });
        _world.Put(SeriesStore.Pair, 1, new JsonObject { ["trade"] = 2 });
        _world.Put(SeriesStore.Pair, 2, null);

        var entries = _world.Series.Entries(Id, after: -1, last: 1000, skip: 0, count: 10);

        Assert.Equal([SeriesStore.At(1), SeriesStore.At(2), SeriesStore.At(3)], entries.Select(one => one.Epoch));
        Assert.Equal([false, true, false], entries.Select(one => one.Cid is null));
        Assert.Equal([19 * 12, 29 * 12, 39 * 12], entries.Select(one => one.Timestamp!.Value));
        Assert.Equal(19, _world.Series.FirstEnd(Id));
        Assert.Equal([SeriesStore.At(2)], _world.Series.Entries(Id, 19, 1000, 0, 1).Select(one => one.Epoch));
        Assert.Equal([SeriesStore.At(3)], _world.Series.Entries(Id, 19, 1000, 1, 1).Select(one => one.Epoch));
        Assert.Equal(29, _world.Series.EndBefore((29 * 12) + 1));
        Assert.Equal(-1, _world.Series.EndBefore(19 * 12));
    }
}
