using System.Numerics;
using Microsoft.Extensions.Logging.Abstractions;
using Outpost.Chains.Evm;
using Outpost.Devnet;
using Outpost.Devnet.Uniswap;
using Outpost.Sdk.Evm;

namespace Outpost.EndToEnd.Anvil;

/// <summary>Logs and calls that our client reads, held against what an outsider reads of the same node.</summary>
public sealed class UniswapTests(AnvilUniswap uniswap) : IClassFixture<AnvilUniswap>
{
    private static readonly AbiEvent Sync = AbiEvent.Parse("Sync(uint112 reserve0, uint112 reserve1)");
    private static readonly AbiEvent Swap = AbiEvent.Parse(
        "Swap(address indexed sender, uint256 amount0In, uint256 amount1In, uint256 amount0Out, uint256 amount1Out, address indexed to)");
    private static readonly AbiEvent Mint = AbiEvent.Parse("Mint(address indexed sender, uint256 amount0, uint256 amount1)");
    private static readonly AbiEvent Burn = AbiEvent.Parse("Burn(address indexed sender, uint256 amount0, uint256 amount1, address indexed to)");
    private static readonly AbiFunction GetReserves = AbiFunction.Parse("getReserves()(uint112,uint112,uint32)");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_real_contracts_trade_and_reorganise_and_logs_and_calls_agree_with_an_outsider()
    {
        var first = uniswap.FirstTraded;
        var before = await AssertAgreedAsync(uniswap.Anvil.Url, first, uniswap.Height);
        Assert.True(before.Pairs.Sum(pair => pair.Sums.Swaps) > 50 && before.Pairs.Sum(pair => pair.Sums.Burns) > 3);

        await uniswap.ReorganiseAsync(depth: 20, traded: 10);
        var after = await AssertAgreedAsync(uniswap.Anvil.Url, first, uniswap.Height);
        Assert.Equal(before.Hashes.SkipLast(20), after.Hashes.Take(before.Hashes.Count - 20));
        Assert.Empty(before.Hashes.TakeLast(20).Intersect(after.Hashes));

        await uniswap.RollBackAsync(depth: 25, traded: 30);
        var last = await AssertAgreedAsync(uniswap.Anvil.Url, first, uniswap.Height);
        Assert.Equal(after.Hashes.SkipLast(25), last.Hashes.Take(after.Hashes.Count - 25));
        Assert.Empty(after.Hashes.TakeLast(25).Intersect(last.Hashes));
    }

    [Fact]
    public async Task The_pairs_are_where_the_main_network_has_them()
    {
        Assert.Equal(
            [
                "0xa478c2975ab1ea89e8196811f51a7b7ade33eb11",
                "0xb4e16d0168e52d35cacd2c6185b44281ec28c9dc",
                "0x0d4a11d5eeaac28ec3f61d100daf4d40471f1852",
            ],
            uniswap.Addresses.Pairs.Take(3).Select(pair => pair.Address));
        await using var client = Client(uniswap.Anvil.Url);
        var token = uniswap.Addresses.Tokens.Single(one => one.Symbol == "MKR");
        var name = await client.CallAsync(
            new EvmCall(EvmAddress.Parse(token.Address), AbiFunction.Parse("name()").Encode()), BlockId.At(uniswap.FirstTraded), Token);
        Assert.Equal(32, Assert.IsType<CallResult.Returned>(name).Data.Length);
    }

    [Fact]
    public async Task The_devnet_agrees_with_the_same_outsider()
    {
        await using var devnet = await EvmDevnet.StartAsync(
            new EvmDevnetOptions { History = 60, Uniswap = new UniswapOptions { Pairs = 25 } }, TimeProvider.System,
            NullLoggerFactory.Instance, Token);
        var values = await AssertAgreedAsync(devnet.Nodes[0].Url, 1, 60);
        Assert.Equal(devnet.Uniswap!.Pairs.Select(pair => pair.Address), values.Pairs.Select(pair => pair.Address));
        Assert.InRange(values.EthUsd[^1].Scaled(0), 1_500, 2_100);
    }

    private static async Task<UniswapValues> AssertAgreedAsync(Uri url, long from, long to)
    {
        var values = await AnvilUniswap.ValuesAsync(url, from, to);
        await using var client = Client(url);
        await client.ConnectAsync(Token);
        var headers = await client.HeadersAsync(from, to, Token);
        Assert.Equal(values.Hashes, headers.Select(header => header.Hash.ToString()));
        Assert.Equal(values.Times, headers.Select(header => header.Timestamp));

        EvmAddress[] pairs = [.. values.Pairs.Select(pair => EvmAddress.Parse(pair.Address))];
        var logs = await client.LogsAsync(
            LogFilter.Of(pairs, [Sync.Topic, Swap.Topic, Mint.Topic, Burn.Topic]), from, to, Token);
        Assert.All(logs, log => Assert.Equal(values.Hashes[(int)(log.BlockNumber - from)], log.BlockHash.ToString()));
        foreach (var (pair, address) in values.Pairs.Zip(pairs))
        {
            await AssertReservesAsync(client, pair, address, [.. logs.Where(log => log.Address == address)], from);
        }

        return values;
    }

    /// <summary>A call at each block, the last Sync up to each block, and the sums of the events.</summary>
    private static async Task AssertReservesAsync(
        EvmClient client, UniswapValues.Pair pair, EvmAddress address, IReadOnlyList<EvmLog> logs, long from)
    {
        var blocks = Enumerable.Range(0, pair.Reserves.Count).Select(index => from + index).ToArray();
        var told = await client.CallAllAsync(
            [.. blocks.Prepend(from - 1).Select(block => (new EvmCall(address, GetReserves.Encode()), BlockId.At(block)))], Token);
        var (reserve0, reserve1) = Reserves(told[0]);
        foreach (var (block, result) in blocks.Zip(told.Skip(1)))
        {
            foreach (var log in logs.Where(log => log.BlockNumber == block && log.Topics[0] == Sync.Topic))
            {
                var decoded = Sync.Decode(log);
                (reserve0, reserve1) = ((BigInteger)decoded[0], (BigInteger)decoded[1]);
            }

            var truth = pair.Reserves[(int)(block - from)];
            Assert.Equal((truth.Reserve0, truth.Reserve1), Reserves(result));
            Assert.Equal((truth.Reserve0, truth.Reserve1), (reserve0, reserve1));
        }

        int Count(AbiEvent one) => logs.Count(log => log.Topics[0] == one.Topic);
        var swaps = logs.Where(log => log.Topics[0] == Swap.Topic).Select(log => Swap.Decode(log).OfType<BigInteger>().ToArray()).ToArray();
        BigInteger Sum(int index) => swaps.Aggregate(BigInteger.Zero, (sum, swap) => sum + swap[index]);
        Assert.Equal(
            pair.Sums,
            new UniswapValues.Sums(Count(Sync), Count(Swap), Count(Mint), Count(Burn), Sum(0), Sum(1), Sum(2), Sum(3)));
    }

    private static (BigInteger, BigInteger) Reserves(CallResult result)
    {
        var told = GetReserves.Decode(Assert.IsType<CallResult.Returned>(result).Data.Span);
        return ((BigInteger)told[0], (BigInteger)told[1]);
    }

    private static EvmClient Client(Uri url) => new(
        new EvmOptions { Endpoints = [new EvmEndpointOptions(url)] }, new SocketsHttpHandler(), TimeProvider.System, new Random(1),
        NullLoggerFactory.Instance);
}
