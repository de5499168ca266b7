using System.Text;
using Outpost.App;
using Outpost.App.Settings;
using Outpost.Node.Snapshots;
using Outpost.Sdk.Evm;
using Outpost.Tests.App;

namespace Outpost.Tests.Settings;

/// <summary>The section "snapshots", and settings.json of Pooler with its projects.json.</summary>
public sealed class SnapshotSettingsTests : IDisposable
{
    private const string Pair = "0xb4e16d0168e52d35cacd2c6185b44281ec28c9dc";

    private readonly string _folder = Directory.CreateTempSubdirectory("pooler-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Files_of_Pooler_are_read_as_they_are()
    {
        WriteProjects("PairTotalReservesProcessor", "TradeVolumeProcessor");
        WriteAggregates();
        var result = Read(PoolerSettings.Replace(
            "\"chain_id\": 1,", "\"chain_id\": 1, \"aggregator_config_path\": \"pooler/static/aggregator.json\",", StringComparison.Ordinal));

        Assert.Empty(result.Problems);
        var configuration = result.Configuration!;
        Assert.Equal(ConfigurationFormat.Pooler, configuration.Format);
        Assert.False(configuration.ServesTopics);
        var (options, projects, aggregates, name) = configuration.Snapshots!;
        Assert.Equal("UNISWAPV2-ph15-prod", name);
        Assert.Equal(1, options.Chain.ChainId);
        Assert.Equal(14_353_601, options.Chain.MulticallFrom);
        Assert.Equal(["https://a.example/", "https://archive.example/"], options.Chain.Endpoints.Select(one => one.Url.ToString()));
        Assert.Equal("10000000/day;2000/minute;100/second", options.Chain.Endpoints[0].Limit!.Text);
        Assert.Equal(20, options.Chain.Endpoints[1].RequestsPerSecond);
        Assert.Equal(TimeSpan.FromSeconds(5), options.Chain.AttemptTimeout);
        Assert.Equal("https://consensus.example/", options.Consensus!.Url.ToString());
        Assert.Equal(("secret-uuid", "/currentEpoch", TimeSpan.FromSeconds(15)),
            (options.Consensus.InstanceId, options.Consensus.EpochPath, options.Consensus.PollInterval));
        Assert.Equal(
            [
                ("pairContract_pair_total_reserves", "Outpost.Uniswap.PairTotalReserves"),
                ("pairContract_trade_volume", "Outpost.Uniswap.PairTradeVolume"),
            ],
            projects.Select(project => (project.Type, project.Processor.TypeName!)));
        Assert.Equal(TimeSpan.FromSeconds(2), options.Scale.BlockTime);
        Assert.Equal(
            ["Outpost.Uniswap.Aggregates.TradeVolume24h", "Outpost.Uniswap.Aggregates.TopPairs24h"],
            aggregates.Select(aggregate => aggregate.Processor.TypeName));
        Assert.Equal(new AggregateMembers.EachOf("pairContract_trade_volume"), aggregates[0].Of);
        Assert.Equal(
            [$"aggregate_24h_{Pair}_UNISWAPV2-ph15-prod"], Assert.IsType<AggregateMembers.AllOf>(aggregates[1].Of).Names);
        Assert.All(projects, project => Assert.Equal(EvmAddress.Parse(Pair), Assert.Single(project.Contracts)));
        Assert.Contains(configuration.Notes, note => note.Kind is NoteKind.Ignored && note.Path.Contains("rabbitmq", StringComparison.Ordinal));
    }

    [Fact]
    public void A_class_that_does_not_come_with_the_program_is_refused_with_what_to_write()
    {
        WriteProjects("MoonPhaseProcessor", "TradeVolumeProcessor");
        var problem = Assert.Single(Read(PoolerSettings).Problems);
        Assert.Contains("MoonPhaseProcessor is no processor that comes with Outpost", problem, StringComparison.Ordinal);
        Assert.Contains("ISnapshotProcessor", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_projects_file_is_named() => Assert.Contains(
        "projects_config_path: there is no file pooler/static/projects.json", Read(PoolerSettings).Problems[0], StringComparison.Ordinal);

    [Theory]
    [InlineData("\"chanId\": 1", "snapshots.chanId: unknown key; write \"chainId\"")]
    [InlineData("\"consensus\": \"http://c.example\"", "snapshots.instanceId: is missing; set OUTPOST__SNAPSHOTS__INSTANCEID")]
    [InlineData("\"consensus\": \"c.example\", \"instanceId\": \"x\"", "snapshots.consensus: \"c.example\" is no http(s) URL")]
    [InlineData("\"epochSize\": 0", "snapshots.epochSize: \"0\" is not such a number")]
    public void What_is_wrong_is_said_with_its_key_and_what_to_write(string key, string problem) => Assert.Contains(
        problem, Assert.Single(Read(Native(key)).Problems), StringComparison.Ordinal);

    [Theory]
    [InlineData("\"contracts\": [\"0x12\"]", "contracts: \"0x12\" is not 0x and 40 hex digits")]
    [InlineData("\"contracts\": [\"0xB4e16d0168e52d35cacd2c6185b44281ec28c9dc\"]", "has a wrong checksum")]
    [InlineData("\"contracts\": []", "contracts: is a list")]
    [InlineData("\"contract\": []", "contract: unknown key; write \"contracts\"")]
    public void A_wrong_project_is_said_with_its_place(string key, string problem)
    {
        var problems = Read(Native("", key)).Problems;
        Assert.Contains(problems, one =>
            one.Contains("snapshots.projects[0]", StringComparison.Ordinal) && one.Contains(problem, StringComparison.Ordinal));
    }

    [Fact]
    public void The_documentation_lists_every_setting()
    {
        const string head = "| key | takes | default | meaning |\n|---|---|---|---|\n";
        var path = Repository.File("docs", "snapshots.md");
        var text = File.ReadAllText(path);
        var fresh = new StringBuilder(text[..(text.IndexOf(head, StringComparison.Ordinal) + head.Length)]);
        foreach (var setting in Setting.AllOf(typeof(SnapshotSettings)))
        {
            fresh.Append(setting.Row);
        }

        if (Environment.GetEnvironmentVariable("OUTPOST_UPDATE_DOCS") == "1")
        {
            File.WriteAllText(path, fresh.ToString());
        }

        Assert.True(File.ReadAllText(path) == fresh.ToString(), "docs/snapshots.md is stale: OUTPOST_UPDATE_DOCS=1 ./test -class '*Snapshot*'");
    }

    private const string PoolerSettings = """
        {
          "namespace": "UNISWAPV2-ph15-prod", "chain_id": 1, "instance_id": "secret-uuid", "logs_prune_time": 3600,
          "core_api": { "host": "0.0.0.0", "port": 8002 },
          "rpc": {
            "full_nodes": [ { "url": "https://a.example", "rate_limit": "10000000/day;2000/minute;100/second" } ],
            "archive_nodes": [ { "url": "https://archive.example", "rate_limit": { "requests_per_second": 20 } } ],
            "force_archive_blocks": 100, "retry": 5, "request_time_out": 5, "skip_epoch_threshold_blocks": 30
          },
          "epoch": { "height": 10, "head_offset": 2, "block_time": 2 },
          "rabbitmq": { "user": "guest", "password": "guest", "host": "rabbitmq", "port": 5672 },
          "audit_protocol_engine": { "url": "http://audit-protocol:9000", "retry": 5 },
          "consensus": { "url": "https://consensus.example", "epoch_tracker_path": "/currentEpoch", "polling_interval": 15,
                         "fall_behind_reset_num_blocks": 1000, "sleep_secs_between_chunks": 60 },
          "redis": { "host": "redis", "port": 6379, "db": 0 },
          "projects_config_path": "pooler/static/projects.json"
        }
        """;

    private static string Native(string key, string project = $"\"contracts\": [\"{Pair}\"]") => $$"""
        { "snapshots": {
            "endpoints": [ { "url": "https://a.example" } ], "namespace": "NS",
            "projects": [ { "type": "t", "module": "Outpost.Uniswap", {{project}} } ]{{(key.Length > 0 ? "," : "")}} {{key}} } }
        """;

    private void WriteProjects(params string[] classes)
    {
        var file = Path.Combine(_folder, "pooler", "static", "projects.json");
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, $$"""
            { "config": [
                { "project_type": "pairContract_pair_total_reserves", "projects": ["{{Pair}}"],
                  "processor": { "module": "pooler.modules.uniswapv2.pair_total_reserves", "class_name": "{{classes[0]}}" } },
                { "project_type": "pairContract_trade_volume",
                  "projects": [ { "contract": "{{Pair}}", "enabled": true }, { "contract": "0x00", "enabled": false } ],
                  "workers": [ { "module": "pooler.callback_modules.trade_volume", "class_name": "{{classes[1]}}", "num_instances": 8 } ] }
            ] }
            """);
    }

    private void WriteAggregates() => File.WriteAllText(Path.Combine(_folder, "pooler", "static", "aggregator.json"), $$"""
        { "config": [
            { "project_type": "aggregate_24h", "aggregate_on": "SingleProject", "filters": { "projectId": "pairContract_trade_volume" },
              "processor": { "module": "pooler.modules.uniswapv2.aggregate.single_uniswap_trade_volume_24h", "class_name": "A" } },
            { "project_type": "top_pairs", "aggregate_on": "MultiProject",
              "projects_to_wait_for": ["aggregate_24h:{{Pair}}:UNISWAPV2-ph15-prod"],
              "processor": { "module": "pooler.modules.uniswapv2.aggregate.multi_uniswap_top_pairs_24h", "class_name": "B" } }
        ] }
        """);

    private SettingsResult<Configuration> Read(string text) => ConfigurationFile.Read(
        text, "settings.json", Path.Combine(_folder, "pooler"), new SettingsSurroundings(_ => null, [], _folder));
}
