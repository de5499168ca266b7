using System.Net;
using Outpost.App;
using Outpost.App.Settings;
using Outpost.Consensus.Epochs;
using Outpost.Consensus.Rounds;
using Outpost.Consensus.Service;
using Outpost.Tests.App;

namespace Outpost.Tests.Settings;

/// <summary>The consensus service's configuration: its own form, and settings.json of the reference.</summary>
public sealed class ConsensusSettingsTests
{
    [Fact]
    public void Settings_of_the_reference_are_read_as_they_are()
    {
        var configuration = Read("""
            {
              "consensus_service": { "submission_window": 45, "host": "127.0.0.1", "port": 9131, "keys_ttl": 3600 },
              "consensus_criteria": { "min_snapshotter_count": 2, "percentage": 51 },
              "rate_limit": "100/minute",
              "redis": { "host": "redis", "port": 6379, "db": 0, "password": null },
              "test_redis": { "host": "redis", "port": 6379, "db": 1 },
              "chain": {
                "rpc": { "nodes": [ { "url": "https://a.example" }, { "url": "https://b.example" } ], "retry": 4, "request_timeout": 6 },
                "chain_id": 137,
                "epoch": { "height": 20, "head_offset": 5, "block_time": 2, "history_length": 500 }
              },
              "ticker_begin_block": 1000
            }
            """);
        var options = configuration.Options;
        Assert.True(configuration.IsReference);
        Assert.Equal(IPEndPoint.Parse("127.0.0.1:9131"), options.Listen);
        Assert.Equal(TimeSpan.FromSeconds(45), options.Window);
        Assert.Equal(TimeSpan.FromHours(1), options.VotesKept);
        Assert.Equal(new Criteria(2, 51), options.Criteria);
        Assert.Equal("100/minute", options.PublicRateLimit);
        Assert.Equal(500, options.HistoryLength);
        Assert.Equal(WindowStart.FirstSubmission, options.WindowStart);
        var stream = Assert.Single(configuration.Streams);
        Assert.Equal(new EpochStream(137, 20, 5), stream.Stream);
        Assert.Equal(TimeSpan.FromSeconds(2), stream.BlockTime);
        Assert.Equal(TimeSpan.FromSeconds(6), stream.RequestTimeout);
        Assert.Equal(1000L, stream.BeginBlock);
        Assert.Equal(["https://a.example/", "https://b.example/"], stream.Endpoints.Select(url => url.ToString()));
        Assert.Contains(configuration.Notes, note => note.Path == "redis, test_redis");
        Assert.Contains(configuration.Notes, note => note is { Path: "chain.rpc.retry", Kind: NoteKind.Ignored });
    }

    [Fact]
    public void A_native_file_names_streams_and_their_projects()
    {
        var options = Read("""
            {
              "listen": "localhost:0", "store": "Host=db;Database=x", "windowStart": "epochRelease",
              "trustedProxies": ["10.0.0.0/8", "192.168.1.1"],
              "streams": [ { "chainId": 1 }, { "chainId": 137, "epochSize": 20, "projects": ["P"] } ],
            }
            """).Options;
        Assert.Equal("Host=db;Database=x", options.Store);
        Assert.Equal(WindowStart.EpochRelease, options.WindowStart);
        Assert.Equal([new EpochStream(1, 10, 2), new EpochStream(137, 20, 2)], options.Streams);
        Assert.Equal(options.Streams[1], options.ProjectStreams["P"]);
        Assert.Equal([IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("192.168.1.1/32")], options.TrustedProxies);
    }

