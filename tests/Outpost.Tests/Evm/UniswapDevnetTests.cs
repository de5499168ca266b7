using System.Numerics;
using System.Text;
using Outpost.Chains.Evm;
using Outpost.Devnet;
using Outpost.Devnet.Uniswap;
using Outpost.Sdk.Evm;

namespace Outpost.Tests.Evm;

/// <summary>The devnet's Uniswap v2 as its clients see it: by logs and by calls.</summary>
public sealed class UniswapDevnetTests
{
    private static readonly AbiFunction GetReserves = AbiFunction.Parse("getReserves()(uint112,uint112,uint32)");
    private static readonly EvmAddress Router = EvmAddress.Parse(UniswapListing.Router);
    private static readonly EvmAddress Factory = EvmAddress.Parse(UniswapListing.Factory);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_pairs_that_price_ETH_are_those_of_the_main_network()
    {
        await using var world = World(pairs: 5, blocks: 1);
        var pairs = world.Devnet.Uniswap!.Pairs;

        Assert.Equal(
            [
                ("0xa478c2975ab1ea89e8196811f51a7b7ade33eb11", UniswapListing.Dai, UniswapListing.Weth),
                ("0xb4e16d0168e52d35cacd2c6185b44281ec28c9dc", UniswapListing.Usdc, UniswapListing.Weth),
                ("0x0d4a11d5eeaac28ec3f61d100daf4d40471f1852", UniswapListing.Weth, UniswapListing.Usdt),
            ],
            pairs.Take(3).Select(pair => (pair.Address, pair.Token0, pair.Token1)));
        foreach (var pair in pairs)
        {
            var address = EvmAddress.Parse(pair.Address);
            Assert.Equal(EvmAddress.Parse(pair.Token0), (await AskAsync(world, address, "token0()(address)"))[0]);
            Assert.Equal(EvmAddress.Parse(pair.Token1), (await AskAsync(world, address, "token1()(address)"))[0]);
            Assert.Equal(address, (await AskAsync(
                world, Factory, "getPair(address,address)(address)", EvmAddress.Parse(pair.Token1), EvmAddress.Parse(pair.Token0)))[0]);
        }

        Assert.Equal((BigInteger)5, (await AskAsync(world, Factory, "allPairsLength()(uint256)"))[0]);
        Assert.Equal(EvmAddress.Parse(pairs[4].Address), (await AskAsync(world, Factory, "allPairs(uint256)(address)", (BigInteger)4))[0]);
        Assert.IsType<CallResult.Reverted>(await world.AnswerAsync(world.Client.CallAsync(
            new EvmCall(Factory, AbiFunction.Parse("allPairs(uint256)(address)").Encode((BigInteger)5)), BlockId.At(1), Token)));
    }

    [Fact]
    public async Task Tokens_tell_their_names_as_text_and_one_as_bytes()
    {
        await using var world = World(pairs: 30, blocks: 1);
        foreach (var token in world.Devnet.Uniswap!.Tokens)
        {
            var address = EvmAddress.Parse(token.Address);
            Assert.Equal((BigInteger)token.Decimals, (await AskAsync(world, address, "decimals()(uint8)"))[0]);
            var name = (await AskAsync(world, address, token.HasShortNames ? "name()(bytes32)" : "name()(string)"))[0];
            var symbol = (await AskAsync(world, address, token.HasShortNames ? "symbol()(bytes32)" : "symbol()(string)"))[0];
            Assert.Equal((token.Name, token.Symbol), (Text(name), Text(symbol)));
        }

        Assert.Equal("MKR", Assert.Single(world.Devnet.Uniswap.Tokens, token => token.HasShortNames).Symbol);
    }

    [Theory]
    [InlineData(3, 12)]
    [InlineData(20, 30)]
    [InlineData(200, 10)]
    public async Task Reserves_are_what_the_logs_say_at_every_block_and_follow_the_product_rule(int pairs, int trades)
    {
        await using var world = World(pairs, blocks: 60, trades);
        await world.RunAsync(world.Client.ConnectAsync(Token));
        var ledger = new UniswapLedger();
        for (var block = 0; block <= 60; block++)
        {
            ledger.Read(await world.AnswerAsync(world.Client.LogsAsync(LogFilter.Of([]), block, block, Token)));
            await AssertReservesAsync(world, ledger, block);
        }

        Assert.True(ledger.Swaps > 500 && ledger.Mints > pairs && ledger.Burns > 20 && ledger.Donations > 0, ledger.ToString());
        Assert.True(ledger.SwapsWithBothIn > 0 && ledger.TransactionsOfTwoPairs > 0, ledger.ToString());
    }

