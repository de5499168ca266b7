using System.Text.Json;
using Outpost.Devnet;
using Outpost.Devnet.Uniswap;

namespace Outpost.Tests.Evm;

/// <summary>The EVM devnet's JSON-RPC in the forms that other clients write it.</summary>
public sealed class EvmWireTests : IAsyncDisposable
{
    private readonly EvmDevnet _devnet = new(
        new EvmDevnetOptions { History = 20, Uniswap = new UniswapOptions() }, TimeProvider.System);

    private readonly HttpMessageInvoker _http;

    public EvmWireTests() => _http = new HttpMessageInvoker(_devnet.Network());

    [Fact]
    public async Task Parameters_may_be_left_out_where_there_are_none()
    {
        var url = _devnet.Nodes[0].Url;
        Assert.Contains(
            "\"result\":\"0x7a69\"",
            await EvmWire.PostAsync(_http, url, """{"jsonrpc":"2.0","id":7,"method":"eth_chainId"}"""), StringComparison.Ordinal);
        Assert.Contains(
            "-32602",
            await EvmWire.PostAsync(_http, url, """{"jsonrpc":"2.0","id":7,"method":"eth_call"}"""), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Logs_are_searched_by_hash_by_tag_and_by_one_address()
    {
        var pair = _devnet.Uniswap!.Pairs[0].Address;
        var all = await LogsAsync("""{"fromBlock":"earliest","toBlock":"latest"}""");
        var head = await LogsAsync($$"""{"blockHash":"{{_devnet.HashAt(20)}}"}""");

        Assert.Equal(Ids(all.Where(log => log.GetProperty("blockNumber").GetString() == "0x14")), Ids(head));
        Assert.NotEmpty(head);
        Assert.Equal(Ids(head), Ids(await LogsAsync("{}")));
        Assert.Equal(
            Ids(all.Where(log => log.GetProperty("address").GetString() == pair)),
            Ids(await LogsAsync($$"""{"fromBlock":"0x0","toBlock":"0x14","address":"{{pair}}"}""")));
        Assert.Equal(
            -32000, (await CallAsync("eth_getLogs", $$"""{"blockHash":"0x{{new string('1', 64)}}"}""")).GetProperty("code").GetInt32());
    }

    [Fact]
    public async Task A_block_has_its_transactions_or_their_hashes()
    {
        var hashes = (await CallAsync("eth_getBlockByNumber", "\"0x0\",false")).GetProperty("transactions");
        var full = (await CallAsync("eth_getBlockByNumber", "\"0x0\",true")).GetProperty("transactions");

        Assert.Equal(_devnet.Uniswap!.Pairs.Count, hashes.GetArrayLength());
        Assert.Equal(
            hashes.EnumerateArray().Select((hash, index) => (hash.GetString(), $"0x{index:x}")),
            full.EnumerateArray().Select(one => (one.GetProperty("hash").GetString(), one.GetProperty("transactionIndex").GetString()))!);
    }

    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return _devnet.DisposeAsync();
    }

    private static string[] Ids(IEnumerable<JsonElement> logs) => [.. logs.Select(log => log.GetRawText())];

    private Task<JsonElement> CallAsync(string method, string parameters) =>
        EvmWire.CallAsync(_http, _devnet.Nodes[0].Url, method, parameters);

    private async Task<JsonElement[]> LogsAsync(string filter) => [.. (await CallAsync("eth_getLogs", filter)).EnumerateArray()];
}
