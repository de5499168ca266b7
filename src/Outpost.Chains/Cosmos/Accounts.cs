using System.Globalization;
using System.Numerics;
using Outpost.Chains.Rpc;
using Outpost.Chains.Wire.Cosmos.Auth;
using Outpost.Chains.Wire.Cosmos.Bank;

namespace Outpost.Chains.Cosmos;

/// <summary>Accounts and balances (x/auth, x/bank).</summary>
internal static class Accounts
{
    // AccountInfo answers with the base account whatever kind (vesting, module) the account is.
    private const string AccountMethod = "/cosmos.auth.v1beta1.Query/AccountInfo";
    private const string BalanceMethod = "/cosmos.bank.v1beta1.Query/Balance";

    public static async Task<Account?> FindAsync(
        ITransport transport, string address, CancellationToken cancellationToken)
    {
        try
        {
            var reply = await transport.QueryAsync(AccountMethod, new QueryAccountInfoRequest { Address = address },
                QueryAccountInfoResponse.Parser, cancellationToken);
            var account = reply.Info ?? throw new ChainException(ChainFault.BadReply, $"query {AccountMethod}",
                transport.Url, "the answer holds no account");
            return new Account(address, account.AccountNumber, account.Sequence);
        }
        catch (ChainException e) when (e.Fault is ChainFault.NotFound)
        {
            return null;
        }
    }

    public static async Task<BigInteger> BalanceAsync(
        ITransport transport, string address, string denom, CancellationToken cancellationToken)
    {
        var request = new QueryBalanceRequest { Address = address, Denom = denom };
        var reply = await transport.QueryAsync(BalanceMethod, request, QueryBalanceResponse.Parser, cancellationToken);
        return Amounts.Integer(reply.Balance?.Amount ?? "", transport.Url, $"query {BalanceMethod}");
    }
}

/// <summary>Reads the chain's integers (math.Int, and LegacyDec in its protobuf form).</summary>
internal static class Amounts
{
    public static BigInteger Integer(string text, Uri endpoint, string operation) =>
        BigInteger.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw new ChainException(ChainFault.BadReply, operation, endpoint, $"'{text}' is not an amount");
}
