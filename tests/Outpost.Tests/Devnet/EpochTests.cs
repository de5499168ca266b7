using Outpost.Devnet;
using Outpost.Devnet.Blocks;

namespace Outpost.Tests.Devnet;

/// <summary>Windows over the life of a topic, and the mempool around them.</summary>
public sealed class EpochTests
{
    private readonly TestChain _chain = new();

    [Fact]
    public void Opens_closes_and_reveals_at_the_right_blocks()
    {
        var seen = new List<string>();
        while (_chain.Height < 28)
        {
            if (_chain.Height == 3)
            {
                _chain.Check(_chain.Alice.Payload(1, 3, "1.5"));
            }

            var block = _chain.Produce(1);
            seen.AddRange(block.Events
                .Where(item => item.Type.Contains("Window", StringComparison.Ordinal))
                .Select(item => $"{block.Height} {item.Type[14..]} "
                    + item.Attributes.Single(attribute => attribute.Key == "nonce_block_height").Value));
        }

        Assert.Equal(
            [
                "3 EventWorkerSubmissionWindowOpened \"3\"", "7 EventWorkerSubmissionWindowClosed \"3\"",
                "15 EventWorkerSubmissionWindowOpened \"15\"", "15 EventReputerSubmissionWindowOpened \"3\"",
                "19 EventWorkerSubmissionWindowClosed \"15\"", "27 EventWorkerSubmissionWindowOpened \"27\"",
                "27 EventReputerSubmissionWindowClosed \"3\"",
            ],
            seen);
    }

    [Fact]
    public void Gives_the_median_of_many_inferences_as_the_network_inference()
    {
        var chain = new TestChain(options => options with
        {
            Topics = [TestChain.Topic with { Competitors = new(3, 0) }],
        });
        chain.ProduceUntil(3);
        chain.Deliver(chain.Alice.Payload(1, 3, "7"));
        chain.ProduceUntil(6);
        var block = chain.Produce(1);
        var bundle = block.Events.First(item => item.Type == "emissions.v10.EventNetworkInferenceBundle");
        Assert.Equal(
            "[\"101.00\"]", bundle.Attributes.Single(attribute => attribute.Key == "combined_value").Value);
        Assert.Equal("[\"0\"]", bundle.Attributes.Single(attribute => attribute.Key == "naive_value").Value);
        Assert.Equal("EndBlock", bundle.Attributes.Single(attribute => attribute.Key == "mode").Value);
    }

    [Fact]
    public void Gives_equal_chains_for_equal_calls()
    {
        byte[] Run()
        {
            var chain = new TestChain();
            chain.ProduceUntil(3);
            chain.Deliver(chain.Alice.Payload(1, 3, "1.5"));
            return chain.Produce(20).Hash;
        }

        Assert.Equal(Run(), Run());
    }

    [Fact]
    public void Remembers_what_it_accepted_and_forgets_what_failed()
    {
        var good = _chain.Alice.Tx(_chain.Alice.Registration(99), _chain.Shape());
        Assert.Equal(0u, _chain.Check(good).Code);
        Assert.IsType<Arrival.Known>(_chain.Node.Broadcast(good));
        _chain.Produce(1);
        Assert.Equal("sdk 32", TestChain.Pair(_chain.Check(good)));
        _chain.ProduceUntil(3);
        var included = _chain.Alice.Tx(_chain.Alice.Payload(1, 3, "1"), _chain.Shape());
        Assert.Equal(0u, _chain.Check(included).Code);
        _chain.Produce(1);
        Assert.IsType<Arrival.Known>(_chain.Node.Broadcast(included));
    }

    [Fact]
    public void Refuses_more_than_its_mempool_holds()
    {
        var chain = new TestChain(options => options with { MempoolTransactions = 1 });
        Assert.Equal(0u, chain.Check(chain.Alice.Registration(1)).Code);
        var second = chain.Alice.Tx(chain.Alice.Registration(1), chain.Shape(shape => shape with { Sequence = 1 }));
        var full = Assert.IsType<Arrival.Full>(chain.Node.Broadcast(second));
        Assert.StartsWith("mempool is full: number of txs 1 (max: 1)", full.Text, StringComparison.Ordinal);
        chain.Produce(1);
        Assert.Equal(0u, chain.Check(second).Code);
    }

    [Fact]
    public void Leaves_out_what_a_full_block_cannot_hold_and_drops_what_timed_out()
    {
        var chain = new TestChain(options => options with { MaxBlockGas = 500_000 });
        foreach (var (sequence, timeout) in ((ulong, ulong)[])[(0, 0), (1, 2), (2, 0)])
        {
            Assert.Equal(0u, chain.Check(
                chain.Alice.Registration(1), shape => shape with { Sequence = sequence, Timeout = timeout }).Code);
        }

        Assert.Single(chain.Produce(1).Transactions);
        // Still allowed at height 2 when rechecked, refused in block 3; what followed it cannot come any more.
        var late = Assert.Single(chain.Produce(1).Transactions);
        Assert.Equal("sdk 30", TestChain.Pair(late.Result));
        Assert.Empty(chain.Chain.Waiting);
    }

    [Fact]
    public void Prunes_old_blocks_and_their_transactions()
    {
        var chain = new TestChain(options => options with { KeptBlocks = 5 });
        chain.Check(chain.Alice.Registration(1));
        var hash = Assert.Single(chain.Produce(1).Transactions).Hash;
        Assert.NotNull(chain.Chain.Store.Find(hash));
        chain.Produce(5);
        Assert.Null(chain.Chain.Store.Find(hash));
        Assert.Null(chain.Chain.Store.Find(2));
        Assert.NotNull(chain.Chain.Store.Find(3));
    }

    [Fact]
    public void Puts_faucet_coins_into_the_next_block()
    {
        _chain.Chain.Fund(_chain.Bob.Address, 12);
        Assert.Null(_chain.Chain.Accounts.Find(_chain.Bob.Address));
        _chain.Produce(1);
        Assert.Equal(12, _chain.Chain.Accounts.BalanceOf(_chain.Bob.Address));
        Assert.Equal(3UL, _chain.Chain.Accounts.Find(_chain.Bob.Address)!.Number);
    }

    [Fact]
    public void Takes_two_hundred_payloads_of_two_hundred_topics_in_one_block()
    {
        var chain = new TestChain(options => options with
        {
            Topics = DevnetOptions.ManyTopics(200, TestChain.Topic),
        });
        chain.ProduceUntil(3);
        for (var topic = 1UL; topic <= 200; topic++)
        {
            var payload = chain.Alice.Payload(topic, 3, "1.5");
            Assert.Equal(0u, chain.Check(payload, shape => shape with { Sequence = topic - 1 }).Code);
        }

        var started = TimeProvider.System.GetTimestamp();
        var block = chain.Produce(1);
        var took = TimeProvider.System.GetElapsedTime(started);
        Assert.Equal(200, block.Transactions.Count(item => item.Result.Code == 0));
        TestContext.Current.TestOutputHelper?.WriteLine($"200 payloads delivered in {took.TotalMilliseconds:F1} ms");
        Assert.Equal(200, chain.Node.Observer.Admitted.Count);
    }
}
