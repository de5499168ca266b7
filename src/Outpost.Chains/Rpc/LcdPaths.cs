using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Outpost.Chains.Rpc;

/// <summary>One request of the REST gateway.</summary>
internal sealed record LcdCall(HttpMethod Verb, string Path, byte[]? Body);

/// <summary>
/// The table from gRPC methods to REST paths (google.api.http options in the chain's protos). Fields that the path
/// does not name go into the query, as the gateway reads them.
/// </summary>
internal static partial class LcdPaths
{
    private static readonly FrozenDictionary<string, string> Cosmos = new Dictionary<string, string>
    {
        ["/cosmos.auth.v1beta1.Query/Account"] = "/cosmos/auth/v1beta1/accounts/{address}",
        ["/cosmos.auth.v1beta1.Query/AccountInfo"] = "/cosmos/auth/v1beta1/account_info/{address}",
        ["/cosmos.bank.v1beta1.Query/Balance"] = "/cosmos/bank/v1beta1/balances/{address}/by_denom",
        ["/cosmos.tx.v1beta1.Service/Simulate"] = "POST /cosmos/tx/v1beta1/simulate",
        ["/cosmos.tx.v1beta1.Service/BroadcastTx"] = "POST /cosmos/tx/v1beta1/txs",
        ["/cosmos.tx.v1beta1.Service/GetTx"] = "/cosmos/tx/v1beta1/txs/{hash}",
        ["/cosmos.base.tendermint.v1beta1.Service/GetLatestBlock"] =
            "/cosmos/base/tendermint/v1beta1/blocks/latest",
        ["/cosmos.base.tendermint.v1beta1.Service/GetBlockByHeight"] =
            "/cosmos/base/tendermint/v1beta1/blocks/{height}",
        ["/cosmos.base.tendermint.v1beta1.Service/GetNodeInfo"] = "/cosmos/base/tendermint/v1beta1/node_info",
        ["/cosmos.base.tendermint.v1beta1.Service/GetSyncing"] = "/cosmos/base/tendermint/v1beta1/syncing",
        ["/cosmos.base.node.v1beta1.Service/Config"] = "/cosmos/base/node/v1beta1/config",
        ["/feemarket.feemarket.v1.Query/GasPrice"] = "/feemarket/v1/gas_price/{denom}",
        ["/feemarket.feemarket.v1.Query/GasPrices"] = "/feemarket/v1/gas_prices",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    // Under /emissions/v{N}/, for every version.
    private static readonly FrozenDictionary<string, string> Emissions = new Dictionary<string, string>
    {
        ["GetParams"] = "params",
        ["GetNextTopicId"] = "next_topic_id",
        ["GetTopic"] = "topics/{topic_id}",
        ["TopicExists"] = "topic_exists/{topic_id}",
        ["IsTopicActive"] = "is_topic_active/{topic_id}",
        ["GetNextChurningBlockByTopicId"] = "next_churning_block_by_topic_id/{topic_id}",
        ["GetUnfulfilledWorkerNonces"] = "unfulfilled_worker_nonces/{topic_id}",
        ["GetUnfulfilledReputerNonces"] = "unfulfilled_reputer_nonces/{topic_id}",
        ["GetWorkerSubmissionWindowStatus"] = "worker_submission_window_status/{topic_id}",
        ["GetReputerSubmissionWindowStatus"] = "reputer_submission_window_status/{topic_id}",
        ["IsWorkerNonceUnfulfilled"] = "is_worker_nonce_unfulfilled/{topic_id}/{block_height}",
        ["IsWorkerRegisteredInTopicId"] = "worker_registered/{topic_id}/{address}",
        ["IsReputerRegisteredInTopicId"] = "reputer_registered/{topic_id}/{address}",
        ["CanSubmitWorkerPayload"] = "can_submit_worker_payload/{topic_id}/{address}",
        ["CanSubmitReputerPayload"] = "can_submit_reputer_payload/{topic_id}/{address}",
        ["IsTopicWorkerWhitelistEnabled"] = "is_topic_worker_whitelist_enabled/{topic_id}",
        ["IsWhitelistedTopicWorker"] = "is_whitelisted_topic_worker/{topic_id}/{address}",
        ["GetInferencesAtBlock"] = "inferences/{topic_id}/{block_height}",
        ["GetWorkerLatestInputInferenceByTopicId"] =
            "topics/{topic_id}/workers/{worker_address}/latest_input_inference",
        ["GetWorkerLatestInferenceByTopicId"] = "topics/{topic_id}/workers/{worker_address}/latest_inference",
        ["GetOpenReputerSubmissionWindows"] = "open_reputer_submission_windows/{topic_id}",
        ["IsReputerNonceUnfulfilled"] = "is_reputer_nonce_unfulfilled/{topic_id}/{block_height}",
        ["IsTopicReputerWhitelistEnabled"] = "is_topic_reputer_whitelist_enabled/{topic_id}",
        ["IsWhitelistedTopicReputer"] = "is_whitelisted_topic_reputer/{topic_id}/{address}",
        ["GetStakeReputerAuthority"] = "stake_reputer_authority/{topic_id}/{reputer}",
        ["GetStakeFromReputerInTopicInSelf"] = "reputer_stake_self/{reputer_address}/{topic_id}",
        ["GetForecastsAtBlock"] = "forecasts/{topic_id}/{block_height}",
        ["GetNetworkInferencesAtBlock"] = "network_inferences/{topic_id}/last_inference/{block_height_last_inference}",
        ["GetLatestNetworkInferences"] = "latest_network_inferences/{topic_id}",
        ["GetReputerLossBundlesAtBlock"] = "reputer_loss_bundles/{topic_id}/{block_height}",
        ["GetNetworkLossBundleAtBlock"] = "network_loss/{topic_id}/{block_height}",
        ["GetTopicRewardNonce"] = "topic_reward_nonce/{topic_id}",
        ["GetWorkerInferenceScoresAtBlock"] = "worker_inference_scores_at_block/{topic_id}/{block_height}",
        ["GetWorkerForecastScoresAtBlock"] = "worker_forecast_scores_at_block/{topic_id}/{block_height}",
        ["GetReputersScoresAtBlock"] = "reputers_scores_at_block/{topic_id}/{block_height}",
        ["GetInfererScoreEma"] = "inferer_score_ema/{topic_id}/{inferer}",
        ["GetForecasterScoreEma"] = "forecaster_score_ema/{topic_id}/{forecaster}",
        ["GetReputerScoreEma"] = "reputer_score_ema/{topic_id}/{reputer}",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Null for a method that stands in no row.</summary>
    public static LcdCall? Find(string method, IMessage request)
    {
        if (Template(method) is not { } template)
        {
            return null;
        }

        const string post = "POST ";
        if (template.StartsWith(post, StringComparison.Ordinal))
        {
            var body = Encoding.UTF8.GetBytes(new JsonFormatter(
                JsonFormatter.Settings.Default.WithPreserveProtoFieldNames(true)).Format(request));
            return new LcdCall(HttpMethod.Post, template[post.Length..], body);
        }

        var inQuery = request.Descriptor.Fields.InFieldNumberOrder().ToList();
        var path = Placeholder().Replace(template, match =>
        {
            var field = request.Descriptor.FindFieldByName(match.Groups["name"].Value)
                ?? throw new ArgumentException($"{request.Descriptor.FullName} has no {match.Value}.", nameof(request));
            inQuery.Remove(field);
            return Escaped(field, request);
        });
        var query = string.Join('&', inQuery.Select(field => $"{field.Name}={Escaped(field, request)}"));
        return new LcdCall(HttpMethod.Get, query.Length == 0 ? path : $"{path}?{query}", null);
    }

    private static string? Template(string method)
    {
        if (Cosmos.TryGetValue(method, out var template))
        {
            return template;
        }

        return EmissionsMethod().Match(method) is { Success: true } match
            && Emissions.TryGetValue(match.Groups["method"].Value, out var path)
            ? $"/emissions/{match.Groups["version"].Value}/{path}"
            : null;
    }

    private static string Escaped(FieldDescriptor field, IMessage request) =>
        Uri.EscapeDataString(Convert.ToString(field.Accessor.GetValue(request), CultureInfo.InvariantCulture) ?? "");

    [GeneratedRegex(@"^/emissions\.(?<version>v\d+)\.QueryService/(?<method>\w+)$", RegexOptions.ExplicitCapture)]
    private static partial Regex EmissionsMethod();

    [GeneratedRegex(@"\{(?<name>\w+)\}", RegexOptions.ExplicitCapture)]
    private static partial Regex Placeholder();
}
