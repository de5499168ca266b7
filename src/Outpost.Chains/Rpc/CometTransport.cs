using System.Globalization;
using System.Security.Cryptography;
using Google.Protobuf;
using Outpost.Chains.Wire.Cosmos.Abci;
using Outpost.Chains.Wire.Cosmos.Tendermint;
using AbciEvent = Outpost.Chains.Wire.Tendermint.Abci.Event;

namespace Outpost.Chains.Rpc;

/// <summary>The events of one block, as block_results tells them.</summary>
internal sealed record BlockResults(long Height, IReadOnlyList<AbciEvent> Events, int TransactionCount);

/// <summary>CometBFT 0.38 JSON-RPC: one URL serves every query (abci_query), broadcasts and block results.</summary>
internal sealed class CometTransport(HttpCalls http, Uri url, HeightsTold? heights = null) : ITransport
{
    private const string BroadcastOperation = "broadcast_tx_sync";

    private readonly JsonRpc _rpc = new(http, url);
    private readonly HeightsTold _heights = heights ?? HeightsTold.Unheard;

    public Uri Url => url;

    public string Kind => "rpc";

    public INodeTransport Telling(HeightsTold told) => new CometTransport(http, url, told);

    public async Task<NodeHead> HeadAsync(CancellationToken cancellationToken)
    {
        var reply = await ResultAsync("status", new { }, "status", cancellationToken);
        var head = reply.Http.Read(_ =>
        {
            var sync = reply.Result.GetProperty("sync_info");
            return new NodeHead(
                CometJson.Text(reply.Result.GetProperty("node_info"), "network"),
                CometJson.Long(sync, "latest_block_height"),
                CometJson.Time(sync, "latest_block_time").ToDateTimeOffset(),
                sync.GetProperty("catching_up").GetBoolean());
        });
        _heights.State(head.Height, head.Time);
        return head;
    }

    public async Task<Header> HeaderAsync(long height, CancellationToken cancellationToken)
    {
        var parameters = new { height = height.ToString(CultureInfo.InvariantCulture) };
        var reply = await _rpc.CallAsync("header", parameters, $"header {height}", cancellationToken);
        var isOld = reply.Error?.Code == JsonRpcError.MethodNotFound;
        if (isOld)
        {
            reply = await _rpc.CallAsync("block", parameters, $"block {height}", cancellationToken);
        }

        CometErrors.ThrowIfError(reply);
        return reply.Http.Read(_ =>
        {
            var root = isOld ? reply.Result.GetProperty("block") : reply.Result;
            var header = root.GetProperty("header");
            return new Header
            {
                ChainId = CometJson.Text(header, "chain_id"),
                Height = CometJson.Long(header, "height"),
                Time = CometJson.Time(header, "time"),
            };
        });
    }

    public async Task<TReply> QueryAsync<TReply>(
        string method, IMessage request, MessageParser<TReply> parser, CancellationToken cancellationToken)
        where TReply : IMessage<TReply>
    {
        var parameters = new { path = method, data = Convert.ToHexString(request.ToByteArray()) };
        var reply = await ResultAsync("abci_query", parameters, $"query {method}", cancellationToken);
        var response = reply.Http.Read(_ => reply.Result.GetProperty("response"));
        var (code, height) = reply.Http.Read(_ => (CometJson.Code(response), CometJson.LongOrZero(response, "height")));
        _heights.State(height);
        if (code != 0)
        {
            throw CometErrors.QueryRefused(reply.Http, CometJson.Text(response, "codespace"), code,
                CometJson.Text(response, "log"));
        }

        return reply.Http.Read(_ => parser.ParseFrom(CometJson.Bytes(response, "value")));
    }

    public async Task<TxResponse> BroadcastAsync(
        ReadOnlyMemory<byte> transaction, CancellationToken cancellationToken)
    {
        var reply = await _rpc.CallAsync(
            BroadcastOperation, Parameters(transaction), BroadcastOperation, cancellationToken);
        return CheckOf(reply);
    }

