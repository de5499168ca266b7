using System.Numerics;
using Microsoft.Data.Sqlite;
using Outpost.Chains;
using Outpost.Chains.Allora;
using Outpost.Devnet;
using Outpost.Devnet.Faults;
using Outpost.Node;
using Outpost.Node.Duties;
using Outpost.Node.Submission;

namespace Outpost.Tests.Node.Submission;

public sealed class LaneTests
{
    [Fact]
    public async Task Sends_what_the_mempool_lost_again_in_order_before_anything_new()
    {
        await using var world = await LaneOnDevnet.StartAsync();
        var first = await IncludeAsync(world, 1, 2, 3);
        world.Begin(FaultKind.TxEvicted);
        var lost = Submit(world, 4, 5, 6);
        await world.QuietAsync();
        world.Time.Advance(LaneOnDevnet.BlockTime);
        await world.BlockAsync();
        world.End(FaultKind.TxEvicted);
        var later = Submit(world, 7, 8);
        await world.BlockAsync(2);
        AllIncluded([.. lost, .. later]);
        AllClean(world);
        Assert.Equal(8, world.Committed.Count());
        Assert.Equal(8, world.Witness.Checks.Select(check => check.Hash).Distinct(StringComparer.Ordinal).Count());
        Assert.All(first, answer => Assert.IsType<LaneAnswer.InBlock>(answer));
    }

    [Fact]
    public async Task A_reply_that_never_comes_costs_neither_a_number_nor_a_window()
    {
        await using var world = await LaneOnDevnet.StartAsync(stepMilliseconds: 100);
        await IncludeAsync(world, 1);
        world.Begin(FaultKind.TxLostReply);
        var sent = Submit(world, 2, 3, 4, 5);
        await world.BlockAsync(2);
        world.End(FaultKind.TxLostReply);
        await world.BlockAsync(3);
        AllIncluded(sent);
        AllClean(world);
    }

    [Fact]
    public async Task What_a_node_accepted_and_dropped_goes_out_again()
    {
        await using var world = await LaneOnDevnet.StartAsync();
        await IncludeAsync(world, 1);
        world.Begin(FaultKind.TxSwallowed);
        var sent = Submit(world, 2, 3);
        await world.BlockAsync(2);
        world.End(FaultKind.TxSwallowed);
        await world.BlockAsync(3);
        AllIncluded(sent);
        AllClean(world);
    }

    [Fact]
    public async Task A_full_mempool_is_waited_for_and_names_the_miss_when_it_stays_full()
    {
        await using var world = await LaneOnDevnet.StartAsync(window: 10);
        await IncludeAsync(world, 1);
        world.Begin(FaultKind.TxMempoolFull);
        var waits = world.Submit(2);
        await world.BlockAsync(2);
        world.End(FaultKind.TxMempoolFull);
        await world.BlockAsync(2);
        AllIncluded([waits]);
        world.Begin(FaultKind.TxMempoolFull);
        Assert.Equal(Reason.MempoolFull, await MissAsync(world, world.Submit(3), blocks: 8));
        AllClean(world);
    }

    [Fact]
    public async Task A_price_that_rose_is_asked_for_at_once()
    {
        await using var world = await LaneOnDevnet.StartAsync();
        await IncludeAsync(world, 1);
        world.Begin(FaultKind.FeeRises, 3);
        await world.Devnet.ProduceBlocksAsync(1, TestContext.Current.CancellationToken);
        var before = world.Time.GetTimestamp();
        var sent = Submit(world, 2, 3);
        await world.QuietAsync();
        Assert.True(world.Time.GetElapsedTime(before) < TimeSpan.FromSeconds(1), "the new price is asked for without a pause");
        await world.BlockAsync(2);
        AllIncluded(sent);
        AllClean(world);
    }