    [Fact]
    public async Task Each_branch_trades_in_its_own_way_and_what_is_before_it_stays()
    {
        await using var world = World(pairs: 20, blocks: 100);
        await using var twin = World(pairs: 20, blocks: 100);
        var before = await LogsAsync(world, 0, 100);
        Assert.Equal(before, await LogsAsync(twin, 0, 100));

        world.Devnet.Reorganise(64, 70);
        var after = await LogsAsync(world, 0, 106);

        Assert.Equal(before.TakeWhile(log => log.Block <= 36), after.TakeWhile(log => log.Block <= 36));
        Assert.Empty(before.SkipWhile(log => log.Block <= 36).Select(log => log.Data)
            .Intersect(after.SkipWhile(log => log.Block <= 36).Select(log => log.Data)));
        var ledger = new UniswapLedger();
        ledger.Read(await world.AnswerAsync(world.Client.LogsAsync(LogFilter.Of([]), 0, 106, Token)));
        await AssertReservesAsync(world, ledger, 106);
    }

    [Fact]
    public async Task A_node_with_blocks_of_its_own_trades_in_them()
    {
        await using var world = World(pairs: 20, blocks: 50);
        var real = await LogsAsync(world, 0, 50);
        world.Devnet.Nodes[0].Terms.LiesFrom = 41;
        var lies = await LogsAsync(world, 0, 50);

        Assert.Equal(real.TakeWhile(log => log.Block <= 40), lies.TakeWhile(log => log.Block <= 40));
        Assert.NotEqual(real, lies);
        var ledger = new UniswapLedger();
        ledger.Read(await world.AnswerAsync(world.Client.LogsAsync(LogFilter.Of([]), 0, 50, Token)));
        await AssertReservesAsync(world, ledger, 50);
        world.Devnet.Nodes[0].Terms.LiesFrom = null;
        Assert.Equal(real, await LogsAsync(world, 0, 50));
    }

    [Fact]
    public async Task Transactions_have_one_hash_each_and_stand_in_the_header()
    {
        await using var world = World(pairs: 20, blocks: 30);
        var logs = await world.AnswerAsync(world.Client.LogsAsync(LogFilter.Of([]), 1, 30, Token));
        var places = logs.Select(log => (log.BlockNumber, log.TransactionIndex, log.TransactionHash)).Distinct().ToArray();

        Assert.Equal(places.Length, places.Select(one => one.TransactionHash).Distinct().Count());
        Assert.Equal(places.Length, places.Select(one => (one.BlockNumber, one.TransactionIndex)).Distinct().Count());
        Assert.True(logs.GroupBy(log => log.TransactionHash).Max(one => one.Count()) >= 4);
        Assert.All(logs.GroupBy(log => log.BlockNumber), block =>
        {
            Assert.Equal(Enumerable.Range(0, block.Count()), block.Select(log => log.Index));
            Assert.Equal(block.Select(log => log.TransactionIndex).Order(), block.Select(log => log.TransactionIndex));
        });
        using var http = new HttpMessageInvoker(world.Devnet.Network());
        foreach (var block in places.GroupBy(one => one.BlockNumber).Take(10))
        {
            var shown = await EvmWire.CallAsync(http, world.Devnet.Nodes[0].Url, "eth_getBlockByNumber", $"\"0x{block.Key:x}\",false");
            var hashes = shown.GetProperty("transactions").EnumerateArray().Select(one => one.GetString()).ToArray();
            Assert.All(block, one => Assert.Equal(one.TransactionHash.ToString(), hashes[one.TransactionIndex]));
        }
    }

    [Fact]
    public async Task Multicall_asks_the_same_contracts()
    {
        await using var world = new EvmWorld(
            shape: options => options with { MulticallFrom = 1 },
            devnet: new EvmDevnetOptions { MulticallFrom = 1, Uniswap = new UniswapOptions { Pairs = 40 } }, blocks: 20);
        await world.RunAsync(world.Client.ConnectAsync(Token));
        EvmCall[] calls =
        [
            .. world.Devnet.Uniswap!.Pairs.Select(pair => new EvmCall(EvmAddress.Parse(pair.Address), GetReserves.Encode())),
            .. world.Devnet.Uniswap.Tokens.Select(token => new EvmCall(EvmAddress.Parse(token.Address), AbiFunction.Parse("name()").Encode())),
            new(EvmAddress.Parse(UniswapListing.Weth), AbiFunction.Parse("mint()").Encode()),
            new(EvmAddress.Parse("0x00000000000000000000000000000000000000aa"), GetReserves.Encode()),
        ];

        var before = world.Devnet.Nodes[0].Requests;
        var together = await world.AnswerAsync(world.Client.CallAllAsync([.. calls.Select(call => (call, BlockId.At(17)))], Token));
        Assert.Equal(1, world.Devnet.Nodes[0].Requests - before);
        var each = await world.AnswerAsync(world.Client.CallEachAsync([.. calls.Select(call => (call, BlockId.At(17)))], Token));

        Assert.Equal(each.Select(Shown), together.Select(Shown));
        Assert.Equal("reverted ", Shown(together[^2]));
        Assert.Equal("", Shown(together[^1]));
    }

