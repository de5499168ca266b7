using Outpost.Chains;
using Outpost.Chains.Allora;

namespace Outpost.Tests.Allora;

public sealed class RefusalsTests
{
    [Theory]
    [InlineData("sdk", 0, Refusal.None)]
    [InlineData("sdk", 2, Refusal.Undecodable)]
    [InlineData("sdk", 3, Refusal.WrongSequence)]
    [InlineData("sdk", 4, Refusal.BadSignature)]
    [InlineData("sdk", 5, Refusal.OutOfFunds)]
    [InlineData("sdk", 7, Refusal.InvalidPayload)]
    [InlineData("sdk", 9, Refusal.UnknownAccount)]
    [InlineData("sdk", 11, Refusal.OutOfGas)]
    [InlineData("sdk", 12, Refusal.InvalidPayload)]
    [InlineData("sdk", 13, Refusal.FeeTooLow)]
    [InlineData("sdk", 18, Refusal.InvalidPayload)]
    [InlineData("sdk", 19, Refusal.AlreadyInMempool)]
    [InlineData("sdk", 20, Refusal.MempoolFull)]
    [InlineData("sdk", 21, Refusal.TooLarge)]
    [InlineData("sdk", 28, Refusal.WrongChain)]
    [InlineData("sdk", 29, Refusal.InvalidPayload)]
    [InlineData("sdk", 30, Refusal.TimeoutHeightPassed)]
    [InlineData("sdk", 32, Refusal.WrongSequence)]
    [InlineData("sdk", 41, Refusal.InvalidPayload)]
    [InlineData("sdk", 111222, Refusal.Unknown)]
    [InlineData("feemarket", 1, Refusal.FeeTooLow)]
    [InlineData("feemarket", 2, Refusal.InvalidPayload)]
    [InlineData("feemarket", 3, Refusal.Unknown)]
    [InlineData("math", 6, Refusal.InvalidPayload)]
    [InlineData("emissions", 6, Refusal.TopicMissing)]
    [InlineData("emissions", 7, Refusal.AlreadyRegistered)]
    [InlineData("emissions", 8, Refusal.AlreadyRegistered)]
    [InlineData("emissions", 10, Refusal.NotRegistered)]
    [InlineData("emissions", 11, Refusal.StakeTooLow)]
    [InlineData("emissions", 13, Refusal.NotRegistered)]
    [InlineData("emissions", 23, Refusal.TopicMissing)]
    [InlineData("emissions", 28, Refusal.NotWhitelisted)]
    [InlineData("emissions", 45, Refusal.WindowNotOpen)]
    [InlineData("emissions", 46, Refusal.OutOfFunds)]
    [InlineData("emissions", 47, Refusal.InvalidPayload)]
    [InlineData("emissions", 48, Refusal.OutOfFunds)]
    [InlineData("emissions", 51, Refusal.InvalidPayload)]
    [InlineData("emissions", 52, Refusal.InvalidPayload)]
    [InlineData("emissions", 53, Refusal.TooLarge)]
    [InlineData("emissions", 54, Refusal.InvalidPayload)]
    [InlineData("emissions", 67, Refusal.WindowNotOpen)]
    [InlineData("emissions", 68, Refusal.WindowNotOpen)]
    [InlineData("emissions", 71, Refusal.InvalidPayload)]
    [InlineData("emissions", 72, Refusal.InvalidPayload)]
    [InlineData("emissions", 73, Refusal.OutOfFunds)]
    [InlineData("emissions", 75, Refusal.NonceNotFound)]
    [InlineData("emissions", 77, Refusal.InvalidPayload)]
    [InlineData("emissions", 78, Refusal.AlreadySubmitted)]
    [InlineData("emissions", 83, Refusal.NotWhitelisted)]
    [InlineData("emissions", 84, Refusal.NotWhitelisted)]
    [InlineData("emissions", 90, Refusal.NotWhitelisted)]
    [InlineData("emissions", 95, Refusal.InvalidPayload)]
    [InlineData("emissions", 97, Refusal.InvalidPayload)]
    [InlineData("emissions", 98, Refusal.InvalidPayload)]
    [InlineData("wasm", 5, Refusal.Unknown)]
    public void Classifies_by_codespace_and_code_whatever_the_text_says(
        string codespace, uint code, Refusal expected) =>
        Assert.Equal(expected, Refusals.Classify(codespace, code, "out of gas: inference already submitted"));

