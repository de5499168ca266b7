using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Outpost.Chains.Wire.Cosmos.Auth;
using Outpost.Chains.Wire.Cosmos.Bank;
using Outpost.Chains.Wire.Cosmos.Base;
using Outpost.Chains.Wire.Cosmos.Crypto;
using Outpost.Chains.Wire.Cosmos.Node;
using Outpost.Chains.Wire.Feemarket;
using Outpost.Devnet.Blocks;
using Outpost.Devnet.Ledger;
using Outpost.Devnet.Wire;

namespace Outpost.Devnet.Queries;

/// <summary>Accounts, balances, gas prices and the node's configuration.</summary>
internal static class CosmosQueries
{
    private const string AccountUrl = "/cosmos.auth.v1beta1.BaseAccount";

    public static void AddTo(QueryTable table, ChainNode node)
    {
        var chain = node.Chain;
        table.Add<QueryAccountRequest>("/cosmos.auth.v1beta1.Query/Account", request => Account(
            node, request.Address,
            account => new QueryAccountResponse
            {
                Account = new Any { TypeUrl = AccountUrl, Value = account.ToByteString() },
            }));
        table.Add<QueryAccountInfoRequest>("/cosmos.auth.v1beta1.Query/AccountInfo", request => Account(
            node, request.Address, account => new QueryAccountInfoResponse { Info = account }));
        table.Add<QueryBalanceRequest>("/cosmos.bank.v1beta1.Query/Balance", request => Balance(node, request));
        table.Add<GasPriceRequest>("/feemarket.feemarket.v1.Query/GasPrice", request =>
            request.Denom == FeeMarket.Denom
                ? new(new GasPriceResponse { Price = Price(node) })
                : QueryAnswer.Failed(GrpcCode.Unknown, $"denom resolver not set: {request.Denom}"));
        table.Add<GasPricesRequest>("/feemarket.feemarket.v1.Query/GasPrices", _ =>
            new(new GasPricesResponse { Prices = { Price(node) } }));
        table.Add<ConfigRequest>("/cosmos.base.node.v1beta1.Service/Config", _ => new(new ConfigResponse
        {
            MinimumGasPrice = $"{chain.Options.GasPriceUallo.ToString(CultureInfo.InvariantCulture)}uallo",
            PruningKeepRecent = chain.Options.KeptBlocks.ToString(CultureInfo.InvariantCulture),
            PruningInterval = "1",
        }));
    }

    private static QueryAnswer Account(ChainNode node, string address, Func<BaseAccount, IMessage> answer)
    {
        if (address.Length == 0)
        {
            return QueryAnswer.Failed(GrpcCode.InvalidArgument, "Address cannot be empty");
        }

        if (Address.Problem(address) is { } problem)
        {
            return QueryAnswer.Failed(GrpcCode.Internal, problem);
        }

        if (node.Read(view => view.Account(address)) is not { } account)
        {
            return QueryAnswer.Failed(GrpcCode.NotFound, $"account {address} not found");
        }

        var result = new BaseAccount
        {
            Address = account.Address,
            AccountNumber = account.Number,
            Sequence = account.Sequence,
        };
        if (account.PublicKey is { } key)
        {
            result.PubKey = new Any
            {
                TypeUrl = MessageTypes.PublicKeyUrl,
                Value = new PubKey { Key = ByteString.CopyFrom(key) }.ToByteString(),
            };
        }

        return new(answer(result));
    }

    private static QueryAnswer Balance(ChainNode node, QueryBalanceRequest request)
    {
        if (Address.Problem(request.Address) is { } problem)
        {
            return QueryAnswer.Failed(GrpcCode.InvalidArgument, $"invalid address: {problem}");
        }

        if (request.Denom.Length == 0)
        {
            return QueryAnswer.Failed(GrpcCode.InvalidArgument, "invalid denom: ");
        }

        var amount = request.Denom == FeeMarket.Denom
            ? node.Read(view => view.Account(request.Address)?.Balance ?? default)
            : default;
        return new(new QueryBalanceResponse
        {
            Balance = new Coin { Denom = request.Denom, Amount = amount.ToString(CultureInfo.InvariantCulture) },
        });
    }

    private static DecCoin Price(ChainNode node) => new()
    {
        Denom = FeeMarket.Denom,
        Amount = node.Read(view => view.GasPriceAtto).ToString(CultureInfo.InvariantCulture),
    };
}
