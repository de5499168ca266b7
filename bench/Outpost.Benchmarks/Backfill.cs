using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Outpost.Chains.Evm;
using Outpost.EndToEnd;
using Outpost.Sdk.Evm;
using Outpost.Uniswap.Pairs;

namespace Outpost.Benchmarks;

/// <summary>
/// The reads of a backfill: all Sync, Swap, Mint and Burn logs of 200 pairs and all headers of a range of blocks,
/// decoded, beside an ethers script that does the same reads of the same node in the same run.
/// </summary>
internal static class Backfill
{
    private const int Pairs = 200;
    private const int Blocks = 100_000;
    private const int Step = 10_000;

    internal static async Task<IReadOnlyList<Figure>> MeasureAsync(CancellationToken cancellationToken)
    {
        await using var place = await UniswapPlace.StartAsync(Pairs, 2, Blocks + 1, cancellationToken);
        var peer = await PeerAsync(place.Devnet.Nodes[0].Url, cancellationToken);
        var before = place.Requests;
        var (seconds, logs) = await OursAsync(place, cancellationToken);
        Console.Error.WriteLine(
            $"ours: {seconds:F1} s, {logs} logs, {place.Requests - before} requests; ethers: {peer}");
        if (peer.GetProperty("logs").GetInt32() != logs || peer.GetProperty("headers").GetInt32() != Blocks)
        {
            throw new InvalidOperationException("Both have to read the same.");
        }

        return
        [
            Figure.BesidePeer(
                1, "backfill", seconds, $"s for {Blocks} blocks and {Pairs} pairs", "ethers, batched",
                peer.GetProperty("seconds").GetDouble()),
        ];
    }

    private static async Task<(double Seconds, int Logs)> OursAsync(
        UniswapPlace place, CancellationToken cancellationToken)
    {
        var filter = LogFilter.Of(
            [.. place.Devnet.Uniswap!.Pairs.Select(pair => EvmAddress.Parse(pair.Address))],
            Contracts.Sync.Topic, Contracts.Swap.Topic, Contracts.Mint.Topic, Contracts.Burn.Topic);
        var began = TimeProvider.System.GetTimestamp();
        var logs = 0;
        var sum = UInt128.Zero;
        for (var first = 1; first <= Blocks; first += Step)
        {
            var headers = await place.Client.HeadersAsync(first, first + Step - 1, cancellationToken);
            foreach (var log in await place.Client.LogsAsync(filter, headers, cancellationToken))
            {
                logs++;
                sum += log.Topics[0] == Contracts.Sync.Topic
                    ? PairLog.Sync(log).Of0
                    : PairLog.Trade(log).To is null ? 1u : 2u;
            }
        }

        Console.Error.WriteLine($"checksum {sum}");
        return (TimeProvider.System.GetElapsedTime(began).TotalSeconds, logs);
    }

    private static async Task<JsonElement> PeerAsync(Uri url, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("node") { RedirectStandardOutput = true };
        string[] arguments =
        [
            Repository.PathOf("bench", "peers", "ethers-backfill.mjs"), url.ToString(), "1",
            Blocks.ToString(CultureInfo.InvariantCulture), Pairs.ToString(CultureInfo.InvariantCulture),
        ];
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        try
        {
            var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            using var document = JsonDocument.Parse(output);
            return document.RootElement.Clone();
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }
}