    [Theory]
    [InlineData("""{ "windw": "60s" }""", "windw: unknown key; write \"window\"")]
    [InlineData("""{ "window": "0s" }""", "window: \"0s\" is out of range")]
    [InlineData("""{ "window": 60 }""", "window: is a number without a unit; write such as \"60s\"")]
    [InlineData("""{ "store": "Host=h;Prt=1" }""", "store: is no PostgreSQL connection string (Couldn't set prt)")]
    [InlineData("""{ "percentage": 101 }""", "percentage: \"101\" is not such a number")]
    [InlineData("""{ "publicRateLimit": "often" }""", "publicRateLimit: 'often' is no rate limit")]
    [InlineData("""{ "listen": "0.0.0.0" }""", "listen: \"0.0.0.0\" is no address with a port")]
    [InlineData("""{ "streams": [ { "chainId": 1 }, { "chainId": 1 } ] }""", "the stream 1/10/2 is given twice")]
    [InlineData("""{ "consensus_criteria": { "percentage": "x" } }""", "consensus_criteria.percentage: is a text in quotes")]
    [InlineData("""{ "streams": [ { "attempts": 3 } ] }""", "streams[0].attempts: unknown key")]
    [InlineData("""{ "store": "_STORE_" }""", "store: still holds the placeholder _STORE_")]
    [InlineData("""{ "window": <window> }""", "still holds the placeholder <window>; fill in the template")]
    [InlineData("""{ "chain": {}, "consensus": { "windw": "60s" } }""", "consensus.windw: unknown key; write \"window\"")]
    [InlineData("[]", "the file holds no object")]
    [InlineData("{", "not JSON")]
    public void What_is_wrong_is_told_with_the_key_and_the_way_out(string text, string words)
    {
        var result = ConsensusFile.Read(text, "file.json", "/etc", Surroundings);
        Assert.Null(result.Configuration);
        Assert.Contains(words, Assert.Single(result.Problems), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}", "OUTPOST__WINDW", "environment: OUTPOST__WINDW: no such setting; write OUTPOST__WINDOW")]
    [InlineData("""{ "consensus": {} }""", "OUTPOST__CONSENSUS__WINDW", "no such setting; write OUTPOST__CONSENSUS__WINDOW")]
    [InlineData("{}", "OUTPOST__ENTIRELY_ELSE", "docs/consensus.md lists them")]
    public void A_variable_that_names_no_setting_is_refused(string text, string name, string words)
    {
        var around = new SettingsSurroundings(_ => null, [name, "OUTPOST_PASSPHRASE", "PATH"], "/");
        var result = ConsensusFile.Read(text, "file.json", "/etc", around);
        Assert.Contains(words, Assert.Single(result.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void A_section_of_a_nodes_file_is_read_by_its_own_keys_and_variables()
    {
        var around = new SettingsSurroundings(
            name => name == "OUTPOST__CONSENSUS__WINDOW" ? "7s" : null,
            ["OUTPOST__CONSENSUS__WINDOW", "OUTPOST__CHAIN__NETWORK"], "/");
        var result = ConsensusFile.Read(
            """{ "chain": { "network": "allora-testnet" }, "topics": [], "consensus": { "store": "c.db" } }""", "file.json", "/etc", around);
        Assert.Empty(result.Problems);
        Assert.Equal(TimeSpan.FromSeconds(7), result.Configuration!.Options.Window);
        Assert.Equal("/etc/c.db", result.Configuration.Options.Store);
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("\"topics\": [ { \"id\": 1, \"inferer\": { \"url\": \"http://h\" } } ],", 2)]
    public void Beside_a_consensus_chain_and_key_are_missed_where_there_are_topics(string topics, int problems)
    {
        var result = ConfigurationFile.Read($$"""
            { {{topics}} "consensus": { "window": "9s", "streams": [ { "chainId": 7 } ] } }
            """, "file.json", "/etc", Surroundings);
        Assert.Equal(problems, result.Problems.Count);
        Assert.Equal(problems == 0 ? TimeSpan.FromSeconds(9) : null, result.Configuration?.Consensus!.Options.Window);
        Assert.All(result.Problems, problem => Assert.Matches("^file.json: (chain.endpoints|key): ", problem));
    }

    [Fact]
    public void A_nodes_file_without_the_section_is_not_taken_for_the_reference()
    {
        var result = ConsensusFile.Read("""{ "chain": { "network": "allora-testnet" }, "topics": [] }""", "file.json", "/etc", Surroundings);
        Assert.Equal(
            "file.json: consensus: this is a node's configuration without that section; "
            + "write \"consensus\": { \"streams\": … } beside \"topics\"", Assert.Single(result.Problems));
    }

    [Fact]
    public void The_table_of_settings_is_what_the_code_says()
    {
        const string Beginning = "<!-- settings: ";
        const string Ending = "<!-- end of settings -->";
        var path = Repository.File("docs", "consensus.md");
        var text = File.ReadAllText(path);
        var begin = text.IndexOf('\n', text.IndexOf(Beginning, StringComparison.Ordinal)) + 1;
        var rows = ConsensusSettings.All.Select(setting => setting.Row);
        var fresh = text[..begin] + "\n| key | takes | default | |\n|---|---|---|---|\n" + string.Concat(rows) + "\n"
            + text[text.IndexOf(Ending, StringComparison.Ordinal)..];
        if (Environment.GetEnvironmentVariable("OUTPOST_UPDATE_DOCS") == "1")
        {
            File.WriteAllText(path, fresh);
        }

        Assert.True(File.ReadAllText(path) == fresh, "docs/consensus.md is stale: OUTPOST_UPDATE_DOCS=1 ./test -class '*Consensus*'");
    }

    [Fact]
    public void The_documented_example_is_understood()
    {
        var text = File.ReadAllText(Repository.File("docs", "consensus.md"));
        var example = text.Split("```json\n")[1].Split("```")[0];
        Assert.Equal(66, Read(example).Options.Criteria.Percentage);
    }

    private static SettingsSurroundings Surroundings => new(_ => null, [], "/");

    private static ConsensusConfiguration Read(string text)
    {
        var result = ConsensusFile.Read(text, "file.json", "/etc", Surroundings);
        Assert.True(result.Configuration is not null, string.Join("\n", result.Problems));
        return result.Configuration;
    }
}
