using System.Text.Json;
using Outpost.Sdk.Evm;
using Outpost.Sdk.Snapshots;
using Outpost.Uniswap;

namespace Outpost.Tests.Uniswap;

public sealed class RandomHistoryTests
{
    private static readonly JsonElement FirstFee = JsonDocument.Parse("""{"fee":"v0","checkEvery":1}""").RootElement;

    [Fact]
    public void Snapshots_are_what_their_definition_says()
    {
        var (priced, unpriced, trades) = (0, 0, 0);
        for (var seed = 1; seed <= 24; seed++)
        {
            var epoch = new Epoch(2000 + seed, 2000 + seed + (seed % 12));
            var world = new RandomExchange(seed, tokens: 5, epoch);
            var wanted = new Straightforward(world);
            var isFirstFee = seed % 2 == 0;
            EvmAddress[] pairs = [.. world.Pairs.Keys];
            ISnapshotProcessor reserves = new PairTotalReserves(MainnetExchange.NoSettings);
            ISnapshotProcessor volume = new PairTradeVolume(isFirstFee ? FirstFee : MainnetExchange.NoSettings);
            var snapshots = world.Exchange.At(epoch).Compute([.. pairs.Select(pair => (reserves, pair)), .. pairs.Select(pair => (volume, pair))]);
            for (var index = 0; index < pairs.Length; index++)
            {
                var text = snapshots[index].ToJsonString();
                Assert.Equal((seed, wanted.Reserves(pairs[index], epoch)), (seed, text));
                var traded = snapshots[pairs.Length + index].ToJsonString();
                Assert.Equal((seed, wanted.Volume(pairs[index], epoch, isFirstFee)), (seed, traded));
                var isFree = (text + "}").Contains($"\"block{epoch.End}\":0}}}}", StringComparison.Ordinal);
                (priced, unpriced) = isFree ? (priced, unpriced + 1) : (priced + 1, unpriced);
                trades += (int)snapshots[pairs.Length + index]["eventCount"]!;
            }
        }

        // Enough of everything for the comparison to mean something.
        Assert.InRange(priced, 80, int.MaxValue);
        Assert.InRange(unpriced, 8, int.MaxValue);
        Assert.InRange(trades, 800, int.MaxValue);
    }

    [Fact]
    public void What_comes_out_does_not_depend_on_what_was_computed_before()
    {
        for (var seed = 100; seed < 108; seed++)
        {
            var world = new RandomExchange(seed, tokens: 6, new Epoch(2001, 2030));
            EvmAddress[] pairs = [.. world.Pairs.Keys];
            ISnapshotProcessor lived = new PairTotalReserves(MainnetExchange.NoSettings);
            FakeSource? before = null;
            for (var begin = 2001; begin <= 2021; begin += 10)
            {
                var epoch = new Epoch(begin, begin + 9);
                var existing = pairs.Where(pair => world.Exchange.ReservesAfter(pair, epoch.End) is not null).ToArray();
                var source = world.Exchange.At(epoch);
                if (before is not null)
                {
                    source.Know(before);
                }

                var own = source.Compute([.. existing.Select(pair => (lived, pair))]);
                ISnapshotProcessor fresh = new PairTotalReserves(MainnetExchange.NoSettings);
                var other = world.Exchange.At(epoch).Compute([.. existing.Reverse().Select(pair => (fresh, pair))]);
                Assert.Equal(other.Reverse().Select(one => one.ToJsonString()), own.Select(one => one.ToJsonString()));
                before = source;
            }
        }
    }
}
