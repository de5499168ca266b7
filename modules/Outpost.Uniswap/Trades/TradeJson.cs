using System.Numerics;
using System.Text.Json.Nodes;
using Outpost.Sdk;
using Outpost.Sdk.Evm;
using Outpost.Uniswap.Pairs;

namespace Outpost.Uniswap.Trades;

/// <summary>One trade as a snapshot's list of logs has it: the event as web3.py decodes it, and its worth.</summary>
internal static class TradeJson
{
    public static JsonObject Of(EvmLog log, ValuedTrade valued, PairEpoch pair) => new()
    {
        ["args"] = Arguments(valued.Trade),
        ["event"] = valued.Trade.Kind.ToString(),
        ["address"] = log.Address.Hex,
        ["blockNumber"] = log.BlockNumber,
        ["logIndex"] = log.Index,
        ["transactionHash"] = log.TransactionHash.ToString(),
        ["timestamp"] = pair.Headers[valued.Block].Timestamp,
        ["token0_amount"] = pair.Side0.Amount(valued.Trade.Amount0).ToJson(),
        ["token1_amount"] = pair.Side1.Amount(valued.Trade.Amount1).ToJson(),
        ["trade_amount_usd"] = valued.Dollars.Round(Digits.Dollars).ToJson(),
    };

    private static JsonObject Arguments(PairTrade trade)
    {
        var arguments = new JsonObject { ["sender"] = trade.Sender.Hex };
        if (trade.To is { } to)
        {
            arguments["to"] = to.Hex;
        }

        (string Name, BigInteger Units)[] amounts = trade.Kind switch
        {
            TradeKind.Swap =>
            [
                ("amount0In", trade.In0), ("amount1In", trade.In1),
                ("amount0Out", trade.Out0), ("amount1Out", trade.Out1),
            ],
            TradeKind.Mint => [("amount0", trade.In0), ("amount1", trade.In1)],
            _ => [("amount0", trade.Out0), ("amount1", trade.Out1)],
        };
        foreach (var (name, units) in amounts)
        {
            arguments[name] = ((BigDecimal)units).ToJson();
        }

        return arguments;
    }
}
