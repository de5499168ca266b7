using System.Globalization;
using System.Text.Json.Nodes;
using Outpost.Chains.Wire.Tendermint.Abci;
using Outpost.Devnet.Blocks;
using Outpost.Devnet.Wire;

namespace Outpost.Devnet.Rpc;

/// <summary>
/// CometBFT 0.38's JSON: 64-bit numbers as text, 32-bit ones bare, hashes upper-case hex, bytes base64.
/// </summary>
internal static class CometJson
{
    private const string NoTime = "0001-01-01T00:00:00Z";

    public static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>RFC 3339 with nanoseconds.</summary>
    public static string Time(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'00Z'", CultureInfo.InvariantCulture);

    public static JsonObject BlockId(byte[] hash) => new()
    {
        ["hash"] = Convert.ToHexString(hash),
        ["parts"] = new JsonObject { ["total"] = hash.Length == 0 ? 0 : 1, ["hash"] = Convert.ToHexString(hash) },
    };

    public static JsonObject Header(Block block, DevnetOptions options)
    {
        var validators = Convert.ToHexString(NodeIdentity.ValidatorKey(options.Seed));
        var nothing = Convert.ToHexString(Merkle.Root([]));
        return new()
        {
            ["version"] = new JsonObject { ["block"] = "11" },
            ["chain_id"] = options.ChainId,
            ["height"] = Number(block.Height),
            ["time"] = Time(block.Time),
            ["last_block_id"] = BlockId(block.LastBlockHash),
            ["last_commit_hash"] = nothing,
            ["data_hash"] = Convert.ToHexString(block.DataHash),
            ["validators_hash"] = validators,
            ["next_validators_hash"] = validators,
            ["consensus_hash"] = nothing,
            ["app_hash"] = Convert.ToHexString(block.AppHash),
            ["last_results_hash"] = nothing,
            ["evidence_hash"] = nothing,
            ["proposer_address"] = NodeIdentity.ValidatorAddress(options.Seed),
        };
    }

    public static JsonObject Block(Block block, DevnetOptions options) => new()
    {
        ["header"] = Header(block, options),
        ["data"] = new JsonObject
        {
            ["txs"] = new JsonArray(
                [.. block.Transactions.Select(item => (JsonNode)Convert.ToBase64String(item.Bytes))]),
        },
        ["evidence"] = new JsonObject { ["evidence"] = new JsonArray() },
        ["last_commit"] = new JsonObject
        {
            ["height"] = Number(block.Height - 1),
            ["round"] = 0,
            ["block_id"] = BlockId(block.LastBlockHash),
            ["signatures"] = block.Height == 1 ? new JsonArray() : new JsonArray(new JsonObject
            {
                ["block_id_flag"] = 2,
                ["validator_address"] = NodeIdentity.ValidatorAddress(options.Seed),
                ["timestamp"] = Time(block.Time),
                ["signature"] = Convert.ToBase64String(new byte[64]),
            }),
        },
    };

    public static JsonArray Events(IEnumerable<Event> events) => new([.. events.Select(item => (JsonNode)new JsonObject
    {
        ["type"] = item.Type,
        ["attributes"] = new JsonArray([.. item.Attributes.Select(attribute => (JsonNode)new JsonObject
        {
            ["key"] = attribute.Key,
            ["value"] = attribute.Value,
            ["index"] = attribute.Index,
        })]),
    })]);

    public static JsonObject ExecResult(TxResult result) => new()
    {
        ["code"] = result.Code,
        ["data"] = result.Responses.Count == 0 ? null : Convert.ToBase64String(result.Data),
        ["log"] = result.Log,
        ["info"] = "",
        ["gas_wanted"] = Number(result.GasWanted),
        ["gas_used"] = Number(result.GasUsed),
        ["events"] = Events(result.Events),
        ["codespace"] = result.Codespace,
    };

    public static JsonObject Transaction(DeliveredTx item) => new()
    {
        ["hash"] = item.Hash,
        ["height"] = Number(item.Height),
        ["index"] = item.Index,
        ["tx_result"] = ExecResult(item.Result),
        ["tx"] = Convert.ToBase64String(item.Bytes),
    };

    public static JsonObject BlockResults(Block block) => new()
    {
        ["height"] = Number(block.Height),
        ["txs_results"] = block.Transactions.Count == 0
            ? null
            : new JsonArray([.. block.Transactions.Select(item => (JsonNode)ExecResult(item.Result))]),
        ["finalize_block_events"] = Events(block.Events),
        ["validator_updates"] = null,
        ["consensus_param_updates"] = null,
        ["app_hash"] = Convert.ToBase64String(block.AppHash),
    };

    public static JsonObject Status(ChainView view)
    {
        var (latest, earliest, options) = (view.Latest, view.Find(view.LowestHeight), view.Options);
        return new()
        {
            ["node_info"] = new JsonObject
            {
                ["protocol_version"] = new JsonObject { ["p2p"] = "8", ["block"] = "11", ["app"] = "0" },
                ["id"] = NodeIdentity.NodeId(options.Seed),
                ["listen_addr"] = "tcp://0.0.0.0:26656",
                ["network"] = view.ChainId,
                ["version"] = NodeIdentity.CometVersion,
                ["channels"] = "40202122233038606100",
                ["moniker"] = "outpost-devnet",
                ["other"] = new JsonObject { ["tx_index"] = "on", ["rpc_address"] = "tcp://127.0.0.1:26657" },
            },
            ["sync_info"] = new JsonObject
            {
                ["latest_block_hash"] = Convert.ToHexString(latest?.Hash ?? []),
                ["latest_app_hash"] = Convert.ToHexString(latest?.AppHash ?? []),
                ["latest_block_height"] = Number(view.ClaimedHeight),
                ["latest_block_time"] = latest is null ? NoTime : Time(latest.Time),
                ["earliest_block_hash"] = Convert.ToHexString(earliest?.Hash ?? []),
                ["earliest_app_hash"] = Convert.ToHexString(earliest?.AppHash ?? []),
                ["earliest_block_height"] = Number(earliest?.Height ?? 0),
                ["earliest_block_time"] = earliest is null ? NoTime : Time(earliest.Time),
                ["catching_up"] = view.IsSyncing,
            },
            ["validator_info"] = Validator(options),
        };
    }

    public static JsonObject Validator(DevnetOptions options) => new()
    {
        ["address"] = NodeIdentity.ValidatorAddress(options.Seed),
        ["pub_key"] = new JsonObject
        {
            ["type"] = "tendermint/PubKeyEd25519",
            ["value"] = Convert.ToBase64String(NodeIdentity.ValidatorKey(options.Seed)),
        },
        ["voting_power"] = "1",
    };
}
