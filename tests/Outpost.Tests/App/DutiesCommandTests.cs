using System.Numerics;
using System.Text.Json;
using Outpost.Chains;
using Outpost.Chains.Allora;
using Outpost.Chains.Cosmos;
using Outpost.Node.Duties;
using Outpost.Node.Journal;
using Outpost.Tests.Node;

namespace Outpost.Tests.App;

public sealed class DutiesCommandTests : IDisposable
{
    private static readonly string Hash = new('A', 64);

    private readonly ManualTime _time = new();
    private readonly TestSurroundings _world;

    public DutiesCommandTests()
    {
        _world = new TestSurroundings { Time = _time };
        _world.Write("outpost.json", """
            { "chain": { "id": "c", "endpoints": [ { "rpc": "http://127.0.0.1:1" } ] }, "key": { "name": "main" },
              "topics": [ { "id": 1, "inferer": { "url": "http://127.0.0.1:2" } } ] }
            """);
    }

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task Lists_the_newest_first_and_sums_up_while_a_node_writes()
    {
        using var journal = Written();
        Assert.Equal(0, await _world.RunAsync("duties"));
        var lines = _world.Out.Split('\n');
        Assert.Equal("duty            opened (UTC)         outcome   block  left  what", lines[0]);
        Assert.Equal("inferer/2/5060  2026-01-01 03:00:00  open                   up to block 5072", lines[1]);
        Assert.Equal("inferer/1/5048  2026-01-01 02:00:00  missed                 out-of-funds: holds 0 uallo  [31m", lines[2]);
        Assert.Equal($"inferer/1/5036  2026-01-01 01:00:00  included  5039   75 %  {Hash}", lines[3]);
        Assert.Equal("4 duties: 1 included, 2 missed (model-timeout 1, out-of-funds 1), 1 open; hit rate 33.33 %", lines[^2]);
        Assert.Equal("", _world.Error);
    }

    [Theory]
    [InlineData("inferer/2/5060", "--topic", "2", "--outcome", "open")]
    [InlineData("inferer/1/5048", "--reason", "out-of-funds")]
    [InlineData("inferer/1/5036", "--outcome", "included")]
    [InlineData("inferer/2/5060", "--since", "30m")]
    [InlineData("inferer/2/5060", "--last", "1")]
    [InlineData("inferer/2/5060", "--last", "1", "--role", "inferer")]
    [InlineData("inferer/1/5024", "--outcome", "missed", "--since", "4h", "--reason", "model-timeout")]
    public async Task Filters(string expected, params string[] filter)
    {
        using var journal = Written();
        Assert.Equal(0, await _world.RunAsync(["duties", .. filter, "--json"]));
        var lines = _world.Out.TrimEnd().Split('\n').Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(2, lines.Count);
        Assert.Equal(expected, lines[0].GetProperty("duty").GetString());
        Assert.True(lines[1].TryGetProperty("sum", out _));
    }

    [Fact]
    public async Task The_sum_counts_also_what_is_not_listed()
    {
        using var journal = Written();
        Assert.Equal(0, await _world.RunAsync("duties", "--last", "1", "--json"));
        var sum = JsonDocument.Parse(_world.Out.TrimEnd().Split('\n')[^1]).RootElement.GetProperty("sum");
        Assert.Equal(4, sum.GetProperty("duties").GetInt32());
        Assert.Equal(1, sum.GetProperty("missedBy").GetProperty("out-of-funds").GetInt32());
    }

    [Fact]
    public async Task Tells_the_whole_story_of_an_included_duty()
    {
        using var journal = Written();
        Assert.Equal(0, await _world.RunAsync("duties", "show", "inferer/1/5036"));
        Assert.Equal($"""
            inferer/1/5036  included
              window   blocks 5037 to 5048, 12 blocks
              opened   2026-01-01 01:00:00.000 UTC
              ended    2026-01-01 01:00:03.750 UTC, +3.750 s
              answer   3012.45

            What happened
              01:00:00.000    +0.000 s  opened             block 5036: the window is open up to block 5048
              01:00:00.250    +0.250 s  entrypoint-failed  HTTP 503
              01:00:01.250    +1.250 s  computed           3012.45
              01:00:01.250    +1.250 s  signed             AAAAAAAA: sequence 7, fee 2100 uallo, for blocks up to 5048
              01:00:01.750    +1.750 s  sent               AAAAAAAA, http://rpc.example: an endpoint took it
              01:00:03.750    +3.750 s  included           block 5039, AAAAAAAA: admitted by the chain

            Transaction {Hash}
              sequence 7, fee 2,100 uallo, gas 200,000, for blocks up to 5048
              signed +1.250 s, taken 1 times, last +1.750 s by http://rpc.example

            Included in block 5039 as {Hash}
              75 % of the window was left; the fee was 2,100 uallo

            """, _world.Out);
    }

