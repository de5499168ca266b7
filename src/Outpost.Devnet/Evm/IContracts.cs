namespace Outpost.Devnet.Evm;

/// <summary>What the contracts of a chain do. All of it follows from the block that is given and its parents.</summary>
internal interface IContracts
{
    /// <summary>How many transactions a block holds, those without logs included.</summary>
    int TransactionsOf(EvmBlock block);

    /// <summary>A block's logs in the order in which they were emitted.</summary>
    IReadOnlyList<ChainLog> LogsOf(EvmBlock block);

    /// <summary>What a call comes to after a block.</summary>
    /// <param name="to">Lower case, with 0x.</param>
    /// <param name="data">Lower case, without 0x.</param>
    CallEnd Call(string to, string data, EvmBlock block);
}

/// <summary>What a call returned or reverted with, without 0x.</summary>
internal readonly record struct CallEnd(bool IsReverted, string Data)
{
    public static CallEnd Returned(string data) => new(IsReverted: false, data);

    public static CallEnd Reverted(string data = "") => new(IsReverted: true, data);
}