    [Fact]
    public async Task No_transaction_pays_more_than_the_cap_and_a_price_that_falls_again_is_used()
    {
        await using var world = await LaneOnDevnet.StartAsync(lane: new LaneOptions { MaxFeeUallo = 4_000_000 }, window: 12);
        await IncludeAsync(world, 1);
        world.Begin(FaultKind.FeeRises, 10);
        await world.BlockAsync();
        var waits = world.Submit(2);
        await world.BlockAsync(3);
        Assert.False(waits.IsCompleted, "it waits for the price");
        world.End(FaultKind.FeeRises, 10);
        await world.BlockAsync(3);
        AllIncluded([waits]);
        world.Begin(FaultKind.FeeRises, 10);
        await world.BlockAsync();
        Assert.Equal(Reason.FeeAboveCap, await MissAsync(world, world.Submit(3), blocks: 8));
        Assert.All(world.Committed, one => Assert.True(one.FeeUallo <= 4_000_000, $"{one.FeeUallo}"));
        AllClean(world);
    }

    [Fact]
    public async Task A_granter_pays_for_an_account_and_is_named_when_it_does_not()
    {
        var granter = new Outpost.Tests.Devnet.TestWallet("granter").Address;
        DevnetOptions Shape(DevnetOptions options, bool isAllowed) => options with
        {
            Balances = new Dictionary<string, BigInteger>
            {
                [LaneOnDevnet.Key.Address] = 1_000, // for the fee that the module itself takes
                [granter] = BigInteger.Pow(10, 20),
            },
            FeeAllowances = isAllowed ? [new FeeAllowance(granter, LaneOnDevnet.Key.Address)] : [],
        };
        var lane = new LaneOptions { FeeGranter = granter };
        await using (var world = await LaneOnDevnet.StartAsync(lane: lane, shape: options => Shape(options, isAllowed: true)))
        {
            await IncludeAsync(world, 1, 2);
            AllClean(world);
        }

        await using var without = await LaneOnDevnet.StartAsync(
            lane: lane, window: 8, shape: options => Shape(options, isAllowed: false));
        var sent = without.Submit(1);
        await without.BlockAsync();
        Assert.Contains(granter, without.Lane.Notice, StringComparison.Ordinal);
        Assert.Equal(Reason.OutOfFunds, await MissAsync(without, sent, blocks: 10));
        Assert.Contains(granter, ((LaneAnswer.NotIncluded)await sent).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Money_that_comes_back_within_the_window_is_enough()
    {
        await using var world = await LaneOnDevnet.StartAsync();
        await IncludeAsync(world, 1);
        world.Begin(FaultKind.FundsGone);
        await world.BlockAsync();
        var sent = Submit(world, 2, 3);
        await world.BlockAsync(4);
        Assert.Contains(LaneOnDevnet.Key.Address, world.Lane.Notice, StringComparison.Ordinal);
        var tries = world.Witness.Checks.Count(check => check is { Codespace: "sdk", Code: 5 });
        Assert.InRange(tries, 1, 4);
        world.End(FaultKind.FundsGone);
        await world.BlockAsync(3);
        AllIncluded(sent);
        Assert.Null(world.Lane.Notice);
        AllClean(world);
    }

    [Fact]
    public async Task Nobody_is_numbered_behind_bytes_that_are_about_to_expire()
    {
        await using var world = await LaneOnDevnet.StartAsync();
        await IncludeAsync(world, 1);
        world.Begin(FaultKind.TxSwallowed);
        var short1 = world.Submit(2, closesAt: world.Devnet.Height + 3);
        await world.BlockAsync();
        world.End(FaultKind.TxSwallowed);
        world.Begin(FaultKind.TxMempoolFull);
        await world.BlockAsync();
        var long1 = world.Submit(3);
        await world.QuietAsync();
        world.End(FaultKind.TxMempoolFull);
        Assert.DoesNotContain(world.Witness.Checks, check => check.Payloads.Any(name => name.Topic.Value == 3));
        await world.BlockAsync(4);
        AllIncluded([long1]);
        Assert.True(short1.IsCompleted);
        AllClean(world);
    }

    [Fact]
    public async Task Behind_bytes_that_may_expire_nothing_outlives_them()
    {
        await using var world = await LaneOnDevnet.StartAsync(shape: options => options with { MaxBlockGas = 1 });
        var first = world.Submit(1, closesAt: 8);
        await world.QuietAsync();
        var second = world.Submit(2);
        await world.QuietAsync();
        // No block has room for either: both are refused for their timeout, and none for its number.
        await world.BlockAsync(10);
        Assert.Equal(Reason.WindowClosed, Assert.IsType<LaneAnswer.NotIncluded>(await first).Reason);
        Assert.False(second.IsCompletedSuccessfully && await second is LaneAnswer.InBlock { Result.Code: 32 });
        Assert.Equal(0, world.WrongSequences);
    }

    [Fact]
    public async Task Who_was_cut_short_for_others_is_signed_again_when_the_chain_is_further_than_was_seen()
    {
        await using var world = await LaneOnDevnet.StartAsync();
        await IncludeAsync(world, 1);
        world.Begin(FaultKind.TxSwallowed);
        _ = world.Submit(2, closesAt: world.Devnet.Height + 4);
        await world.QuietAsync();
        world.End(FaultKind.TxSwallowed);
        await world.Devnet.ProduceBlocksAsync(5, TestContext.Current.CancellationToken);
        var longer = world.Submit(3);
        await world.QuietAsync();
        Assert.Contains(world.Witness.Checks, check => check.Code == 30 && check.Payloads[0].Topic.Value == 3);
        await world.BlockAsync(4);
        AllIncluded([longer]);
        AllClean(world);
    }

    [Fact]
    public async Task Whose_turn_did_not_come_since_bytes_before_it_were_lost_missed_by_time_alone()
    {
        await using var world = await LaneOnDevnet.StartAsync(shape: options => options with
        {
            Topics = [.. options.Topics.Select(topic => topic.Id.Value == 8 ? topic with { RegisteredWorkers = [] } : topic)],
        });
        await IncludeAsync(world, 1);
        world.Begin(FaultKind.TxSwallowed);
        _ = world.Submit(2);
        await world.QuietAsync();
        var simulated = world.Register(8, forBlocks: 4);
        Assert.Equal(Reason.WindowClosed, await MissAsync(world, simulated, 6));
        Assert.Equal(0, world.WrongSequences);
    }

    [Fact]
    public async Task A_restart_sends_the_same_bytes_before_it_gives_their_numbers_away()
    {
        await using var world = await LaneOnDevnet.StartAsync();
        await IncludeAsync(world, 1);
        world.Begin(FaultKind.TxSwallowed);
        _ = Submit(world, 2, 3);
        await world.QuietAsync();
        await world.RestartAsync();
        world.End(FaultKind.TxSwallowed);
        var fresh = world.Submit(4);
        await world.QuietAsync();
        var resumed = new[] { world.Submit(3, earlier: world.Earlier(3)), world.Submit(2, earlier: world.Earlier(2)) };
        await world.BlockAsync(3);
        AllIncluded([fresh, .. resumed]);
        AllClean(world);
        Assert.Equal(4, world.Witness.Checks.Select(check => check.Hash).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task Does_not_take_an_earlier_run_for_a_second_signer()
    {
        await using var world = await LaneOnDevnet.StartAsync(window: 40);
        await IncludeAsync(world, 1);
        var sent = Submit(world, 2, 3);
        await world.QuietAsync();
        await world.RestartAsync();
        await world.BlockAsync(25);
        Assert.Null(world.Lane.Notice);
        Assert.Equal(3, world.Committed.Count());
        Assert.All(sent, task => Assert.False(task.IsCompletedSuccessfully));
    }

    [Fact]
    public async Task A_second_signer_is_noticed_and_the_window_served_all_the_same()
    {
        await using var world = await LaneOnDevnet.StartAsync(window: 60);
        await IncludeAsync(world, 1);
        await world.BlockAsync(22);
        Assert.Equal(0u, (await world.SendElsewhereAsync(sequence: 1, topic: 2)).Code);
        var ours = world.Submit(3);
        await world.QuietAsync();
        await world.BlockAsync(4);
        AllIncluded([ours]);
        Assert.Contains("another process uses this key", world.Lane.Notice, StringComparison.Ordinal);
        Assert.Equal(0, world.Duplicates);
    }

    [Fact]
    public async Task Pays_nothing_for_what_another_process_has_done_already()
    {
        await using var world = await LaneOnDevnet.StartAsync();
        await IncludeAsync(world, 1);
        await world.SendElsewhereAsync(sequence: 1, topic: 2);
        var ours = world.Submit(2);
        await world.BlockAsync(3);
        var answer = Assert.IsType<LaneAnswer.NotIncluded>(await ours);
        Assert.Equal((Reason.SubmittedElsewhere, Refusal.AlreadySubmitted), (answer.Reason, answer.Refusal));
        Assert.Equal(0, world.Duplicates);
    }

    [Fact]
    public async Task Nothing_leaves_while_the_journal_cannot_be_written()
    {
        await using var world = await LaneOnDevnet.StartAsync();
        await IncludeAsync(world, 1);
        Task<LaneAnswer> sent;
        await using (var other = new SqliteConnection($"Data Source={world.JournalPath};Pooling=False"))
        {
            sent = world.Submit(2);
            other.Open();
            using var hold = other.BeginTransaction(deferred: false);
            var before = world.Witness.Checks.Count;
            var third = world.Lane.SubmitAsync(
                new LaneRequest(
                    LaneOnDevnet.MessageOf(new DutyId(Role.Inferer, new TopicId(3), new Height(2))),
                    new Height(world.Devnet.Height + 2), null),
                TestContext.Current.CancellationToken);
            await world.BlockAsync(3);
            Assert.Equal(Reason.JournalUnavailable, Assert.IsType<LaneAnswer.NotIncluded>(await third).Reason);
            Assert.InRange(world.Witness.Checks.Count - before, 0, 1);
        }

        await world.BlockAsync(2);
        AllIncluded([sent]);
        AllClean(world);
    }

    [Fact]
    public async Task Two_hundred_answers_are_out_within_half_a_second_at_fifty_milliseconds_of_distance()
    {
        await using var world = await LaneOnDevnet.StartAsync(topics: 201, delay: TimeSpan.FromMilliseconds(25));
        await IncludeAsync(world, 201);
        var before = world.Time.GetTimestamp();
        var sent = Submit(world, [.. Enumerable.Range(1, 200)]);
        await world.QuietAsync();
        Assert.True(world.Time.GetElapsedTime(before) < TimeSpan.FromMilliseconds(500), $"{world.Time.GetElapsedTime(before)}");
        Assert.Equal(201, world.Witness.Checks.Count(check => check.Code == 0));
        await world.BlockAsync(2);
        AllIncluded(sent);
        AllClean(world);
    }

    private static List<Task<LaneAnswer>> Submit(LaneOnDevnet world, params int[] topics) =>
        [.. topics.Select(topic => world.Submit(topic))];

    private static async Task<IReadOnlyList<LaneAnswer>> IncludeAsync(LaneOnDevnet world, params int[] topics)
    {
        var sent = Submit(world, topics);
        await world.QuietAsync();
        await world.BlockAsync(2);
        AllIncluded(sent);
        return await Task.WhenAll(sent);
    }

    private static async Task<Reason> MissAsync(LaneOnDevnet world, Task<LaneAnswer> sent, int blocks)
    {
        await world.BlockAsync(blocks);
        Assert.True(sent.IsCompleted, "the window is over");
        return Assert.IsType<LaneAnswer.NotIncluded>(await sent).Reason;
    }

    private static void AllIncluded(IEnumerable<Task<LaneAnswer>> sent)
    {
        foreach (var task in sent)
        {
            Assert.True(task.IsCompletedSuccessfully, $"one is not answered: {task.Status}");
            Assert.Equal(0u, Assert.IsType<LaneAnswer.InBlock>(task.Result).Result.Code);
        }
    }

    private static void AllClean(LaneOnDevnet world)
    {
        Assert.Equal((0, 0), (world.WrongSequences, world.Duplicates));
    }
}