    [Fact]
    public async Task Tells_why_a_duty_was_missed_and_what_to_do()
    {
        using var journal = Written();
        Assert.Equal(0, await _world.RunAsync("duties", "show", "inferer/1/5048", "--config", "outpost.json"));
        Assert.EndsWith("""
            Missed: out-of-funds
              what happened  The account could not pay the fee until the window closed.
              in this case   holds 0 uallo  [31m
              what to do     Send uallo to the account, or set a fee granter.

            """, _world.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tells_a_program_the_same()
    {
        using var journal = Written();
        Assert.Equal(0, await _world.RunAsync("duties", "show", "inferer/1/5036", "--json"));
        var told = JsonDocument.Parse(_world.Out).RootElement;
        Assert.Equal(0.75, told.GetProperty("margin").GetDouble());
        Assert.Equal("2100", Assert.Single(told.GetProperty("attempts").EnumerateArray()).GetProperty("feeUallo").GetString());
        Assert.Equal("entrypoint-failed", told.GetProperty("story")[1].GetProperty("kind").GetString());
    }

    [Fact]
    public async Task Each_role_has_its_own_duty_for_a_nonce_in_lists_stories_and_JSON()
    {
        using var journal = Written();
        var duty = new Duty(new DutyId(Role.Reputer, new TopicId(1), new Height(5036)), new Height(5060))
        {
            OpensAt = new Height(5048),
        };
        journal.OpenDuty(duty);
        journal.RecordEnd(duty.Id, new Outcome.Included(new Height(5051), Hash));

        Assert.Equal(0, await _world.RunAsync("duties"));
        Assert.Contains("reputer/1/5036  2026-01-01 03:00:00  included  5051   75 %", _world.Out, StringComparison.Ordinal);
        Assert.Contains("inferer/1/5036  2026-01-01 01:00:00  included  5039   75 %", _world.Out, StringComparison.Ordinal);
        Assert.Equal(0, await _world.RunAsync("duties", "--role", "reputer"));
        Assert.EndsWith("1 duties: 1 included, 0 missed, 0 open; hit rate 100.00 %\n", _world.Out, StringComparison.Ordinal);
        journal.RecordValue(duty.Id, new string('9', 400), "many losses");
        Assert.Equal(0, await _world.RunAsync("duties", "show", "reputer/1/5036"));
        Assert.Contains($"  answer   {new string('9', 160)}… (all of it: --json)\n", _world.Out, StringComparison.Ordinal);
        Assert.Equal(0, await _world.RunAsync("duties", "show", "reputer/1/5036", "--json"));
        var told = JsonDocument.Parse(_world.Out.TrimEnd().Split('\n')[^1]).RootElement;
        Assert.Equal(("reputer", "reputer/1/5036"), (told.GetProperty("role").GetString(), told.GetProperty("duty").GetString()));
    }

    [Theory]
    [InlineData("inferer/1/5037", "inferer/1/5036, inferer/1/5048, inferer/1/5024")]
    [InlineData("inferer/9/5036", "inferer/2/5060, inferer/1/5048, inferer/1/5036")]
    public async Task An_unknown_duty_is_answered_with_near_ones(string id, string near)
    {
        using var journal = Written();
        Assert.Equal(1, await _world.RunAsync("duties", "show", id));
        Assert.Equal($"outpost: the journal has no duty {id}; near it are {near}\n", _world.Error);
    }

    [Fact]
    public async Task Says_that_there_is_no_journal_and_makes_none()
    {
        Assert.Equal(1, await _world.RunAsync("duties"));
        Assert.StartsWith($"outpost: There is no journal at {_world.Home}/outpost.db. 'outpost run' makes it", _world.Error,
            StringComparison.Ordinal);
        Assert.Equal(["outpost.json"], Directory.GetFiles(_world.Home).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Reads_the_journal_of_a_node_that_has_stopped_and_changes_nothing()
    {
        Written().Dispose();
        var before = File.ReadAllBytes(Path.Combine(_world.Home, "outpost.db"));
        Assert.Equal(0, await _world.RunAsync("duties", "--topic", "1"));
        Assert.Contains("3 duties: 1 included, 2 missed", _world.Out, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(Path.Combine(_world.Home, "outpost.db")));
    }

    [Theory]
    [InlineData("there is no reason 'out-of-fund'; did you mean 'out-of-funds'?", "duties", "explain", "out-of-fund")]
    [InlineData("see 'outpost duties show --help'", "duties", "show", "5024")]
    [InlineData("--since: \"soon\" is not a duration", "duties", "--since", "soon")]
    [InlineData("'snapshotter' not recognized", "duties", "--role", "snapshotter")]
    [InlineData("--last: \"0\" is not a number from 1 up", "duties", "--last", "0")]
    public async Task Wrong_usage_says_what_to_write(string expected, params string[] arguments)
    {
        Assert.Equal(2, await _world.RunAsync(arguments));
        Assert.Contains(expected, _world.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_shell_completes_the_ids_of_duties()
    {
        using var journal = Written();
        Assert.Equal(0, await _world.RunAsync("[suggest:21]", "duties show inferer/1"));
        Assert.Equal(["inferer/1/5024", "inferer/1/5036", "inferer/1/5048"], _world.Out.Trim().Split('\n').Order());
    }

    [Fact]
    public async Task Explains_a_reason()
    {
        Assert.Equal(0, await _world.RunAsync("duties", "explain", "model-timeout"));
        Assert.Equal($"model-timeout\n  what happened  {Reason.ModelTimeout.Summary}\n  what to do     {Reason.ModelTimeout.Fix}\n",
            _world.Out);
    }

    [Fact]
    public async Task The_help_has_examples_and_exit_codes()
    {
        Assert.Equal(0, await _world.RunAsync("duties", "--help"));
        Assert.Contains("outpost duties show inferer/1/5024", _world.Out, StringComparison.Ordinal);
        Assert.Contains("Exit code", _world.Out, StringComparison.Ordinal);
    }

    /// <summary>A journal in use: four windows, an hour apart.</summary>
    private DutyJournal Written()
    {
        var journal = DutyJournal.Open(Path.Combine(_world.Home, "outpost.db"), _time);
        var timeout = Open(journal, 1, 5024);
        journal.RecordEnd(timeout, new Outcome.Missed(Reason.ModelTimeout, "no answer in 15 s"));
        NextHour();
        var included = Open(journal, 1, 5036);
        Pass(0.25);
        journal.Tell(included, StoryKind.EntrypointFailed, "HTTP 503");
        Pass(1);
        journal.RecordValue(included, "3012.45");
        journal.RecordAttempts([new Attempt(
            included, new SignedTransaction(new byte[3], Hash), 7, new BigInteger(2100), 200_000, new Height(5048))]);
        Pass(0.5);
        journal.RecordSent(Hash, new Uri("http://rpc.example/secret"));
        Pass(2);
        journal.RecordEnd(included, new Outcome.Included(new Height(5039), Hash));
        NextHour();
        journal.RecordEnd(Open(journal, 1, 5048), new Outcome.Missed(Reason.OutOfFunds, "holds 0 uallo\n\u001b[31m"));
        NextHour();
        Open(journal, 2, 5060);
        return journal;
    }

    private static DutyId Open(DutyJournal journal, ulong topic, long nonce)
    {
        var duty = new Duty(new DutyId(Role.Inferer, new TopicId(topic), new Height(nonce)), new Height(nonce + 12));
        journal.OpenDuty(duty);
        return duty.Id;
    }

    private void Pass(double seconds) => _time.Advance(TimeSpan.FromSeconds(seconds));

    private void NextHour()
    {
        var now = _time.GetUtcNow();
        _time.Advance(TimeSpan.FromHours(1) - TimeSpan.FromTicks(now.Ticks % TimeSpan.TicksPerHour));
    }
}
