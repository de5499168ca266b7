namespace Outpost.Sdk.Evm;

/// <summary>A read of a contract.</summary>
/// <param name="Data">Selector and arguments (<see cref="AbiFunction.Encode"/>).</param>
public readonly record struct EvmCall(EvmAddress To, ReadOnlyMemory<byte> Data);

/// <summary>What a contract answered. A revert is an answer: every node gives the same.</summary>
public abstract record CallResult
{
    private CallResult()
    {
    }

    /// <summary>It returned; no bytes come also from an address without code.</summary>
    public sealed record Returned(ReadOnlyMemory<byte> Data) : CallResult;

    /// <summary>It reverted or ran out of gas.</summary>
    /// <param name="Data">What it reverted with; empty where the node does not tell.</param>
    /// <param name="Text">The node's words, for a person.</param>
    public sealed record Reverted(ReadOnlyMemory<byte> Data, string Text) : CallResult;
}
