using Outpost.Sdk.Evm;

namespace Outpost.Chains.Evm;

/// <summary>The questions that are asked, with how their answers are read.</summary>
internal static class EvmRequests
{
    public static EvmRequest<EvmHeader> Header(BlockId block) =>
        block.Hash is { } hash
            ? new("eth_getBlockByHash", [hash.ToString(), false], element => Same(EvmJson.Header(element), hash))
            : new("eth_getBlockByNumber", [block.Parameter(), false], one => At(EvmJson.Header(one), block.Number))
            {
                IsNewest = block == BlockId.Latest,
            };

    public static EvmRequest<CallResult> Call(EvmCall call, BlockId block) => new(
        "eth_call",
        [new { to = call.To.Hex, data = HexText.Of(call.Data.Span) }, block.Parameter()],
        element => new CallResult.Returned(EvmHex.Bytes(element)))
    {
        StateAt = block.Number,
        OnRefusal = refusal => refusal.Kind is EvmRefusalKind.Reverted
            ? new CallResult.Reverted(refusal.Data, refusal.Text)
            : null,
    };

    public static EvmRequest<object> Logs(LogFilter filter, long from, long to) => new(
        "eth_getLogs",
        [filter.Parameter(from, to)],
        element => filter.Checked(element.EnumerateArray().Select(EvmJson.Log), from, to))
    {
        Span = to - from + 1,
        OnRefusal = refusal =>
            refusal.Kind is EvmRefusalKind.RangeTooWide or EvmRefusalKind.TooMuch ? refusal : null,
    };

    private static EvmHeader At(EvmHeader header, long? number) =>
        number is null || header.Number == number ? header
        : throw new FormatException($"Block {header.Number} is no answer to a question for block {number}.");

    private static EvmHeader Same(EvmHeader header, Hash32 hash) =>
        header.Hash == hash ? header
        : throw new FormatException($"Block {header.Hash} is no answer to a question for block {hash}.");
}
