using System.Buffers.Binary;
using Outpost.Sdk.Evm;
using Outpost.Uniswap.Pairs;

namespace Outpost.Benchmarks;

/// <summary>Sync logs that one core decodes in a second, beside the general decoder on the same logs.</summary>
internal static class LogDecode
{
    private const int Logs = 10_000;
    private const int Runs = 200;

    internal static Task<IReadOnlyList<Figure>> MeasureAsync(CancellationToken cancellationToken)
    {
        var random = new Random(5);
        var kind = AbiEvent.Parse("Sync(uint112 reserve0, uint112 reserve1)");
        EvmLog[] logs =
        [
            .. Enumerable.Range(0, 1000).Select(_ => new EvmLog(
                default, [kind.Topic], (byte[])[.. Word(random), .. Word(random)], 1, default, default, 0, 0)),
        ];
        var (fast, general) = (new List<double>(), new List<double>());
        var sum = UInt128.Zero;
        for (var run = 0; run < Runs; run++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            fast.Add(PerSecond(logs, log => sum += PairLog.Sync(log).Of0));
            general.Add(PerSecond(logs, log => sum += (UInt128)(System.Numerics.BigInteger)kind.Decode(log)[0]));
        }

        Console.Error.WriteLine($"any ABI: {new Samples(general).Median:N0} logs a second; checksum {sum}");
        IReadOnlyList<Figure> figures =
            [Figure.AtLeast(2_000_000, "log-decode", new Samples(fast).Median, "Sync logs a second and core")];
        return Task.FromResult(figures);
    }

    private static double PerSecond(EvmLog[] logs, Action<EvmLog> decode)
    {
        var began = TimeProvider.System.GetTimestamp();
        for (var index = 0; index < Logs; index++)
        {
            decode(logs[index % logs.Length]);
        }

        return Logs / TimeProvider.System.GetElapsedTime(began).TotalSeconds;
    }

    private static byte[] Word(Random random)
    {
        var word = new byte[32];
        BinaryPrimitives.WriteInt64BigEndian(word.AsSpan(24), random.NextInt64());
        return word;
    }
}
