using System.Numerics;
using Outpost.Sdk.Evm;

namespace Outpost.Tests.Evm;

/// <summary>
/// Keeps reserves by logs alone and holds each event against the one before it and against the rules of Uniswap v2.
/// </summary>
internal sealed class UniswapLedger
{
    public static readonly AbiEvent Sync = AbiEvent.Parse("Sync(uint112 reserve0, uint112 reserve1)");
    private static readonly AbiEvent Swap = AbiEvent.Parse(
        "Swap(address indexed sender, uint256 amount0In, uint256 amount1In, uint256 amount0Out, uint256 amount1Out, address indexed to)");
    private static readonly AbiEvent Mint = AbiEvent.Parse("Mint(address indexed sender, uint256 amount0, uint256 amount1)");
    private static readonly AbiEvent Burn = AbiEvent.Parse("Burn(address indexed sender, uint256 amount0, uint256 amount1, address indexed to)");
    private static readonly AbiEvent Transfer = AbiEvent.Parse("Transfer(address indexed from, address indexed to, uint256 value)");

    private readonly Dictionary<EvmAddress, (BigInteger Reserve0, BigInteger Reserve1)> _before = [];
    private readonly Dictionary<EvmAddress, BigInteger> _supply = [];
    private EvmLog? _sync;

    public Dictionary<EvmAddress, (BigInteger Reserve0, BigInteger Reserve1)> Reserves { get; } = [];

    public int Swaps { get; private set; }

    public int SwapsWithBothIn { get; private set; }

    public int Mints { get; private set; }

    public int Burns { get; private set; }

    public int Donations { get; private set; }

    public int TransactionsOfTwoPairs { get; private set; }

    public override string ToString() =>
        $"{Swaps} swaps ({SwapsWithBothIn} paid in both), {Mints} mints, {Burns} burns, {Donations} donations, {TransactionsOfTwoPairs} of two pairs";

    /// <summary>Logs in the order of the chain, whole blocks.</summary>
    public void Read(IReadOnlyList<EvmLog> logs)
    {
        foreach (var log in logs)
        {
            Read(log);
        }

        Settle();
        TransactionsOfTwoPairs += logs.Where(log => log.Topics[0] == Swap.Topic).GroupBy(log => log.TransactionHash)
            .Count(one => one.Select(log => log.Address).Distinct().Count() == 2);
    }

    private void Read(EvmLog log)
    {
        if (log.Topics[0] == Sync.Topic)
        {
            Settle();
            var told = Sync.Decode(log);
            _before[log.Address] = Reserves.GetValueOrDefault(log.Address);
            Reserves[log.Address] = ((BigInteger)told[0], (BigInteger)told[1]);
            Assert.True(Reserves[log.Address] is { Reserve0.Sign: > 0, Reserve1.Sign: > 0 });
            Assert.True(BigInteger.Max((BigInteger)told[0], (BigInteger)told[1]) < BigInteger.One << 112);
            _sync = log;
        }
        else if (log.Topics[0] == Transfer.Topic)
        {
            var told = Transfer.Decode(log);
            var (isMade, isGone) = (told[0].Equals(default(EvmAddress)), told[1].Equals(default(EvmAddress)) && !told[0].Equals(default(EvmAddress)));
            _supply[log.Address] = _supply.GetValueOrDefault(log.Address) + (isMade ? (BigInteger)told[2] : isGone ? -(BigInteger)told[2] : 0);
        }
        else if (log.Topics[0] == Swap.Topic || log.Topics[0] == Mint.Topic || log.Topics[0] == Burn.Topic)
        {
            Explain(log);
        }
    }

    /// <summary>The event just behind a Sync says why reserves changed.</summary>
    private void Explain(EvmLog log)
    {
        Assert.NotNull(_sync);
        Assert.Equal((log.Address, log.TransactionHash, log.Index), (_sync.Address, _sync.TransactionHash, _sync.Index + 1));
        var (before, after) = (_before[log.Address], Reserves[log.Address]);
        _sync = null;
        if (log.Topics[0] == Swap.Topic)
        {
            Hold([.. Swap.Decode(log).OfType<BigInteger>()], before, after);
            return;
        }

        var sign = log.Topics[0] == Mint.Topic ? 1 : -1;
        BigInteger[] amounts = [.. (sign > 0 ? Mint : Burn).Decode(log).OfType<BigInteger>()];
        Assert.Equal(after, (before.Reserve0 + (sign * amounts[0]), before.Reserve1 + (sign * amounts[1])));
        Assert.True(amounts[0].Sign > 0 && amounts[1].Sign > 0);
        (Mints, Burns) = sign > 0 ? (Mints + 1, Burns) : (Mints, Burns + 1);
        // Liquidity begins as the root of the product, and what rounds, rounds for those who stay.
        Assert.True(_supply[log.Address] * _supply[log.Address] <= after.Reserve0 * after.Reserve1);
    }

    private void Hold(BigInteger[] amounts, (BigInteger Reserve0, BigInteger Reserve1) before, (BigInteger Reserve0, BigInteger Reserve1) after)
    {
        var (in0, in1, out0, out1) = (amounts[0], amounts[1], amounts[2], amounts[3]);
        Assert.Equal(after, (before.Reserve0 + in0 - out0, before.Reserve1 + in1 - out1));
        Assert.True((in0 + in1).Sign > 0 && (out0 + out1).Sign > 0);
        Assert.True(Adjusted(after, in0, in1) >= before.Reserve0 * before.Reserve1 * 1_000_000);
        Swaps++;
        if (in0.Sign > 0 && in1.Sign > 0)
        {
            SwapsWithBothIn++;
            return;
        }

        // One unit more would have been refused: it is all that the rule gives.
        var more = out0.Sign > 0 ? (after.Reserve0 - 1, after.Reserve1) : (after.Reserve0, after.Reserve1 - 1);
        Assert.True(Adjusted(more, in0, in1) < before.Reserve0 * before.Reserve1 * 1_000_000);
    }

    private static BigInteger Adjusted((BigInteger Reserve0, BigInteger Reserve1) after, BigInteger in0, BigInteger in1) =>
        ((after.Reserve0 * 1_000) - (in0 * 3)) * ((after.Reserve1 * 1_000) - (in1 * 3));

    /// <summary>A Sync that nothing explains: reserves only grew.</summary>
    private void Settle()
    {
        if (_sync is { } sync)
        {
            var (before, after) = (_before[sync.Address], Reserves[sync.Address]);
            Assert.True(after.Reserve0 >= before.Reserve0 && after.Reserve1 >= before.Reserve1);
            Donations++;
            _sync = null;
        }
    }
}
