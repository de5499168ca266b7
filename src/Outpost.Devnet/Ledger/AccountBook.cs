using System.Numerics;
using Outpost.Devnet.Wire;

namespace Outpost.Devnet.Ledger;

/// <summary>
/// One account: created by its first coin, its key known from its first transaction. Balance in uallo.
/// </summary>
internal sealed record Account(
    string Address, ulong Number, ulong Sequence, byte[]? PublicKey, BigInteger Balance);

/// <summary>
/// Accounts and balances, in layers: a layer reads through to its parent and writes only when applied.
/// </summary>
internal sealed class AccountBook(AccountBook? parent)
{
    private readonly Dictionary<string, Account> _accounts = new(StringComparer.Ordinal);
    private readonly bool _isRoot = parent is null;
    private Dictionary<string, Account?>? _changes;
    private ulong _nextNumber = parent?._nextNumber ?? 0;

    public Account? Find(string address) =>
        _accounts.TryGetValue(address, out var account) ? account : parent?.Find(address);

    public BigInteger BalanceOf(string address) => Find(address)?.Balance ?? BigInteger.Zero;

    public void Set(Account account)
    {
        if (_isRoot)
        {
            _changes ??= new(StringComparer.Ordinal);
            _changes.TryAdd(account.Address, _accounts.GetValueOrDefault(account.Address));
        }

        _accounts[account.Address] = account;
    }

    /// <summary>
    /// The accounts that were set in the lowest layer since the last call, as they were before; null: not there.
    /// </summary>
    public IReadOnlyDictionary<string, Account?> TakeChanges()
    {
        var taken = _changes;
        _changes = null;
        return taken ?? (IReadOnlyDictionary<string, Account?>)System.Collections.Frozen
            .FrozenDictionary<string, Account?>.Empty;
    }

    public void Credit(string address, BigInteger amount)
    {
        var account = Find(address) ?? new Account(address, _nextNumber++, 0, null, BigInteger.Zero);
        Set(account with { Balance = account.Balance + amount });
    }

    /// <summary>Moves coins, or says why not in the bank module's words.</summary>
    public Refused? Move(string from, string to, BigInteger amount)
    {
        var payer = Find(from);
        if (amount.Sign > 0 && (payer is null || payer.Balance < amount))
        {
            var held = payer?.Balance ?? BigInteger.Zero;
            return Refused.InsufficientFunds($"spendable balance {held}uallo is smaller than {amount}uallo");
        }

        if (payer is not null)
        {
            Set(payer with { Balance = payer.Balance - amount });
        }

        Credit(to, amount);
        return null;
    }

    /// <summary>Writes this layer into its parent, which must not have changed meanwhile.</summary>
    public void Apply()
    {
        if (parent is null)
        {
            throw new InvalidOperationException("The lowest layer of the account book has no parent to apply to.");
        }

        foreach (var account in _accounts.Values)
        {
            parent.Set(account);
        }

        parent._nextNumber = _nextNumber;
        _accounts.Clear();
    }
}

/// <summary>The module accounts that fees and stakes go to.</summary>
internal static class ModuleAccounts
{
    public static string FeeCollector { get; } = Address.OfModule("feemarket-fee-collector");

    public static string Emissions { get; } = Address.OfModule("alloraplaceholder");

    public static string Staking { get; } = Address.OfModule("allorastaking");
}
