using System.Numerics;
using Google.Protobuf;
using Outpost.Chains.Wire.Cosmos.Bank;
using Outpost.Chains.Wire.Cosmos.Base;
using Outpost.Chains.Wire.Cosmos.Tx;

namespace Outpost.Tests.Devnet;

/// <summary>What a transaction must pass before its messages run.</summary>
public sealed class AnteTests
{
    private readonly TestChain _chain = new();

    private MsgSend Send => new()
    {
        FromAddress = _chain.Alice.Address,
        ToAddress = _chain.Bob.Address,
        Amount = { new Coin { Denom = "uallo", Amount = "5" } },
    };

    [Fact]
    public void Takes_several_transactions_of_one_account_in_one_block()
    {
        for (var sequence = 0UL; sequence < 3; sequence++)
        {
            Assert.Equal(0u, _chain.Check(Send, shape => shape with { Sequence = sequence }).Code);
        }

        var block = _chain.Produce(1);
        Assert.All(block.Transactions, item => Assert.Equal("", item.Result.Log));
        Assert.Equal(3, block.Transactions.Count);
        Assert.Equal(3UL, _chain.Sequence);
        Assert.Equal(15, _chain.Chain.Accounts.BalanceOf(_chain.Bob.Address));
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(0, 1)]
    public void Refuses_a_wrong_sequence_with_the_expected_one(ulong asked, ulong pending)
    {
        for (var sequence = 0UL; sequence < pending; sequence++)
        {
            _chain.Check(Send, shape => shape with { Sequence = sequence, Memo = "first" });
        }

        var result = _chain.Check(Send, shape => shape with { Sequence = asked });
        Assert.Equal("sdk 32", TestChain.Pair(result));
        Assert.Equal(
            $"account sequence mismatch, expected {pending}, got {asked}: incorrect account sequence", result.Log);
    }

    [Theory]
    [InlineData("chain")]
    [InlineData("account")]
    public void Refuses_a_signature_over_other_numbers(string wrong)
    {
        var result = _chain.Check(Send, shape => wrong == "chain"
            ? shape with { ChainId = "allora-testnet-1" }
            : shape with { Account = 77 });
        Assert.Equal("sdk 4", TestChain.Pair(result));
        Assert.StartsWith(
            "signature verification failed; please verify account number (2), sequence (0) and chain-id "
            + "(outpost-devnet-1)", result.Log, StringComparison.Ordinal);
    }

    [Fact]
    public void Looks_at_the_sequence_before_the_signature() => Assert.Equal(
        "sdk 32", TestChain.Pair(_chain.Check(Send, shape => shape with { Sequence = 9, ChainId = "other" })));

    [Fact]
    public void Refuses_a_signature_with_a_high_s()
    {
        var raw = TxRaw.Parser.ParseFrom(_chain.Alice.Tx(Send, _chain.Shape()));
        var order = BigInteger.Parse(
            "0FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141",
            System.Globalization.NumberStyles.HexNumber, System.Globalization.CultureInfo.InvariantCulture);
        var signature = raw.Signatures[0].ToByteArray();
        var low = new BigInteger(signature.AsSpan(32), isUnsigned: true, isBigEndian: true);
        var high = (order - low).ToByteArray(isUnsigned: true, isBigEndian: true);
        high.CopyTo(signature.AsSpan(64 - high.Length));
        raw.Signatures[0] = ByteString.CopyFrom(signature);
        Assert.Equal("sdk 4", TestChain.Pair(_chain.Check(raw.ToByteArray())));
    }

    [Fact]
    public void Refuses_a_fee_below_the_price_in_the_fee_markets_words()
    {
        var result = _chain.Check(Send, shape => shape with { Fee = [("uallo", "3999999")] });
        Assert.Equal("sdk 13", TestChain.Pair(result));
        Assert.Equal(
            "error checking fee: got: 3999999uallo required: 4000000uallo, "
            + "minGasPrice: 10.000000000000000000uallo, gas: 400000: insufficient fee", result.Log);
    }

    [Fact]
    public void Wants_exactly_one_fee_coin_of_its_own_denom()
    {
        Assert.Equal("feemarket 1", TestChain.Pair(_chain.Check(Send, shape => shape with { Fee = [] })));
        Assert.Equal("feemarket 2", TestChain.Pair(_chain.Check(
            Send, shape => shape with { Fee = [("aaa", "1"), ("uallo", "4000000")] })));
        Assert.Equal("feemarket 3", TestChain.Pair(_chain.Check(Send, shape => shape with { Fee = [("uatom", "1")] })));
    }

    [Fact]
    public void Refuses_gas_that_does_not_last()
    {
        // The size of the transaction is paid in gas before the fee step could call a limit of 0 invalid (41).
        Assert.Equal("sdk 11", TestChain.Pair(_chain.Check(Send, shape => shape with { Gas = 0 })));
        Assert.Equal("sdk 11", TestChain.Pair(_chain.Check(Send, shape => shape with { Gas = 60_000 })));
        var result = _chain.Deliver(Send, shape => shape with { Gas = 70_000 });
        Assert.Equal("sdk 11", TestChain.Pair(result));
        Assert.Matches(@"^out of gas in location: \w+; gasWanted: 70000, gasUsed: \d+: out of gas$", result.Log);
        Assert.Equal(1UL, _chain.Sequence);
    }

