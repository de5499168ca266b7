namespace Outpost.Devnet.Evm;

/// <summary>A call that ends with an error of JSON-RPC; the texts and codes are those of real nodes.</summary>
internal sealed class EvmFault(int code, string message, string? data = null) : Exception(message)
{
    public int Code { get; } = code;

    /// <summary>Null: the error has no such member.</summary>
    public string? Details { get; } = data;

    public static EvmFault Parameters(string what) => new(-32602, $"invalid argument: {what}");

    public static EvmFault Unknown(string method) =>
        new(-32601, $"the method {method} does not exist/is not available");

    public static EvmFault NoHeader() => new(-32000, "header not found");

    public static EvmFault Pruned(long block) => new(-32000, $"missing trie node (state of block {block} is pruned)");

    /// <param name="data">Without 0x.</param>
    public static EvmFault Reverted(string data) => new(3, "execution reverted", "0x" + data);

    public static EvmFault RangeTooWide(int most) => new(-32000, $"exceed maximum block range: {most}");

    public static EvmFault TooManyLogs(int most) => new(-32005, $"query returned more than {most} results");

    public static EvmFault BatchTooLarge() => new(-32600, "batch too large");
}
