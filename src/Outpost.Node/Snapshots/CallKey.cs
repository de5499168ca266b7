using Outpost.Sdk.Evm;

namespace Outpost.Node.Snapshots;

/// <summary>Equal calls at equal blocks have equal keys; ordered by block, contract and data.</summary>
internal readonly record struct CallKey(long Block, EvmAddress To, string Data) : IComparable<CallKey>
{
    public static CallKey Of(EvmCall call, long block) => new(block, call.To, HexText.Of(call.Data.Span));

    public static bool operator <(CallKey left, CallKey right) => left.CompareTo(right) < 0;
    public static bool operator >(CallKey left, CallKey right) => left.CompareTo(right) > 0;
    public static bool operator <=(CallKey left, CallKey right) => left.CompareTo(right) <= 0;
    public static bool operator >=(CallKey left, CallKey right) => left.CompareTo(right) >= 0;

    public int CompareTo(CallKey other) =>
        Block != other.Block ? Block.CompareTo(other.Block)
        : To != other.To ? To.CompareTo(other.To)
        : string.CompareOrdinal(Data, other.Data);
}