    [Fact]
    public async Task The_router_quotes_along_a_path_by_the_reserves_of_the_block()
    {
        await using var world = World(pairs: 3, blocks: 25);
        var (dai, usdc) = (world.Devnet.Uniswap!.Pairs[0], world.Devnet.Uniswap.Pairs[1]);
        string[] tokens = [UniswapListing.Usdc, UniswapListing.Weth, UniswapListing.Dai];
        object[] path = [.. tokens.Select(token => (object)EvmAddress.Parse(token))];
        var amounts = (object[])(await AskAsync(
            world, Router, "getAmountsOut(uint256,address[])(uint256[])", (BigInteger)1_000_000, path))[0];

        var first = await AskAsync(world, EvmAddress.Parse(usdc.Address), "getReserves()(uint112,uint112,uint32)");
        var second = await AskAsync(world, EvmAddress.Parse(dai.Address), "getReserves()(uint112,uint112,uint32)");
        var weth = Out(1_000_000, (BigInteger)first[0], (BigInteger)first[1]);
        Assert.Equal([(BigInteger)1_000_000, weth, Out(weth, (BigInteger)second[1], (BigInteger)second[0])], amounts);
    }

    private static BigInteger Out(BigInteger paid, BigInteger reserveIn, BigInteger reserveOut) =>
        paid * 997 * reserveOut / ((reserveIn * 1_000) + (paid * 997));

    private static EvmWorld World(int pairs, int blocks, int trades = 10) => new(
        blocks: blocks, devnet: new EvmDevnetOptions { Uniswap = new UniswapOptions { Pairs = pairs, TradesPerBlock = trades } });

    private static async Task AssertReservesAsync(EvmWorld world, UniswapLedger ledger, long block)
    {
        var pairs = world.Devnet.Uniswap!.Pairs;
        var results = await world.AnswerAsync(world.Client.CallEachAsync(
            [.. pairs.Select(pair => (new EvmCall(EvmAddress.Parse(pair.Address), GetReserves.Encode()), BlockId.At(block)))], Token));
        foreach (var (pair, result) in pairs.Zip(results))
        {
            var told = GetReserves.Decode(Assert.IsType<CallResult.Returned>(result).Data.Span);
            Assert.Equal(ledger.Reserves[EvmAddress.Parse(pair.Address)], ((BigInteger)told[0], (BigInteger)told[1]));
        }
    }

    private static async Task<IReadOnlyList<(long Block, int Index, string Data)>> LogsAsync(EvmWorld world, long from, long to)
    {
        var logs = await world.AnswerAsync(world.Client.LogsAsync(LogFilter.Of([], UniswapLedger.Sync.Topic), from, to, Token));
        return [.. logs.Select(log => (log.BlockNumber, log.Index, $"{log.TransactionHash} {Convert.ToHexString(log.Data.Span)}"))];
    }

    private static async Task<IReadOnlyList<object>> AskAsync(
        EvmWorld world, EvmAddress contract, string function, params object[] arguments)
    {
        var asked = AbiFunction.Parse(function);
        var result = await world.AnswerAsync(world.Client.CallAsync(
            new EvmCall(contract, asked.Encode(arguments)), BlockId.At(world.Devnet.Height), Token));
        return asked.Decode(Assert.IsType<CallResult.Returned>(result).Data.Span);
    }

    private static string Text(object value) =>
        value is byte[] bytes ? Encoding.ASCII.GetString(bytes).TrimEnd('\0') : Assert.IsType<string>(value);

    private static string Shown(CallResult result) => result switch
    {
        CallResult.Returned { Data: var data } => Convert.ToHexString(data.Span),
        CallResult.Reverted { Data: var data } => "reverted " + Convert.ToHexString(data.Span),
        _ => throw new InvalidOperationException(),
    };
}