    /// <summary>
    /// Hands over several transactions in one request; the node takes them one after another, in this order. Null when
    /// it takes no batch of this size (CometBFT's max_request_batch_size is 10 by default) and so has taken none; a
    /// null in the list stands for an answer that says nothing of its transaction.
    /// </summary>
    public async Task<IReadOnlyList<TxResponse?>?> BroadcastAsync(
        IReadOnlyList<ReadOnlyMemory<byte>> transactions, CancellationToken cancellationToken)
    {
        var batch = await _rpc.CallAllAsync(
            [.. transactions.Select(one => new JsonRpcCall(BroadcastOperation, Parameters(one)))],
            BroadcastOperation, cancellationToken);
        return batch.Replies is { } replies ? [.. replies.Select(CheckOrNothing)] : null;
    }

    public async Task<TxResponse?> FindAsync(string hash, CancellationToken cancellationToken)
    {
        var parameters = new { hash = Convert.ToBase64String(Convert.FromHexString(hash)), prove = false };
        var reply = await _rpc.CallAsync("tx", parameters, $"tx {hash}", cancellationToken);
        if (reply.Error is { } error && CometErrors.IsNotFound(error))
        {
            return null;
        }

        CometErrors.ThrowIfError(reply);
        var found = reply.Http.Read(_ => CometJson.TxResult(
            reply.Result.GetProperty("tx_result"), hash, CometJson.Long(reply.Result, "height")));
        _heights.Block(found.Height);
        return found;
    }

    /// <summary>NotFound when the node does not have the results (yet, or any more).</summary>
    public Task<BlockResults> BlockResultsAsync(long height, CancellationToken cancellationToken) =>
        LongAsync("block_results", height, body => new BlockResults(
            LongJson.Number(body, ["result", "height"]),
            LongJson.List(body, ["result", "finalize_block_events"], CometJson.Event) ?? [],
            LongJson.List(body, ["result", "txs_results"], _ => true)?.Count ?? 0), cancellationToken);

    /// <summary>Every transaction of a block in order. The results do not name them, the block's bytes do.</summary>
    public async Task<IReadOnlyList<TxResponse>> TransactionsAsync(long height, CancellationToken cancellationToken)
    {
        var hashes = LongAsync("block", height, body => LongJson.List(
            body, ["result", "block", "data", "txs"],
            bytes => Convert.ToHexString(SHA256.HashData(bytes.GetBytesFromBase64()))) ?? [], cancellationToken);
        var outcomes = LongAsync("block_results", height, body => LongJson.List(
            body, ["result", "txs_results"], outcome => CometJson.TxResult(outcome, "", height)) ?? [],
            cancellationToken);
        await Task.WhenAll(hashes, outcomes);
        var (named, results) = (await hashes, await outcomes);
        if (named.Count != results.Count)
        {
            throw new ChainException(ChainFault.BadReply, $"transactions of block {height}", url,
                $"{named.Count} transactions have {results.Count} results");
        }

        foreach (var (hash, result) in named.Zip(results))
        {
            result.Txhash = hash;
        }

        return results;
    }

    private static object Parameters(ReadOnlyMemory<byte> transaction) =>
        new { tx = Convert.ToBase64String(transaction.Span) };

    private static TxResponse? CheckOrNothing(JsonRpcReply reply)
    {
        try
        {
            return CheckOf(reply);
        }
        catch (ChainException)
        {
            // One call's fault must not hide what became of the others.
            return null;
        }
    }

    private static TxResponse CheckOf(JsonRpcReply reply)
    {
        if (reply.Error is { } error && CometErrors.MempoolCode(error) is { } code)
        {
            return new TxResponse { Codespace = "sdk", Code = code, RawLog = error.Text };
        }

        CometErrors.ThrowIfError(reply);
        return reply.Http.Read(_ => new TxResponse
        {
            Txhash = CometJson.Text(reply.Result, "hash"),
            Codespace = CometJson.Text(reply.Result, "codespace"),
            Code = CometJson.Code(reply.Result),
            RawLog = CometJson.Text(reply.Result, "log"),
        });
    }

    private Task<T> LongAsync<T>(
        string method, long height, Func<byte[], T> read, CancellationToken cancellationToken) =>
        _rpc.LongAsync(
            new JsonRpcCall(method, new { height = height.ToString(CultureInfo.InvariantCulture) }), read,
            CometErrors.ThrowIfError, $"{method} {height}", cancellationToken);

    private async Task<JsonRpcReply> ResultAsync(
        string method, object parameters, string operation, CancellationToken cancellationToken)
    {
        var reply = await _rpc.CallAsync(method, parameters, operation, cancellationToken);
        CometErrors.ThrowIfError(reply);
        return reply;
    }
}
