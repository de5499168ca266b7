using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Outpost.Chains;
using Outpost.Chains.Evm;
using Outpost.Sdk.Evm;

namespace Outpost.Node.Snapshots;

/// <summary>
/// What an epoch's processors read of a chain, as one document of JSON: kept while it is read, and read again later
/// without any node, with the same bytes as result.
/// </summary>
public sealed class ChainRecording : ISourceChain
{
    private readonly ISourceChain? _live;
    private readonly SortedDictionary<long, EvmHeader> _headers = [];
    private readonly SortedDictionary<(long Block, int Index), EvmLog> _logs = [];
    private readonly SortedDictionary<CallKey, CallResult> _calls = [];

    private ChainRecording(long chainId, ISourceChain? live) => (ChainId, _live) = (chainId, live);

    public long ChainId { get; }

    /// <summary>Reads the chain, and keeps what it says.</summary>
    public static ChainRecording Of(ISourceChain chain) => new(chain.ChainId, chain);

    /// <summary>Reads a document that <see cref="Write"/> wrote.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static ChainRecording Read(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            var recording = new ChainRecording(root.GetProperty("chainId").GetInt64(), null);
            foreach (var header in root.GetProperty("headers").EnumerateArray())
            {
                recording.Keep(new EvmHeader(
                    header.GetProperty("number").GetInt64(), Hash(header, "hash"), Hash(header, "parentHash"),
                    header.GetProperty("timestamp").GetInt64()));
            }

            foreach (var log in root.GetProperty("logs").EnumerateArray())
            {
                recording.Keep(new EvmLog(
                    EvmAddress.Parse(log.GetProperty("address").GetString()!),
                    [.. log.GetProperty("topics").EnumerateArray().Select(topic => Hash32.Parse(topic.GetString()!))],
                    Bytes(log, "data"), log.GetProperty("blockNumber").GetInt64(), Hash(log, "blockHash"),
                    Hash(log, "transactionHash"), log.GetProperty("transactionIndex").GetInt32(),
                    log.GetProperty("logIndex").GetInt32()));
            }

            foreach (var call in root.GetProperty("calls").EnumerateArray())
            {
                var key = new CallKey(
                    call.GetProperty("block").GetInt64(), EvmAddress.Parse(call.GetProperty("to").GetString()!),
                    call.GetProperty("data").GetString()!);
                recording._calls[key] = call.TryGetProperty("returned", out _)
                    ? new CallResult.Returned(Bytes(call, "returned"))
                    : new CallResult.Reverted(Bytes(call, "reverted"), "reverted, by the recording");
            }

            return recording;
        }
        catch (Exception fault) when (fault is JsonException or KeyNotFoundException or InvalidOperationException
            or ArgumentNullException)
        {
            throw new FormatException($"That is no recording of a chain: {fault.Message}", fault);
        }
    }

    public async Task<IReadOnlyList<EvmHeader>> HeadersAsync(long first, long last, CancellationToken cancellationToken)
    {
        if (_live is not null)
        {
            var read = await _live.HeadersAsync(first, last, cancellationToken);
            foreach (var header in read)
            {
                Keep(header);
            }

            return read;
        }

        return [.. Enumerable.Range(0, checked((int)(last - first + 1))).Select(offset =>
            _headers.TryGetValue(first + offset, out var header) ? header : throw Missing($"block {first + offset}"))];
    }

    public async Task<IReadOnlyList<EvmLog>> LogsAsync(
        LogFilter filter, IReadOnlyList<EvmHeader> blocks, CancellationToken cancellationToken)
    {
        if (_live is not null)
        {
            var read = await _live.LogsAsync(filter, blocks, cancellationToken);
            foreach (var log in read)
            {
                Keep(log);
            }

            return read;
        }

        return [.. _logs.Values.Where(log => log.BlockNumber >= blocks[0].Number && log.BlockNumber <= blocks[^1].Number
            && filter.Addresses.Contains(log.Address) && filter.Topics[0].Contains(log.Topics[0]))];
    }

    public async Task<IReadOnlyList<CallResult>> CallsAsync(
        IReadOnlyList<(EvmCall Call, EvmHeader Block)> calls, CancellationToken cancellationToken)
    {
        var keys = calls.Select(one => CallKey.Of(one.Call, one.Block.Number)).ToArray();
        if (_live is not null)
        {
            var read = await _live.CallsAsync(calls, cancellationToken);
            foreach (var (key, result) in keys.Zip(read))
            {
                _calls[key] = result;
            }

            return read;
        }

        return [.. keys.Select(key => _calls.TryGetValue(key, out var result)
            ? result
            : throw Missing($"the call of {key.To} at block {key.Block}"))];
    }

    /// <summary>The document, the same for the same reads in whatever order.</summary>
    public JsonObject Write() => new()
    {
        ["chainId"] = ChainId,
        ["headers"] = new JsonArray([.. _headers.Values.Select(header => (JsonNode)new JsonObject
        {
            ["number"] = header.Number,
            ["hash"] = header.Hash.ToString(),
            ["parentHash"] = header.ParentHash.ToString(),
            ["timestamp"] = header.Timestamp,
        })]),
        ["logs"] = new JsonArray([.. _logs.Values.Select(log => (JsonNode)new JsonObject
        {
            ["address"] = log.Address.Hex,
            ["topics"] = new JsonArray([.. log.Topics.Select(topic => (JsonNode)topic.ToString())]),
            ["data"] = HexText.Of(log.Data.Span),
            ["blockNumber"] = log.BlockNumber,
            ["blockHash"] = log.BlockHash.ToString(),
            ["transactionHash"] = log.TransactionHash.ToString(),
            ["transactionIndex"] = log.TransactionIndex,
            ["logIndex"] = log.Index,
        })]),
        ["calls"] = new JsonArray([.. _calls.Select(call => (JsonNode)new JsonObject
        {
            ["block"] = call.Key.Block,
            ["to"] = call.Key.To.Hex,
            ["data"] = call.Key.Data,
            [call.Value is CallResult.Returned ? "returned" : "reverted"] = HexText.Of(call.Value switch
            {
                CallResult.Returned returned => returned.Data.Span,
                CallResult.Reverted reverted => reverted.Data.Span,
                _ => default,
            }),
        })]),
    };

    private void Keep(EvmHeader header) => _headers[header.Number] = header;

    private void Keep(EvmLog log) => _logs[(log.BlockNumber, log.Index)] = log;

    private static Hash32 Hash(JsonElement element, string name) =>
        Hash32.Parse(element.GetProperty(name).GetString()!);

    private static byte[] Bytes(JsonElement element, string name)
    {
        var text = element.GetProperty(name).GetString()!;
        var bytes = new byte[Math.Max(0, (text.Length / 2) - 1)];
        HexText.Fill(text, bytes);
        return bytes;
    }

    private static ChainException Missing(string what) => new(
        ChainFault.NotFound, "recording", null,
        string.Create(CultureInfo.InvariantCulture, $"it does not hold {what}: was it made by other projects?"));
}
