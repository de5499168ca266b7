using System.Numerics;
using Outpost.Sdk.Evm;
using Outpost.Uniswap.Pairs;

namespace Outpost.Tests.Uniswap;

public sealed class PairLogTests
{
    private static readonly AbiEvent[] Kinds = [Contracts.Sync, Contracts.Swap, Contracts.Mint, Contracts.Burn];

    [Theory]
    [InlineData("0x1c411e9a96e071241c2f21f7726b17ae89e3cab4c78be50e062b03a9fffbbad1", 0)]
    [InlineData("0xd78ad95fa46c994b6551d0da85fc275fe613ce37657fb8d5e3d130840159d822", 1)]
    [InlineData("0x4c209b5fc8ad50758f13e2e1088ba56a560dff690a1c6fef26394f4c03821c4f", 2)]
    [InlineData("0xdccd412f0b1252819cb1fd330b93224ca42612892bb3f4f789976e6d81936496", 3)]
    public void Topics_are_those_of_the_chain(string topic, int kind) => Assert.Equal(topic, Kinds[kind].Topic.ToString());

    [Theory]
    [InlineData("0x0902f1ac", nameof(Contracts.GetReserves))]
    [InlineData("0x0dfe1681", nameof(Contracts.Token0))]
    [InlineData("0xd21220a7", nameof(Contracts.Token1))]
    [InlineData("0x06fdde03", nameof(Contracts.Name))]
    [InlineData("0x95d89b41", nameof(Contracts.Symbol))]
    [InlineData("0x313ce567", nameof(Contracts.Decimals))]
    [InlineData("0xe6a43905", nameof(Contracts.GetPair))]
    public void Selectors_are_those_of_the_chain(string selector, string function) => Assert.Equal(
        selector, HexText.Of(((AbiFunction)typeof(Contracts).GetProperty(function)!.GetValue(null)!).Selector));

    [Fact]
    public void Decodes_what_the_general_decoder_does_and_refuses_what_it_refuses()
    {
        var random = new Random(11);
        var (decoded, refused) = (0, 0);
        for (var round = 0; round < 20_000; round++)
        {
            var kind = Kinds[random.Next(Kinds.Length)];
            var log = RandomLog(random, kind);
            object? wanted = null;
            try
            {
                wanted = Flat(kind, kind.Decode(log));
                decoded++;
            }
            catch (FormatException)
            {
                refused++;
            }

            if (wanted is null)
            {
                Assert.Throws<FormatException>(() => Fast(kind, log));
            }
            else
            {
                Assert.Equal(wanted, Fast(kind, log));
            }
        }

        Assert.InRange(decoded, 5_000, 15_000);
        Assert.InRange(refused, 2_000, 15_000);
    }

    [Fact]
    public void Nothing_is_decoded_of_a_log_without_topics()
    {
        var log = new EvmLog(default, [], new byte[128], 1, default, default, 0, 0);
        Assert.Throws<FormatException>(() => PairLog.Sync(log));
        Assert.Throws<FormatException>(() => PairLog.Trade(log));
    }

    [Fact]
    public void Two_million_reserves_a_second()
    {
        const int Logs = 1_000_000;
        var random = new Random(5);
        EvmLog[] logs =
        [
            .. Enumerable.Range(0, 1000).Select(_ => new EvmLog(
                default, [Contracts.Sync.Topic],
                (byte[])[.. Exchange.Word(random.NextInt64()), .. Exchange.Word(random.NextInt64())], 1, default, default, 0, 0)),
        ];
        var sum = UInt128.Zero;
        var best = TimeSpan.MaxValue;
        for (var run = 0; run < 5; run++)
        {
            var begun = TimeProvider.System.GetTimestamp();
            for (var index = 0; index < Logs; index++)
            {
                sum += PairLog.Sync(logs[index % logs.Length]).Of0;
            }

            var took = TimeProvider.System.GetElapsedTime(begun);
            best = took < best ? took : best;
        }

        TestContext.Current.SendDiagnosticMessage($"{Logs / best.TotalSeconds:N0} Sync logs a second");
        Console.WriteLine($"PairLog.Sync: {Logs / best.TotalSeconds:N0} logs a second and core");
        Assert.NotEqual(UInt128.Zero, sum);
        // The goal stands in the benchmark; a loaded machine with unoptimised code is not held to it here.
        Assert.InRange(best, TimeSpan.Zero, TimeSpan.FromSeconds(10));
    }

    private static object Fast(AbiEvent kind, EvmLog log)
    {
        if (kind == Contracts.Sync)
        {
            var reserves = PairLog.Sync(log);
            return new Reserves(reserves.Of0, reserves.Of1);
        }

        return PairLog.Trade(log);
    }

    private static object Flat(AbiEvent kind, object[] values)
    {
        BigInteger Number(int at) => (BigInteger)values[at];
        return kind.Name switch
        {
            "Sync" => new Reserves((UInt128)Number(0), (UInt128)Number(1)),
            "Swap" => new PairTrade(
                TradeKind.Swap, (EvmAddress)values[0], (EvmAddress)values[5], Number(1), Number(2), Number(3), Number(4)),
            "Mint" => new PairTrade(TradeKind.Mint, (EvmAddress)values[0], null, Number(1), Number(2), 0, 0),
            _ => new PairTrade(TradeKind.Burn, (EvmAddress)values[0], (EvmAddress)values[3], 0, 0, Number(1), Number(2)),
        };
    }

    /// <summary>A sound log, or one with a topic too many, a foreign topic, too few bytes or a value that is too large.</summary>
    private static EvmLog RandomLog(Random random, AbiEvent kind)
    {
        var indexed = kind.Parameters.Count(one => one.IsIndexed);
        List<Hash32> topics = [kind.Topic];
        for (var index = 0; index < indexed; index++)
        {
            topics.Add(new Hash32(Value(random, isAddress: true)));
        }

        List<byte> data = [];
        for (var index = indexed; index < kind.Parameters.Count; index++)
        {
            data.AddRange(Value(random, isAddress: false));
        }

        switch (random.Next(12))
        {
            case 0:
                topics.Add(FakeSource.Hash(1));
                break;
            case 1:
                topics.RemoveAt(topics.Count - 1);
                break;
            case 2:
                topics[0] = FakeSource.Hash(7);
                break;
            case 3:
                data.RemoveRange(0, random.Next(1, 33));
                break;
            case 4:
                data.AddRange(new byte[random.Next(1, 40)]);
                break;
        }

        return new EvmLog(default, topics, data.ToArray(), 1, default, default, 0, 0);
    }

    private static byte[] Value(Random random, bool isAddress)
    {
        var word = new byte[32];
        var most = isAddress ? 20 : random.Next(3) == 0 ? 32 : 14;
        var length = random.Next(25) == 0 ? most + 1 : random.Next(most + 1);
        random.NextBytes(word.AsSpan(32 - Math.Min(length, 32)));
        return word;
    }
}
