namespace Outpost.Devnet.Gateways;

/// <summary>One REST path and the gRPC method behind it; braces name request fields.</summary>
internal sealed record LcdRoute(string Method, string[] Segments, string GrpcMethod);

/// <summary>The REST paths of the chain (google.api.http options of the modules' query services).</summary>
internal static class LcdRoutes
{
    private const string Auth = "/cosmos.auth.v1beta1.Query/";
    private const string Tendermint = "/cosmos.base.tendermint.v1beta1.Service/";
    private const string Tx = "/cosmos.tx.v1beta1.Service/";
    private const string FeeMarket = "/feemarket.feemarket.v1.Query/";

    private static readonly (string Path, string GrpcMethod)[] Cosmos =
    [
        ("GET cosmos/auth/v1beta1/accounts/{address}", $"{Auth}Account"),
        ("GET cosmos/auth/v1beta1/account_info/{address}", $"{Auth}AccountInfo"),
        ("GET cosmos/bank/v1beta1/balances/{address}/by_denom", "/cosmos.bank.v1beta1.Query/Balance"),
        ("GET cosmos/base/node/v1beta1/config", "/cosmos.base.node.v1beta1.Service/Config"),
        ("GET cosmos/base/tendermint/v1beta1/blocks/latest", $"{Tendermint}GetLatestBlock"),
        ("GET cosmos/base/tendermint/v1beta1/blocks/{height}", $"{Tendermint}GetBlockByHeight"),
        ("GET cosmos/base/tendermint/v1beta1/node_info", $"{Tendermint}GetNodeInfo"),
        ("GET cosmos/base/tendermint/v1beta1/syncing", $"{Tendermint}GetSyncing"),
        ("GET feemarket/v1/gas_price/{denom}", $"{FeeMarket}GasPrice"),
        ("GET feemarket/v1/gas_prices", $"{FeeMarket}GasPrices"),
        ("POST cosmos/tx/v1beta1/simulate", $"{Tx}Simulate"),
        ("POST cosmos/tx/v1beta1/txs", $"{Tx}BroadcastTx"),
        ("GET cosmos/tx/v1beta1/txs/{hash}", $"{Tx}GetTx"),
    ];

    /// <summary>Below /emissions/vN; the running version stands in the path and in the method.</summary>
    private static readonly (string Path, string GrpcMethod)[] Emissions =
    [
        ("GET params", "GetParams"),
        ("GET next_topic_id", "GetNextTopicId"),
        ("GET topics/{topic_id}", "GetTopic"),
        ("GET topic_exists/{topic_id}", "TopicExists"),
        ("GET is_topic_active/{topic_id}", "IsTopicActive"),
        ("GET next_churning_block_by_topic_id/{topic_id}", "GetNextChurningBlockByTopicId"),
        ("GET unfulfilled_worker_nonces/{topic_id}", "GetUnfulfilledWorkerNonces"),
        ("GET open_worker_submission_windows/{topic_id}", "GetOpenWorkerSubmissionWindows"),
        ("GET unfulfilled_reputer_nonces/{topic_id}", "GetUnfulfilledReputerNonces"),
        ("GET worker_submission_window_status/{topic_id}", "GetWorkerSubmissionWindowStatus"),
        ("GET is_worker_nonce_unfulfilled/{topic_id}/{block_height}", "IsWorkerNonceUnfulfilled"),
        ("GET worker_registered/{topic_id}/{address}", "IsWorkerRegisteredInTopicId"),
        ("GET can_submit_worker_payload/{topic_id}/{address}", "CanSubmitWorkerPayload"),
        ("GET is_topic_worker_whitelist_enabled/{topic_id}", "IsTopicWorkerWhitelistEnabled"),
        ("GET is_whitelisted_topic_worker/{topic_id}/{address}", "IsWhitelistedTopicWorker"),
        ("GET inferences/{topic_id}/{block_height}", "GetInferencesAtBlock"),
        ("GET open_reputer_submission_windows/{topic_id}", "GetOpenReputerSubmissionWindows"),
        ("GET reputer_submission_window_status/{topic_id}", "GetReputerSubmissionWindowStatus"),
        ("GET is_reputer_nonce_unfulfilled/{topic_id}/{block_height}", "IsReputerNonceUnfulfilled"),
        ("GET reputer_registered/{topic_id}/{address}", "IsReputerRegisteredInTopicId"),
        ("GET can_submit_reputer_payload/{topic_id}/{address}", "CanSubmitReputerPayload"),
        ("GET is_topic_reputer_whitelist_enabled/{topic_id}", "IsTopicReputerWhitelistEnabled"),
        ("GET is_whitelisted_topic_reputer/{topic_id}/{address}", "IsWhitelistedTopicReputer"),
        ("GET stake_reputer_authority/{topic_id}/{reputer}", "GetStakeReputerAuthority"),
        ("GET reputer_stake_self/{reputer_address}/{topic_id}", "GetStakeFromReputerInTopicInSelf"),
        ("GET stake/{topic_id}", "GetTopicStake"),
        ("GET forecasts/{topic_id}/{block_height}", "GetForecastsAtBlock"),
        ("GET network_inferences/{topic_id}/last_inference/{block_height_last_inference}",
            "GetNetworkInferencesAtBlock"),
        ("GET latest_network_inferences/{topic_id}", "GetLatestNetworkInferences"),
        ("GET reputer_loss_bundles/{topic_id}/{block_height}", "GetReputerLossBundlesAtBlock"),
        ("GET network_loss/{topic_id}/{block_height}", "GetNetworkLossBundleAtBlock"),
        ("GET topic_reward_nonce/{topic_id}", "GetTopicRewardNonce"),
        ("GET worker_inference_scores_at_block/{topic_id}/{block_height}", "GetWorkerInferenceScoresAtBlock"),
        ("GET worker_forecast_scores_at_block/{topic_id}/{block_height}", "GetWorkerForecastScoresAtBlock"),
        ("GET reputers_scores_at_block/{topic_id}/{block_height}", "GetReputersScoresAtBlock"),
        ("GET inferer_score_ema/{topic_id}/{inferer}", "GetInfererScoreEma"),
        ("GET forecaster_score_ema/{topic_id}/{forecaster}", "GetForecasterScoreEma"),
        ("GET reputer_score_ema/{topic_id}/{reputer}", "GetReputerScoreEma"),
    ];

    public static IReadOnlyList<LcdRoute> Of(int version) =>
    [
        .. Cosmos.Select(route => Route(route.Path, "", route.GrpcMethod)),
        .. Emissions.Select(route => Route(
            route.Path, $"emissions/v{version}/", $"/emissions.v{version}.QueryService/{route.GrpcMethod}")),
    ];

    private static LcdRoute Route(string path, string prefix, string grpcMethod)
    {
        var space = path.IndexOf(' ', StringComparison.Ordinal);
        return new(path[..space], $"{prefix}{path[(space + 1)..]}".Split('/'), grpcMethod);
    }
}