    [Fact]
    public void Refuses_who_cannot_pay_or_does_not_exist()
    {
        Assert.Equal("sdk 5", TestChain.Pair(_chain.Check(
            Send, shape => shape with { Fee = [("uallo", "100000000000000000001")] })));
        var send = new MsgSend { FromAddress = _chain.Bob.Address, ToAddress = _chain.Alice.Address };
        var result = _chain.Check(_chain.Bob.Tx(send, _chain.Shape()));
        Assert.Equal("sdk 9", TestChain.Pair(result));
        Assert.Equal($"fee payer address: {_chain.Bob.Address} does not exist: unknown address", result.Log);
    }

    [Fact]
    public void Counts_pending_fees_against_the_balance()
    {
        var all = new TestChain(options => options with
        {
            Balances = new Dictionary<string, BigInteger> { [_chain.Alice.Address] = 7_000_000 },
        });
        Assert.Equal(0u, all.Check(Send).Code);
        Assert.Equal("sdk 5", TestChain.Pair(all.Check(Send, shape => shape with { Sequence = 1 })));
    }

    [Fact]
    public void Takes_fees_from_a_granter_that_allowed_it_only()
    {
        var chain = new TestChain(options => options with
        {
            Balances = new Dictionary<string, BigInteger>
            {
                [_chain.Alice.Address] = 100,
                [_chain.Bob.Address] = 10_000_000,
            },
        });
        var refused = chain.Check(Send, shape => shape with { Granter = _chain.Bob.Address });
        Assert.Equal("sdk 38", TestChain.Pair(refused));
        var allowed = new TestChain(options => options with
        {
            Balances = new Dictionary<string, BigInteger>
            {
                [_chain.Alice.Address] = 100,
                [_chain.Bob.Address] = 10_000_000,
            },
            FeeAllowances = [new(_chain.Bob.Address, _chain.Alice.Address)],
        });
        var number = allowed.Chain.Accounts.Find(_chain.Alice.Address)!.Number;
        var result = allowed.Deliver(Send, shape => shape with { Granter = _chain.Bob.Address, Account = number });
        Assert.Equal("", result.Log);
        Assert.Equal(95, allowed.Chain.Accounts.BalanceOf(_chain.Alice.Address));
        Assert.Equal(6_000_005, allowed.Chain.Accounts.BalanceOf(_chain.Bob.Address));
    }

    [Fact]
    public void Refuses_another_key_a_long_memo_and_a_past_timeout()
    {
        Assert.Equal("sdk 8", TestChain.Pair(_chain.Check(_chain.Bob.Tx(Send, _chain.Shape()))));
        Assert.Equal("sdk 12", TestChain.Pair(_chain.Check(Send, shape => shape with { Memo = new('x', 257) })));
        _chain.ProduceUntil(5);
        var late = _chain.Check(Send, shape => shape with { Timeout = 4 });
        Assert.Equal("sdk 30", TestChain.Pair(late));
        Assert.Equal("block height: 5, timeout height: 4: tx timeout height", late.Log);
    }

    [Fact]
    public void Refuses_a_timeout_at_this_height_only_in_the_block_and_for_free()
    {
        var before = _chain.Chain.Accounts.BalanceOf(_chain.Alice.Address);
        var result = _chain.Deliver(Send, shape => shape with { Timeout = (ulong)_chain.Height });
        Assert.Equal("sdk 30", TestChain.Pair(result));
        Assert.Equal(before, _chain.Chain.Accounts.BalanceOf(_chain.Alice.Address));
        Assert.Equal(0UL, _chain.Sequence);
    }

    [Fact]
    public void Keeps_the_fee_of_a_message_that_fails()
    {
        var result = _chain.Deliver(_chain.Alice.Registration(99));
        Assert.Equal("emissions 23", TestChain.Pair(result));
        Assert.Equal(
            BigInteger.Pow(10, 20) - 4_000_000, _chain.Chain.Accounts.BalanceOf(_chain.Alice.Address));
        Assert.Equal(1UL, _chain.Sequence);
        Assert.Contains(result.Events, item => item.Type == "tx");
        Assert.DoesNotContain(result.Events, item => item.Attributes.Any(attribute => attribute.Key == "msg_index"));
    }

    [Fact]
    public void Rolls_back_all_messages_when_the_second_fails()
    {
        var chain = new TestChain(options => options with
        {
            Topics = [TestChain.Topic with { RegisteredWorkers = [] }],
        });
        var shape = chain.Shape();
        var first = chain.Alice.Registration(1);
        var second = chain.Alice.Registration(99);
        Assert.Equal(0u, chain.Check(chain.Alice.Tx(
            [(shape.TypeUrl(first), first.ToByteString()), (shape.TypeUrl(second), second.ToByteString())],
            shape)).Code);
        var result = Assert.Single(chain.Produce(1).Transactions).Result;
        Assert.Equal("failed to execute message; message index: 1: topic does not exist", result.Log);
        Assert.Empty(chain.Chain.Emissions.Topics[1].Workers);
    }

    [Fact]
    public void Simulates_with_any_signature_but_the_right_sequence_and_changes_nothing()
    {
        var result = _chain.Chain.Simulate(_chain.Alice.Tx(
            Send, _chain.Shape(shape => shape with { IsForSimulation = true, Gas = 0, Fee = [] })), _chain.Chain.Store.Height);
        Assert.Equal("", result.Log);
        Assert.InRange(result.GasUsed, 50_000, 200_000);
        Assert.Equal(0UL, _chain.Sequence);
        Assert.Equal(0, _chain.Chain.Accounts.BalanceOf(_chain.Bob.Address));
        var wrong = _chain.Chain.Simulate(_chain.Alice.Tx(
            Send, _chain.Shape(shape => shape with { IsForSimulation = true, Sequence = 4 })), _chain.Chain.Store.Height);
        Assert.Equal("sdk 32", TestChain.Pair(wrong));
    }
}
