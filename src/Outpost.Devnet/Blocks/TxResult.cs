using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Outpost.Chains.Wire.Cosmos.Abci;
using Outpost.Chains.Wire.Tendermint.Abci;
using Outpost.Devnet.Ledger;

namespace Outpost.Devnet.Blocks;

/// <summary>What became of a transaction in CheckTx, in a simulation or in its block.</summary>
internal sealed record TxResult(
    Refused? Refused, long GasWanted, long GasUsed, IReadOnlyList<Event> Events, IReadOnlyList<Any> Responses)
{
    public uint Code => Refused?.Code ?? 0;

    public string Codespace => Refused?.Codespace ?? "";

    public string Log => Refused?.Log ?? "";

    /// <summary>TxMsgData with the answers of the messages; empty when refused.</summary>
    public byte[] Data
    {
        get
        {
            var answer = new TxMsgData();
            answer.MsgResponses.AddRange(Responses);
            return answer.ToByteArray();
        }
    }

    public static TxResult Of(Refused? refused, TxContext context, IReadOnlyList<Any> responses) =>
        new(
            refused, (long)context.Tx.GasLimit, (long)context.Gas.Used, context.Events,
            refused is null ? responses : []);

    /// <summary>Code 0 from a node that did not look.</summary>
    public static TxResult Unjudged { get; } = new(null, 0, 0, [], []);

    public static TxResult Unread(Refused refused) => new(refused, 0, 0, [], []);
}

/// <summary>A transaction in its block.</summary>
internal sealed record DeliveredTx(byte[] Bytes, string Hash, long Height, int Index, TxResult Result, DecodedTx? Tx);

/// <summary>A committed block with everything that came of it.</summary>
internal sealed record Block(
    long Height, DateTimeOffset Time, IReadOnlyList<DeliveredTx> Transactions, IReadOnlyList<Event> Events)
{
    public required byte[] Hash { get; init; }

    public required byte[] LastBlockHash { get; init; }

    public required byte[] DataHash { get; init; }

    public required byte[] AppHash { get; init; }
}

/// <summary>A node's first answer to a broadcast.</summary>
internal abstract record Arrival(string Hash)
{
    /// <summary>CheckTx ran; code 0 means that it waits in the mempool.</summary>
    /// <param name="Tx">Null when it could not be read.</param>
    public sealed record Checked(string Hash, TxResult Result, DecodedTx? Tx) : Arrival(Hash);

    /// <summary>The same bytes came before.</summary>
    public sealed record Known(string Hash) : Arrival(Hash);

    public sealed record Full(string Hash, string Text) : Arrival(Hash);

    public sealed record TooLarge(string Hash, string Text) : Arrival(Hash);
}
