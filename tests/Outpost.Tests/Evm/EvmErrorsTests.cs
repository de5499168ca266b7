using Outpost.Chains.Evm;
using Outpost.Chains.Rpc;

namespace Outpost.Tests.Evm;

/// <summary>What nodes and providers were seen to say, as they were seen to say it.</summary>
public sealed class EvmErrorsTests
{
    [Theory]
    [InlineData(3, "execution reverted: UniswapV2: LOCKED", nameof(EvmRefusalKind.Reverted))]
    [InlineData(-32000, "execution reverted", nameof(EvmRefusalKind.Reverted))]
    [InlineData(-32015, "VM execution error.", nameof(EvmRefusalKind.Reverted))]
    [InlineData(-32000, "VM Exception while processing transaction: revert", nameof(EvmRefusalKind.Reverted))]
    [InlineData(-32000, "out of gas", nameof(EvmRefusalKind.Reverted))]
    [InlineData(-32000, "invalid opcode: INVALID", nameof(EvmRefusalKind.Reverted))]
    [InlineData(-32005, "daily request count exceeded, request rate limited", nameof(EvmRefusalKind.RateLimited))]
    [InlineData(429, "Your app has exceeded its compute units per second capacity.", nameof(EvmRefusalKind.RateLimited))]
    [InlineData(-32007, "50/second request limit reached - reduce calls per second or upgrade", nameof(EvmRefusalKind.RateLimited))]
    [InlineData(-32005, "limit exceeded", nameof(EvmRefusalKind.RateLimited))]
    [InlineData(-32029, "Too many requests", nameof(EvmRefusalKind.RateLimited))]
    [InlineData(-32005, "query returned more than 10000 results. Try with this block range [0xBDE5F8, 0x102DBCC].",
        nameof(EvmRefusalKind.TooMuch))]
    [InlineData(-32000, "Query timeout exceeded. Consider reducing your block range.", nameof(EvmRefusalKind.TooMuch))]
    [InlineData(-32602, "Log response size exceeded. You can make eth_getLogs requests with up to a 2K block range",
        nameof(EvmRefusalKind.TooMuch))]
    [InlineData(-32600, "You can make eth_getLogs requests with up to a 500 block range. Based on your parameters, this block "
        + "range should work: [0x123c9b2, 0x123cba5]", nameof(EvmRefusalKind.RangeTooWide))]
    [InlineData(-32614, "eth_getLogs is limited to a 10,000 range", nameof(EvmRefusalKind.RangeTooWide))]
    [InlineData(-32600, "block range is too wide", nameof(EvmRefusalKind.RangeTooWide))]
    [InlineData(-32602, "range 1000000 exceeds limit of 10000", nameof(EvmRefusalKind.RangeTooWide))]
    [InlineData(-32047, "Invalid eth_getLogs request. 'fromBlock'-'toBlock' range too large. Max range: 800",
        nameof(EvmRefusalKind.RangeTooWide))]
    [InlineData(-32000, "exceed maximum block range: 5000", nameof(EvmRefusalKind.RangeTooWide))]
    [InlineData(-32602, "requested too many blocks from 0 to 5000000, maximum is set to 1024", nameof(EvmRefusalKind.RangeTooWide))]
    [InlineData(-32600, "batch too large", nameof(EvmRefusalKind.BatchTooLarge))]
    [InlineData(31, "Batch of more than 3 requests are not allowed on free tier", nameof(EvmRefusalKind.BatchTooLarge))]
    [InlineData(-32600, "Batch size limit exceeded", nameof(EvmRefusalKind.BatchTooLarge))]
    [InlineData(-32003, "response too large", nameof(EvmRefusalKind.TooMuch))]
    [InlineData(-32000, "missing trie node 4c8b (path ) state 0x4c8b is not available, not found", nameof(EvmRefusalKind.MissingState))]
    [InlineData(-32000, "historical state 7fd1 is not available", nameof(EvmRefusalKind.MissingState))]
    [InlineData(-32000, "old data not available due to pruning", nameof(EvmRefusalKind.MissingState))]
    [InlineData(4444, "pruned history unavailable", nameof(EvmRefusalKind.MissingState))]
    [InlineData(-32002, "project ID does not have access to archive state", nameof(EvmRefusalKind.MissingState))]
    [InlineData(-32000, "header not found", nameof(EvmRefusalKind.UnknownBlock))]
    [InlineData(-32001, "Unknown block", nameof(EvmRefusalKind.UnknownBlock))]
    [InlineData(-32602, "BlockOutOfRangeError: block height is 12 but requested was 14", nameof(EvmRefusalKind.UnknownBlock))]
    [InlineData(-32000, "invalid block range params", nameof(EvmRefusalKind.UnknownBlock))]
    [InlineData(-32601, "the method eth_syncing does not exist/is not available", nameof(EvmRefusalKind.UnknownMethod))]
    [InlineData(-32601, "Method not found", nameof(EvmRefusalKind.UnknownMethod))]
    [InlineData(-32602, "invalid argument 0: hex string has length 3", nameof(EvmRefusalKind.InvalidParameters))]
    [InlineData(-32603, "Internal error", nameof(EvmRefusalKind.NodeFailure))]
    [InlineData(-32000, "something that nobody has seen yet", nameof(EvmRefusalKind.NodeFailure))]
    public void Is_understood(int code, string message, string kind) =>
        Assert.Equal(kind, EvmErrors.Understand(new JsonRpcError(code, message, ""), 1_000_000).Kind.ToString());

    [Theory]
    [InlineData("this block range should work: [0x123c9b2, 0x123cba5]", 10_000, 500L)]
    [InlineData("exceed maximum block range: 5000", 10_000, 5_000L)]
    [InlineData("eth_getLogs is limited to a 10,000 range", 50_000, 10_000L)]
    [InlineData("with up to a 2K block range", 10_000, 2_000L)]
    [InlineData("block range is too wide", 10_000, null)]
    [InlineData("range 2000 exceeds limit of 800", 2_000, 800L)]
    [InlineData("query returned more than 10000 results", 50_000, null)]
    [InlineData("query returned more than 10000 results. Try with this block range [0x1, 0x64].", 50_000, 100L)]
    public void The_size_that_is_named_is_learned(string message, long asked, long? most) =>
        Assert.Equal(most, EvmErrors.Understand(new JsonRpcError(-32000, message, ""), asked).Most);

    [Theory]
    [InlineData("0x08c379a0", "08C379A0")]
    [InlineData("Reverted 0x08c379a0", "08C379A0")]
    [InlineData("0x", "")]
    [InlineData("", "")]
    [InlineData("0x123", "")]
    public void The_data_of_a_revert_are_kept(string details, string data) => Assert.Equal(
        data, Convert.ToHexString(EvmErrors.Understand(new JsonRpcError(3, "execution reverted", details), 1).Data));
}
