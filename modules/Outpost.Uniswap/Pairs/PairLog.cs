using System.Buffers.Binary;
using System.Numerics;
using Outpost.Sdk.Evm;

namespace Outpost.Uniswap.Pairs;

/// <summary>
/// Decodes a pair's logs to what <see cref="AbiEvent.Decode"/> makes of them, without a box for each value: there may
/// be thousands in a block.
/// </summary>
internal static class PairLog
{
    private const int WordBytes = 32;
    private const int AddressAt = WordBytes - EvmAddress.Size;
    private const int ReserveBits = 112;

    /// <summary>The reserves that a Sync tells.</summary>
    /// <exception cref="FormatException">The log is no Sync.</exception>
    public static Reserves Sync(EvmLog log)
    {
        var data = Data(log, Contracts.Sync, topics: 1, words: 2);
        return new Reserves(Reserve(data), Reserve(data[WordBytes..]));
    }

    /// <summary>The Swap, Mint or Burn that a log tells.</summary>
    /// <exception cref="FormatException">The log is none of them.</exception>
    public static PairTrade Trade(EvmLog log)
    {
        var topic = log.Topics.Count > 0 ? log.Topics[0] : default;
        if (topic == Contracts.Swap.Topic)
        {
            var data = Data(log, Contracts.Swap, topics: 3, words: 4);
            return new PairTrade(
                TradeKind.Swap, Address(log.Topics[1]), Address(log.Topics[2]),
                Whole(data, 0), Whole(data, 1), Whole(data, 2), Whole(data, 3));
        }

        if (topic == Contracts.Mint.Topic)
        {
            var data = Data(log, Contracts.Mint, topics: 2, words: 2);
            return new PairTrade(TradeKind.Mint, Address(log.Topics[1]), null, Whole(data, 0), Whole(data, 1), 0, 0);
        }

        var burnt = Data(log, Contracts.Burn, topics: 3, words: 2);
        return new PairTrade(
            TradeKind.Burn, Address(log.Topics[1]), Address(log.Topics[2]), 0, 0, Whole(burnt, 0), Whole(burnt, 1));
    }

    private static ReadOnlySpan<byte> Data(EvmLog log, AbiEvent kind, int topics, int words)
    {
        var data = log.Data.Span;
        return log.Topics.Count == topics && log.Topics[0] == kind.Topic && data.Length >= words * WordBytes
            ? data
            : throw new FormatException($"The log is no {kind.Name}.");
    }

    private static UInt128 Reserve(ReadOnlySpan<byte> word)
    {
        var value = BinaryPrimitives.ReadUInt128BigEndian(word[(WordBytes / 2)..]);
        return BinaryPrimitives.ReadUInt128BigEndian(word) == 0 && value >> ReserveBits == 0
            ? value
            : throw new FormatException("A reserve is larger than uint112.");
    }

    private static BigInteger Whole(ReadOnlySpan<byte> data, int word) =>
        new(data.Slice(word * WordBytes, WordBytes), isUnsigned: true, isBigEndian: true);

    private static EvmAddress Address(Hash32 topic)
    {
        Span<byte> word = stackalloc byte[WordBytes];
        topic.CopyTo(word);
        return word[..AddressAt].IndexOfAnyExcept((byte)0) < 0
            ? new EvmAddress(word[AddressAt..])
            : throw new FormatException("A topic is larger than an address.");
    }
}
