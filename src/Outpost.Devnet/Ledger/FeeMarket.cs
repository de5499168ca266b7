using System.Globalization;
using System.Numerics;

namespace Outpost.Devnet.Ledger;

/// <summary>
/// The fee decorator of skip-mev/feemarket (x/feemarket/ante/fee.go): one coin, at least gas × price, taken from the
/// payer or from a granter that allowed it.
/// </summary>
internal sealed class FeeMarket(decimal gasPriceUallo, IReadOnlyList<FeeAllowance> allowances)
{
    public const string Denom = "uallo";

    /// <summary>Prices that can be gone back to; further back is answered as of the oldest.</summary>
    private const int PricesKept = 100;

    private static readonly BigInteger One = BigInteger.Pow(10, 18);

    private readonly List<(long From, BigInteger Atto)> _prices =
        [(0, new BigInteger(gasPriceUallo * 1_000_000_000m) * 1_000_000_000)];

    /// <summary>The price of one unit of gas in uallo times 10^18, as a LegacyDec travels in protobuf.</summary>
    public BigInteger PriceAtto => _prices[^1].Atto;

    /// <summary>The price after the block of this height.</summary>
    public BigInteger PriceAttoAt(long height)
    {
        var at = _prices.FindLastIndex(price => price.From <= height);
        return _prices[Math.Max(at, 0)].Atto;
    }

    /// <summary>The same as JSON shows it: 18 digits after the point.</summary>
    public string PriceTextAt(long height) => Text(PriceAttoAt(height));

    /// <summary>Another price from the block of this height on.</summary>
    public void SetPrice(BigInteger atto, long height)
    {
        _prices.Add((height, atto));
        if (_prices.Count > PricesKept)
        {
            _prices.RemoveAt(0);
        }
    }

    public Refused? Deduct(TxContext context)
    {
        var gas = context.Tx.GasLimit;
        var coins = context.Tx.Auth.Fee?.Amount;
        if (!context.IsSimulation && gas == 0)
        {
            return Refused.Sdk(41, "must provide positive gas: invalid gas limit");
        }

        if ((coins is null || coins.Count == 0) && !context.IsSimulation)
        {
            return new("feemarket", 1, "got length 0: no fee coin provided. Must provide one.");
        }

        if (coins is { Count: > 1 })
        {
            return new("feemarket", 2,
                $"got length {coins.Count}: too many fee coins provided.  Only one fee coin may be provided");
        }

        var amount = BigInteger.Zero;
        if (coins is { Count: 1 })
        {
            var coin = coins[0];
            if (!BigInteger.TryParse(coin.Amount, NumberStyles.None, CultureInfo.InvariantCulture, out amount))
            {
                return Refused.Sdk(13, $"invalid fee provided: {coin.Amount}{coin.Denom}: insufficient fee");
            }

            if (!string.Equals(coin.Denom, Denom, StringComparison.Ordinal))
            {
                return new("feemarket", 3,
                    $"error checking fee: unable to get min gas price for denom {coin.Denom}: denom resolver not set");
            }
        }

        return TooLittle(context, gas, amount) ?? Take(context, amount);
    }

    private static string Text(BigInteger atto) =>
        $"{atto / One}.{(atto % One).ToString(CultureInfo.InvariantCulture).PadLeft(18, '0')}";

    private Refused? TooLittle(TxContext context, ulong gas, BigInteger amount)
    {
        var required = ((PriceAtto * gas) + One - 1) / One;
        return context.IsSimulation || amount >= required
            ? null
            : Refused.Sdk(13,
                $"error checking fee: got: {amount}{Denom} required: {required}{Denom}, "
                + $"minGasPrice: {Text(PriceAtto)}{Denom}, gas: {gas}: insufficient fee");
    }

    private Refused? Take(TxContext context, BigInteger amount)
    {
        var payer = context.Tx.FeePayer;
        if (context.Tx.Auth.Fee?.Granter is { Length: > 0 } granter
            && !string.Equals(granter, payer, StringComparison.Ordinal))
        {
            if (!allowances.Contains(new FeeAllowance(granter, payer)))
            {
                return Refused.Sdk(38,
                    $"{granter} does not allow to pay fees for {payer}: fee-grant not found: not found");
            }

            payer = granter;
        }

        if (context.Book.Find(payer) is null)
        {
            return Refused.Sdk(9, $"fee payer address: {payer} does not exist: unknown address");
        }

        if (amount.IsZero)
        {
            return null;
        }

        if (context.Book.Move(payer, ModuleAccounts.FeeCollector, amount) is { } refused)
        {
            return Refused.InsufficientFunds(refused.Log);
        }

        context.Events.AddRange(Emit.Transfer(payer, ModuleAccounts.FeeCollector, amount));
        context.Events.Add(Emit.Plain("tx", ("fee", $"{amount}{Denom}"), ("fee_payer", payer)));
        return null;
    }
}
