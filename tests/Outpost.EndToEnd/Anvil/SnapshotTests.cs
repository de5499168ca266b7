using System.Diagnostics;
using System.Numerics;
using System.Text.Json;
using Outpost.EndToEnd.Processes;
using Outpost.Sdk;

namespace Outpost.EndToEnd.Anvil;

/// <summary>
/// The real program snapshots the real Uniswap v2 contracts, and an outsider says what they held: by eth_call at each
/// block, and in integers.
/// </summary>
public sealed class SnapshotTests(AnvilUniswap uniswap) : IClassFixture<AnvilUniswap>
{
    private const int EpochSize = 10;

    private static readonly BigDecimal LastPriceDigit = BigDecimal.OfUnits(1, 18);
    private static readonly BigDecimal LastUsdDigit = BigDecimal.OfUnits(1, 6);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Snapshots_are_what_the_contracts_say_also_after_reorganisations()
    {
        var folder = Directory.CreateTempSubdirectory("outpost-anvil-");
        try
        {
            var config = Path.Combine(folder.FullName, "outpost.json");
            await File.WriteAllTextAsync(config, Configuration(), Token);
            var before = await AssertSnapshotsAsync(config);

            await uniswap.ReorganiseAsync(depth: 12, traded: 15);
            var after = await AssertSnapshotsAsync(config);

            await uniswap.RollBackAsync(depth: 20, traded: 25);
            var last = await AssertSnapshotsAsync(config);

            // Blocks that were left are in no snapshot, and those that were not are in the same one.
            Assert.Equal(before[0], after[0]);
            Assert.NotEmpty(before.Except(after));
            Assert.NotEmpty(after.Except(last));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>The CIDs of all epochs that lie in the blocks that were traded in.</summary>
    private async Task<IReadOnlyList<string>> AssertSnapshotsAsync(string config)
    {
        var cids = new List<string>();
        var compared = 0;
        for (var begin = uniswap.FirstTraded; begin + EpochSize - 1 <= uniswap.Height; begin += EpochSize)
        {
            var end = begin + EpochSize - 1;
            var values = await uniswap.ValuesAsync(begin, end);
            foreach (var line in await TryAsync(config, begin, end))
            {
                using var told = JsonDocument.Parse(line);
                var root = told.RootElement;
                Assert.True(root.GetProperty("problem").ValueKind is JsonValueKind.Null, line);
                cids.Add(root.GetProperty("cid").GetString()!);
                compared += Compare(root.GetProperty("snapshot"), values);
            }
        }

        Assert.True(compared > 500, $"{compared} values were compared.");
        TestContext.Current.TestOutputHelper?.WriteLine($"{cids.Count} snapshots, {compared} values agree with an outsider");
        return cids;
    }

    private static int Compare(JsonElement snapshot, UniswapValues values)
    {
        var address = snapshot.GetProperty("contract").GetString();
        var pair = values.Pairs.Single(one => one.Address == address);
        Assert.Equal(values.Times[^1], snapshot.GetProperty("timestamp").GetInt64());
        UniswapValues.Token[] tokens =
            [values.Tokens.Single(one => one.Address == pair.Token0), values.Tokens.Single(one => one.Address == pair.Token1)];
        return snapshot.TryGetProperty("events", out var events)
            ? CompareTrades(snapshot, events, pair, tokens)
            : CompareReserves(snapshot, values, pair, tokens);
    }

    private static int CompareReserves(
        JsonElement snapshot, UniswapValues values, UniswapValues.Pair pair, UniswapValues.Token[] tokens)
    {
        var compared = 0;
        foreach (var (index, reserves) in pair.Reserves.Index())
        {
            var block = $"block{values.From + index}";
            foreach (var (side, units) in new[] { reserves.Reserve0, reserves.Reserve1 }.Index())
            {
                var token = tokens[side];
                var reserve = BigDecimal.OfUnits(units, token.Decimals);
                Assert.Equal(reserve, Number(snapshot.GetProperty($"token{side}Reserves").GetProperty(block)));
                AssertNear(token.Usd[index], 1, Number(snapshot.GetProperty($"token{side}Prices").GetProperty(block)), LastPriceDigit);
                AssertNear(token.Usd[index], reserve, Number(snapshot.GetProperty($"token{side}ReservesUSD").GetProperty(block)), LastUsdDigit);
                compared += 3;
            }
        }

        return compared;
    }

    private static int CompareTrades(
        JsonElement snapshot, JsonElement events, UniswapValues.Pair pair, UniswapValues.Token[] tokens)
    {
        Assert.Equal(
            (pair.Sums.Swaps, pair.Sums.Mints, pair.Sums.Burns),
            (Count(events, "Swap"), Count(events, "Mint"), Count(events, "Burn")));

        // In this trading a swap is paid in one token, so what comes in or goes out on a side is what was traded of it.
        BigInteger[] traded = [pair.Sums.In0 + pair.Sums.Out0, pair.Sums.In1 + pair.Sums.Out1];
        for (var side = 0; side < 2; side++)
        {
            var told = Number(snapshot.GetProperty($"token{side}TradeVolume"));
            Assert.True((told - BigDecimal.OfUnits(traded[side], tokens[side].Decimals)).Abs() <= LastUsdDigit, $"{told} of token {side}");
        }

        return 5;
    }

    /// <summary>Within half of the last digit of the exact product.</summary>
    private static void AssertNear(Fraction exact, BigDecimal times, BigDecimal told, BigDecimal lastDigit)
    {
        var off = (told * exact.Denominator - times * exact.Numerator).Abs() * 2;
        Assert.True(off <= lastDigit * exact.Denominator, $"{told} is not {exact.Numerator}/{exact.Denominator} × {times}");
    }

    private static int Count(JsonElement events, string kind) => events.GetProperty(kind).GetProperty("logs").GetArrayLength();

    private static BigDecimal Number(JsonElement number) => BigDecimal.Parse(number.GetRawText());

    private string Configuration() => JsonSerializer.Serialize(new
    {
        snapshots = new
        {
            endpoints = new[] { new { url = uniswap.Anvil.Url.ToString() } },
            @namespace = "ANVIL",
            projects = new[] { "PairTotalReserves", "PairTradeVolume" }.Select(name => new
            {
                type = name,
                module = "Outpost.Uniswap",
                @class = $"Outpost.Uniswap.{name}",
                settings = new { weth = uniswap.Addresses.Weth, factory = uniswap.Addresses.Factory },
                contracts = uniswap.Addresses.Pairs.Select(pair => pair.Address),
            }),
        },
    });

    private static async Task<IReadOnlyList<string>> TryAsync(string config, long begin, long end)
    {
        string[] arguments = ["snapshot", "try", "--config", config, "--blocks", $"{begin}-{end}", "--json"];
        var start = new ProcessStartInfo("dotnet", [OutpostProcess.Program, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start) ?? throw new InvalidOperationException("dotnet did not start.");
        var (output, error) = (process.StandardOutput.ReadToEndAsync(Token), process.StandardError.ReadToEndAsync(Token));
        await process.WaitForExitAsync(Token);
        Assert.True(process.ExitCode == 0, await output + await error);
        return (await output).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
