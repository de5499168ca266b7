using System.Numerics;
using System.Text;
using Outpost.Sdk.Evm;
using Outpost.Sdk.Snapshots;

namespace Outpost.Tests.Uniswap;

/// <summary>Tokens, pairs and their trades, told block by block; answers what contracts would, and logs as they do.</summary>
internal sealed class Exchange
{
    private static readonly AbiEvent Sync = AbiEvent.Parse("Sync(uint112 reserve0, uint112 reserve1)");
    private static readonly AbiEvent SwapEvent = AbiEvent.Parse(
        "Swap(address indexed sender, uint amount0In, uint amount1In, uint amount0Out, uint amount1Out, address indexed to)");
    private static readonly AbiEvent MintEvent = AbiEvent.Parse("Mint(address indexed sender, uint amount0, uint amount1)");
    private static readonly AbiEvent BurnEvent = AbiEvent.Parse(
        "Burn(address indexed sender, uint amount0, uint amount1, address indexed to)");

    private readonly Dictionary<(EvmAddress To, string Data), byte[]> _answers = [];
    private readonly Dictionary<EvmAddress, SortedList<long, (BigInteger, BigInteger)>> _reserves = [];
    private readonly List<EvmLog> _logs = [];

    public static EvmAddress Someone { get; } = Address(0xabcdef);

    public static EvmAddress Address(long number)
    {
        var bytes = new byte[EvmAddress.Size];
        System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(12), number);
        return new EvmAddress(bytes);
    }

    public Exchange Token(EvmAddress token, int decimals, string symbol, bool isOld = false)
    {
        Say(token, "decimals()", Word(decimals));
        Say(token, "symbol()", isOld ? Fixed(symbol) : Text(symbol));
        Say(token, "name()", isOld ? Fixed(symbol + " coin") : Text(symbol + " coin"));
        return this;
    }

    /// <summary>A pair that the factory knows; it has reserves from its first Sync on.</summary>
    public Exchange Pair(EvmAddress pair, EvmAddress token0, EvmAddress token1, EvmAddress? factory = null)
    {
        Say(pair, "token0()", Word(token0));
        Say(pair, "token1()", Word(token1));
        var maker = factory ?? EvmAddress.Parse("0x5C69bEe701ef814a2B6a3EDD4B1652CB9cc5aA6f");
        var get = AbiFunction.Parse("getPair(address,address)");
        _answers[(maker, HexText.Of(get.Encode(token0, token1)))] = Word(pair);
        _answers[(maker, HexText.Of(get.Encode(token1, token0)))] = Word(pair);
        return this;
    }

    public Exchange Reserves(long block, EvmAddress pair, BigInteger of0, BigInteger of1, long transaction = 1)
    {
        _reserves.TryAdd(pair, []);
        _reserves[pair][block] = (of0, of1);
        Log(block, pair, transaction, [Sync.Topic], of0, of1);
        return this;
    }

    public Exchange Swap(long block, EvmAddress pair, long transaction, BigInteger in0, BigInteger in1, BigInteger out0, BigInteger out1) =>
        Log(block, pair, transaction, [SwapEvent.Topic, Topic(Someone), Topic(pair)], in0, in1, out0, out1);

    public Exchange Mint(long block, EvmAddress pair, long transaction, BigInteger of0, BigInteger of1) =>
        Log(block, pair, transaction, [MintEvent.Topic, Topic(Someone)], of0, of1);

    public Exchange Burn(long block, EvmAddress pair, long transaction, BigInteger of0, BigInteger of1) =>
        Log(block, pair, transaction, [BurnEvent.Topic, Topic(Someone), Topic(pair)], of0, of1);

    /// <summary>The chain as one epoch sees it.</summary>
    public FakeSource At(Epoch epoch, long chainId = 1)
    {
        var source = new FakeSource(epoch) { Answer = Answer, ChainId = chainId };
        source.Logs.AddRange(_logs.Where(log => log.BlockNumber >= epoch.Begin && log.BlockNumber <= epoch.End)
            .OrderBy(log => log.BlockNumber).ThenBy(log => log.Index));
        return source;
    }

    /// <summary>A pair's reserves after a block, as its getReserves() says; null before its first.</summary>
    public (BigInteger Of0, BigInteger Of1)? ReservesAfter(EvmAddress pair, long block)
    {
        (BigInteger, BigInteger)? last = null;
        foreach (var (at, reserves) in _reserves.GetValueOrDefault(pair, []))
        {
            last = at <= block ? reserves : last;
        }

        return last;
    }

    public IEnumerable<EvmLog> Logs(EvmAddress pair, Epoch epoch) => _logs
        .Where(log => log.Address == pair && log.BlockNumber >= epoch.Begin && log.BlockNumber <= epoch.End);

    /// <summary>Makes a contract answer a function without arguments.</summary>
    public void Say(EvmAddress contract, string function, byte[] answer) =>
        _answers[(contract, HexText.Of(AbiFunction.Parse(function).Encode()))] = answer;

    public static byte[] Word(BigInteger number) => AbiWriter.Encode([AbiType.Parse("uint256")], [number]);

    public static byte[] Word(EvmAddress address) => AbiWriter.Encode([AbiType.Parse("address")], [address]);

    private CallResult Answer(EvmCall read, long block)
    {
        var data = HexText.Of(read.Data.Span);
        if (data == "0x0902f1ac")
        {
            return new CallResult.Returned(ReservesAfter(read.To, block) is var (of0, of1)
                ? (byte[])[.. Word(of0), .. Word(of1), .. Word(1_678_000_000)]
                : []);
        }

        return _answers.TryGetValue((read.To, data), out var answer) ? new CallResult.Returned(answer)
            : data.StartsWith("0xe6a43905", StringComparison.Ordinal) ? new CallResult.Returned(new byte[32])
            : new CallResult.Reverted(default, "execution reverted");
    }

    private Exchange Log(long block, EvmAddress pair, long transaction, Hash32[] topics, params BigInteger[] words)
    {
        var data = words.SelectMany(Word).ToArray();
        _logs.Add(new EvmLog(
            pair, topics, data, block, FakeSource.Hash(block), FakeSource.Hash((block * 1000) + transaction), (int)transaction,
            _logs.Count));
        return this;
    }

    private static Hash32 Topic(EvmAddress address) => new(Word(address));

    private static byte[] Fixed(string text)
    {
        var word = new byte[32];
        Encoding.ASCII.GetBytes(text).CopyTo(word, 0);
        return word;
    }

    private static byte[] Text(string text) => AbiWriter.Encode([AbiType.Parse("string")], [text]);
}
