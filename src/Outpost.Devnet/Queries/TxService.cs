using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Outpost.Chains.Wire.Cosmos.Abci;
using Outpost.Chains.Wire.Cosmos.Tx;
using Outpost.Devnet.Blocks;

namespace Outpost.Devnet.Queries;

/// <summary>cosmos.tx.v1beta1.Service: simulate, broadcast, find.</summary>
internal static class TxService
{
    public static void AddTo(QueryTable table, ChainNode node)
    {
        table.Add<SimulateRequest>("/cosmos.tx.v1beta1.Service/Simulate", request => Simulate(node, request));
        table.Add<BroadcastTxRequest>("/cosmos.tx.v1beta1.Service/BroadcastTx", request => Broadcast(node, request));
        table.Add<GetTxRequest>("/cosmos.tx.v1beta1.Service/GetTx", request => Get(node, request));
    }

    private static QueryAnswer Simulate(ChainNode node, SimulateRequest request)
    {
        // The deprecated field wins where it is set, as in the SDK.
        var bytes = request.Tx is { } tx ? tx.ToByteArray() : request.TxBytes.ToByteArray();
        if (bytes.Length == 0)
        {
            return QueryAnswer.Failed(GrpcCode.InvalidArgument, "empty txBytes is not allowed");
        }

        var result = node.Chain.Simulate(bytes, node.Read(view => view.Height));
        if (result.Refused is { } refused)
        {
            return QueryAnswer.Failed(GrpcCode.Unknown, $"{refused.Log} with gas used: '{result.GasUsed}'");
        }

        var answer = new SimulateResponse
        {
            GasInfo = new GasInfo { GasWanted = (ulong)result.GasWanted, GasUsed = (ulong)result.GasUsed },
            Result = new Result { Data = ByteString.CopyFrom(result.Data) },
        };
        answer.Result.Events.AddRange(result.Events);
        answer.Result.MsgResponses.AddRange(result.Responses);
        return new(answer);
    }

    private static QueryAnswer Broadcast(ChainNode node, BroadcastTxRequest request)
    {
        if (request.TxBytes.IsEmpty)
        {
            return QueryAnswer.Failed(GrpcCode.InvalidArgument, "invalid empty tx");
        }

        if (request.Mode is not (BroadcastMode.Sync or BroadcastMode.Async))
        {
            return QueryAnswer.Failed(
                GrpcCode.Unknown, $"unsupported return type {(int)request.Mode}; supported types: sync, async");
        }

        var arrival = node.Broadcast(request.TxBytes.ToByteArray());
        var response = new TxResponse { Txhash = arrival.Hash };
        switch (arrival)
        {
            case Arrival.Known:
                (response.Codespace, response.Code) = ("sdk", 19);
                break;
            case Arrival.Full:
                (response.Codespace, response.Code) = ("sdk", 20);
                break;
            case Arrival.TooLarge:
                (response.Codespace, response.Code) = ("sdk", 21);
                break;
            case Arrival.Checked { Result: var result } when request.Mode == BroadcastMode.Sync:
                (response.Codespace, response.Code, response.RawLog) = (result.Codespace, result.Code, result.Log);
                break;
        }

        return new(new BroadcastTxResponse { TxResponse = response });
    }

    private static QueryAnswer Get(ChainNode node, GetTxRequest request)
    {
        if (request.Hash.Length == 0)
        {
            return QueryAnswer.Failed(GrpcCode.InvalidArgument, "tx hash cannot be empty");
        }

        var (found, block) = node.Read(view =>
        {
            var transaction = view.Find(request.Hash);
            return (transaction, transaction is null ? null : view.Find(transaction.Height));
        });
        if (found is null || block is null)
        {
            return QueryAnswer.Failed(GrpcCode.NotFound, $"tx not found: {request.Hash}");
        }

        var answer = new GetTxResponse { TxResponse = Response(found, block.Time) };
        if (found.Tx is not null)
        {
            answer.Tx = Tx.Parser.ParseFrom(TxBytes(found));
            answer.TxResponse.Tx = new Any { TypeUrl = "/cosmos.tx.v1beta1.Tx", Value = TxBytes(found) };
        }

        return new(answer);
    }

    /// <summary>Tx and TxRaw read the same: the raw parts stand where the messages do.</summary>
    private static ByteString TxBytes(DeliveredTx found) => ByteString.CopyFrom(found.Bytes);

    private static TxResponse Response(DeliveredTx found, DateTimeOffset time)
    {
        var response = new TxResponse
        {
            Height = found.Height,
            Txhash = found.Hash,
            Codespace = found.Result.Codespace,
            Code = found.Result.Code,
            Data = Convert.ToHexString(found.Result.Data),
            RawLog = found.Result.Log,
            GasWanted = found.Result.GasWanted,
            GasUsed = found.Result.GasUsed,
            Timestamp = time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        };
        response.Events.AddRange(found.Result.Events);
        return response;
    }
}
