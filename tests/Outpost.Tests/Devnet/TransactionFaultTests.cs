using Outpost.Devnet.Faults;

namespace Outpost.Tests.Devnet;

/// <summary>What can become of a broadcast; the chain's own rules stay as they are.</summary>
public sealed class TransactionFaultTests
{
    [Fact]
    public async Task Evicted_transactions_are_forgotten_with_all_that_followed_and_may_come_again()
    {
        await using var world = FaultWorld.InMemory();
        var fault = world.Begin(FaultKind.TxEvicted);
        for (var sequence = 0ul; sequence < 3; sequence++)
        {
            Assert.Equal("0", await world.PayAsync(1, sequence));
        }

        await world.ProduceAsync(1);
        Assert.Empty(world.Witness.Blocks[^1].Transactions);
        world.Devnet.Faults.End(fault);
        Assert.Equal("0", await world.PayAsync(1, 0));
        await world.ProduceAsync(1);
        Assert.Equal([0ul], world.Witness.Blocks[^1].Transactions.Select(tx => tx.Sequence));
    }

    [Fact]
    public async Task Evictions_by_chance_leave_no_gap_of_sequences_and_are_the_same_for_one_seed()
    {
        var first = await SurvivorsAsync();
        Assert.Equal(first, await SurvivorsAsync());
        Assert.Contains(first, count => count is > 0 and < 8);
    }

    [Fact]
    public async Task A_lost_reply_leaves_the_transaction_on_its_way()
    {
        await using var world = FaultWorld.InMemory();
        var fault = world.Begin(FaultKind.TxLostReply, "node-1");
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5), world.Time);
        var sending = world.BroadcastAsync(1, FaultWorld.Payment(0), patience.Token);
        Assert.Equal(1, await world.HeadAsync(1));
        world.Time.Advance(TimeSpan.FromSeconds(5));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
        world.Devnet.Faults.End(fault);
        Assert.Equal("tx already exists in cache", await world.PayAsync(1, 0));
        await world.ProduceAsync(1);
        Assert.Single(world.Witness.Blocks[^1].Transactions);
    }

    [Fact]
    public async Task A_swallowed_transaction_is_taken_and_never_seen()
    {
        await using var world = FaultWorld.InMemory();
        world.Begin(FaultKind.TxSwallowed, "node-1");
        Assert.Equal("0", await world.PayAsync(1, 0));
        Assert.Equal(("node-1", 0u, 0ul), (world.Witness.Checks[^1].Node, world.Witness.Checks[^1].Code, world.Witness.Checks[^1].Sequence));
        Assert.Equal(FaultWorld.Alice.Address, world.Witness.Checks[^1].Signer);
        await world.ProduceAsync(1);
        Assert.Empty(world.Witness.Blocks[^1].Transactions);
        Assert.Equal("0", await world.PayAsync(2, 0));
        await world.ProduceAsync(1);
        Assert.Single(world.Witness.Blocks[^1].Transactions);
    }

    [Fact]
    public async Task A_full_mempool_of_one_node_leaves_the_other_open()
    {
        await using var world = FaultWorld.InMemory();
        world.Begin(FaultKind.TxMempoolFull, "node-1");
        Assert.StartsWith("mempool is full", await world.PayAsync(1, 0), StringComparison.Ordinal);
        Assert.Equal(("sdk", 20u), (world.Witness.Checks[^1].Codespace, world.Witness.Checks[^1].Code));
        Assert.Equal("0", await world.PayAsync(2, 0));
    }

    [Fact]
    public async Task Any_sequence_is_answered_with_yes_but_only_the_right_one_is_included()
    {
        await using var world = FaultWorld.InMemory();
        world.Begin(FaultKind.TxAnySequence, "node-1");
        Assert.Equal("sdk 32", await world.PayAsync(2, 7));
        Assert.Equal("0", await world.PayAsync(1, 7));
        Assert.Equal("0", await world.PayAsync(1, 0));
        await world.ProduceAsync(1);
        Assert.Equal([0ul], world.Witness.Blocks[^1].Transactions.Select(tx => tx.Sequence));
        await world.ProduceAsync(3);
        Assert.DoesNotContain(world.Witness.Blocks.SelectMany(block => block.Transactions), tx => tx.Sequence == 7);
    }

    private static async Task<IReadOnlyList<int>> SurvivorsAsync()
    {
        await using var world = FaultWorld.InMemory();
        world.Begin(FaultKind.TxEvicted, null, 0.2m);
        var counts = new List<int>();
        for (var (round, next) = (0, 0ul); round < 10; round++)
        {
            for (var sequence = next; sequence < next + 8; sequence++)
            {
                Assert.Equal("0", await world.PayAsync(1, sequence));
            }

            await world.ProduceAsync(1);
            var included = world.Witness.Blocks[^1].Transactions;
            Assert.All(included, tx => Assert.Equal(0u, tx.Code));
            Assert.Equal(Enumerable.Range(0, included.Count).Select(index => next + (ulong)index), included.Select(tx => tx.Sequence));
            counts.Add(included.Count);
            next += (ulong)included.Count;
        }

        return counts;
    }
}