    [Theory]
    [InlineData("inference already submitted", Refusal.AlreadySubmitted)]
    [InlineData("forecast already submitted", Refusal.AlreadySubmitted)]
    [InlineData("reputer loss already submitted", Refusal.AlreadySubmitted)]
    [InlineData("cannot update EMA more than once per window", Refusal.AlreadySubmitted)]
    [InlineData("account sequence mismatch, expected 6, got 5: incorrect account sequence", Refusal.WrongSequence)]
    [InlineData("signature verification failed; please verify account number (7), sequence (3) and chain-id (a): "
        + "unauthorized", Refusal.BadSignature)]
    [InlineData("error checking fee: got: 1uallo required: 10uallo, minGasPrice: 10uallo, gas: 1: insufficient fee",
        Refusal.FeeTooLow)]
    [InlineData("insufficient fees; got: 1uallo required: 2uallo: insufficient fee", Refusal.FeeTooLow)]
    [InlineData("spendable balance 0uallo is smaller than 10uallo: insufficient funds", Refusal.OutOfFunds)]
    [InlineData("data sender does not have enough denom", Refusal.OutOfFunds)]
    [InlineData("out of gas in location: ReadFlat; gasWanted: 100, gasUsed: 200: out of gas", Refusal.OutOfGas)]
    [InlineData("Worker window not open for topic: 1, current block 5, start window: 1, end window: 3",
        Refusal.WindowNotOpen)]
    [InlineData("worker nonce window not available", Refusal.WindowNotOpen)]
    [InlineData("unfulfilled nonce not found", Refusal.NonceNotFound)]
    [InlineData("address not registered", Refusal.NotRegistered)]
    [InlineData("address is not registered in this topic", Refusal.NotRegistered)]
    [InlineData("address already registered in a topic", Refusal.AlreadyRegistered)]
    [InlineData("not permitted to submit worker payload", Refusal.NotWhitelisted)]
    [InlineData("not permitted to add stake", Refusal.NotWhitelisted)]
    [InlineData("reputer's stake of 1 is below 10000: insufficient stake", Refusal.StakeTooLow)]
    [InlineData("topic does not exist", Refusal.TopicMissing)]
    [InlineData("invalid topic ID", Refusal.TopicMissing)]
    [InlineData("tx already exists in cache", Refusal.AlreadyInMempool)]
    [InlineData("mempool is full: number of txs 5000", Refusal.MempoolFull)]
    [InlineData("tx timeout height", Refusal.TimeoutHeightPassed)]
    [InlineData("unable to resolve type URL /emissions.v9.InsertWorkerPayloadRequest: tx parse error",
        Refusal.Undecodable)]
    [InlineData("account allo1x does not exist: unknown address", Refusal.UnknownAccount)]
    [InlineData("the oracle is asleep", Refusal.Unknown)]
    public void Reads_the_text_only_where_there_is_no_code(string log, Refusal expected)
    {
        Assert.Equal(expected, Refusals.Classify("undefined", 1, log));
        Assert.Equal(expected, Refusals.Classify("", 0, log));
        Assert.Equal(expected, Refusals.Classify(new ChainException(ChainFault.Refused, "simulate", null, log)));
    }

    [Fact]
    public void A_fault_of_the_network_is_no_refusal() =>
        Assert.Equal(Refusal.None, Refusals.Classify(
            new ChainException(ChainFault.Timeout, "simulate", null, "out of gas")));

    [Fact]
    public void Code_zero_is_no_refusal() => Assert.Equal(Refusal.None, Refusals.Classify("", 0, ""));

    [Theory]
    [InlineData("account sequence mismatch, expected 42, got 41: incorrect account sequence", 42ul)]
    [InlineData("x: account sequence mismatch, expected 0, got 18446744073709551615", 0ul)]
    [InlineData("account sequence mismatch", null)]
    [InlineData("expected 42, got 41", null)]
    public void Finds_the_sequence_that_the_chain_expects(string log, ulong? expected) =>
        Assert.Equal(expected, Refusals.ExpectedSequence(log));
}
