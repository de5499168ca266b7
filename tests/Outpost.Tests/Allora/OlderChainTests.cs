using Microsoft.Extensions.Logging.Abstractions;
using Outpost.Chains;
using Outpost.Chains.Allora;
using Outpost.Chains.Cosmos;
using Outpost.Tests.Rpc;

namespace Outpost.Tests.Allora;

/// <summary>A chain before v0.12.2: emissions v9, and no query that tells of a window in one answer.</summary>
public sealed class OlderChainTests
{
    private readonly Dictionary<string, string> _answers = new(StringComparer.Ordinal)
    {
        ["/cosmos/base/tendermint/v1beta1/blocks/latest"] = """
            {"block":{"header":{"chain_id":"old-1","height":"106","time":"2025-12-19T00:54:35.859142620Z"}}}
            """,
        ["/cosmos/base/tendermint/v1beta1/syncing"] = """{"syncing":false}""",
        ["/emissions/v9/params"] = """{"params":{"version":"v2","registration_fee":"50000000"}}""",
        ["/emissions/v9/topics/1"] = """
            {"topic":{"id":"1","epoch_last_ended":"100","epoch_length":"120","worker_submission_window":"12"}}
            """,
        ["/emissions/v9/unfulfilled_worker_nonces/1"] =
            """{"nonces":{"nonces":[{"block_height":"100"},{"block_height":"80"}]}}""",
        ["/emissions/v9/worker_registered/1/allo1x"] = """{"is_registered":true}""",
        ["/emissions/v9/can_submit_worker_payload/1/allo1x"] = """{"can_submit_worker_payload":false}""",
        ["/emissions/v9/is_topic_active/1"] = """{"is_active":true}""",
    };

    [Fact]
    public async Task The_window_is_put_together_from_the_older_queries()
    {
        var asked = new List<string>();
        await using var client = Client(asked);
        var allora = new AlloraClient(client);

        var window = await allora.WorkerWindowAsync(new TopicId(1), "allo1x", TestContext.Current.CancellationToken);
        await allora.WorkerWindowAsync(new TopicId(1), "allo1x", TestContext.Current.CancellationToken);

        Assert.Equal(new WorkerWindow(true, new(100), new(112), new(220), true, false, true), window);
        Assert.Equal(1, asked.Count(path => path.Contains("submission_window_status", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Reputer_windows_are_computed_from_what_is_unfulfilled()
    {
        // At the first block of one window, which is the block after the last of the one before.
        _answers["/cosmos/base/tendermint/v1beta1/blocks/latest"] =
            _answers["/cosmos/base/tendermint/v1beta1/blocks/latest"].Replace("106", "112", StringComparison.Ordinal);
        _answers["/emissions/v9/topics/1"] = """
            {"topic":{"id":"1","epoch_last_ended":"112","epoch_length":"12","ground_truth_lag":"18"}}
            """;
        _answers["/emissions/v9/unfulfilled_reputer_nonces/1"] =
            """
            {"nonces":{"nonces":[{"reputer_nonce":{"block_height":"112"}},{"reputer_nonce":{"block_height":"100"}},
            {"reputer_nonce":{"block_height":"88"}},{"reputer_nonce":{"block_height":"76"}}]}}
            """;
        var asked = new List<string>();
        await using var client = Client(asked);
        var allora = new AlloraClient(client);
        var stop = TestContext.Current.CancellationToken;
        var topic = (await allora.TopicAsync(new TopicId(1), stop))!;

        var open = await allora.Reputers.OpenAsync(topic, stop);
        await allora.Reputers.OpenAsync(topic, stop);

        Assert.Equal([new ReputerNonce(new(88), new(112), new(124))], open);
        Assert.InRange(asked.Count(path => path.Contains("open_reputer", StringComparison.Ordinal)), 0, 1);
    }

    [Fact]
    public async Task Without_a_nonce_the_window_is_closed()
    {
        _answers["/emissions/v9/unfulfilled_worker_nonces/1"] = """{"nonces":{"nonces":[]}}""";
        await using var client = Client([]);

        var window = await new AlloraClient(client).WorkerWindowAsync(
            new TopicId(1), "allo1x", TestContext.Current.CancellationToken);

        Assert.Equal((false, new Height(220)), (window.IsOpen, window.NextOpensAt));
    }

    [Fact]
    public async Task A_chain_without_the_emissions_module_is_no_allora_chain()
    {
        _answers.Remove("/emissions/v9/params");
        await using var client = Client([]);

        var fault = await Assert.ThrowsAsync<ChainException>(
            () => new AlloraClient(client).VersionAsync(TestContext.Current.CancellationToken));

        Assert.Equal(ChainFault.UnknownPath, fault.Fault);
        Assert.Contains("it is no Allora chain", fault.Message, StringComparison.Ordinal);
    }

    private CosmosClient Client(List<string> asked) => new(
        new CosmosOptions { Endpoints = [new EndpointOptions(EndpointKind.Lcd, new Uri("http://old.test"))] },
        new CannedNetwork(request =>
        {
            var path = request.RequestUri!.AbsolutePath;
            asked.Add(path);
            return _answers.TryGetValue(path, out var answer)
                ? CannedNetwork.Json(200, answer)
                : CannedNetwork.Json(501, """{"code":12,"message":"Not Implemented","details":[]}""");
        }),
        TimeProvider.System, new Random(7), NullLoggerFactory.Instance);
}
