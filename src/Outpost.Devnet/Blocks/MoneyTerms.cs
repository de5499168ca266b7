using System.Numerics;
using Outpost.Devnet.Ledger;

namespace Outpost.Devnet.Blocks;

/// <summary>Moves the gas price and the genesis accounts' funds to what a block's terms say, and back.</summary>
internal sealed class MoneyTerms(DevnetOptions options, FeeMarket fees, AccountBook state)
{
    private readonly BigInteger _usualPrice = fees.PriceAtto;
    private readonly SortedDictionary<string, BigInteger> _aside = new(StringComparer.Ordinal);
    private decimal _factor = 1;

    /// <summary>At the end of a block: what waits is checked again under the new terms.</summary>
    public void Apply(ChainTerms terms, long height)
    {
        if (terms.GasPriceFactor != _factor)
        {
            _factor = terms.GasPriceFactor;
            fees.SetPrice(new BigInteger(_factor * 1_000_000) * _usualPrice / 1_000_000, height);
        }

        if (terms.FundsAreGone)
        {
            // What is paid to an account meanwhile is gone as well.
            foreach (var account in options.Balances.Keys.Select(state.Find).OfType<Account>()
                .Where(account => !account.Balance.IsZero))
            {
                _aside[account.Address] = _aside.GetValueOrDefault(account.Address) + account.Balance;
                state.Set(account with { Balance = BigInteger.Zero });
            }
        }
        else if (_aside.Count > 0)
        {
            foreach (var (address, amount) in _aside)
            {
                state.Credit(address, amount);
            }

            _aside.Clear();
        }
    }
}
