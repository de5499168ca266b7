using Google.Protobuf;
using Outpost.Chains.Allora;
using Outpost.Chains.Wire.Cosmos.Tx;

namespace Outpost.Tests.Devnet;

/// <summary>What the chain cannot read: sdk code 2 for all of it.</summary>
public sealed class DecodingTests
{
    private readonly TestChain _chain = new();

    private byte[] Good => _chain.Alice.Tx(_chain.Alice.Payload(1, 3, "1.5"), _chain.Shape());

    [Fact]
    public void Reads_its_own_vector() => Assert.Equal(0u, _chain.Check(Good).Code);

    [Fact]
    public void Refuses_unknown_fields_in_the_envelope_the_body_and_a_message()
    {
        var body = TxRaw.Parser.ParseFrom(Good);
        Unreadable([.. Good, 0x22, 0x01, 0x00], "cosmos.tx.v1beta1.TxRaw");
        body.BodyBytes = ByteString.CopyFrom([.. body.BodyBytes.Span, 0x20, 0x01]);
        Unreadable(body.ToByteArray(), "cosmos.tx.v1beta1.TxBody");
        var message = _chain.Alice.Payload(1, 3, "1.5").ToByteArray();
        Unreadable(
            _chain.Alice.Tx(
                [("/emissions.v10.InsertWorkerPayloadRequest", ByteString.CopyFrom([.. message, 0x18, 0x01]))],
                _chain.Shape()),
            "TagNum: 3");
    }

    [Fact]
    public void Refuses_fields_out_of_order_long_varints_and_trailing_bytes()
    {
        var raw = TxRaw.Parser.ParseFrom(Good);
        var swapped = new TxRaw { AuthInfoBytes = raw.AuthInfoBytes }.ToByteArray()
            .Concat(new TxRaw { BodyBytes = raw.BodyBytes }.ToByteArray()).ToArray();
        Unreadable(swapped, "ADR-027");
        Unreadable([0x0a, 0x81, 0x00, 0x00], "as short as possible");
        Unreadable([.. Good, 0x1a], "");
        Unreadable([], "", isEmpty: true);
    }

    [Fact]
    public void Refuses_types_that_it_does_not_have()
    {
        Unreadable(
            _chain.Alice.Tx([("/cosmos.gov.v1.MsgVote", ByteString.Empty)], _chain.Shape()),
            "unable to resolve type URL /cosmos.gov.v1.MsgVote: tx parse error");
        Unreadable(
            _chain.Alice.Tx(_chain.Alice.Payload(1, 3, "1"), _chain.Shape(shape => shape with { Version = 9 })),
            "unable to resolve type URL /emissions.v9.InsertWorkerPayloadRequest");
    }

    [Theory]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("1e41")]
    [InlineData("1.1e40")]
    [InlineData("9e-41")]
    [InlineData("1,5")]
    [InlineData("0x10")]
    public void Refuses_decimals_that_are_no_number_within_bounds(string value) => Unreadable(
        _chain.Alice.Tx(_chain.Alice.Payload(1, 3, value), _chain.Shape()), "tx parse error");

    [Theory]
    [InlineData("1e40")]
    [InlineData("-1e-40")]
    [InlineData("0e-30")]
    public void Takes_decimals_at_their_bounds(string value) => Assert.Equal(
        0u, _chain.Check(_chain.Alice.Payload(1, 3, value)).Code);

    [Fact]
    public void A_v9_chain_takes_v9_only_until_its_upgrade()
    {
        var chain = new TestChain(options => options with { Version = EmissionsVersion.V9, UpgradeHeight = 6 });
        chain.ProduceUntil(3);
        var payload = chain.Alice.Payload(1, 3, "2.5");
        Assert.Equal(2u, chain.Check(payload, shape => shape with { Version = 10 }).Code);
        var result = chain.Deliver(payload);
        Assert.Equal("", result.Log);
        Assert.Contains(result.Events, item => item.Type == "emissions.v9.EventInsertInfererPayload");
        chain.ProduceUntil(6);
        Assert.Equal(2u, chain.Check(chain.Alice.Registration(1)).Code);
        Assert.Equal(0u, chain.Check(chain.Alice.Registration(1), shape => shape with { Version = 10 }).Code);
    }

    private void Unreadable(byte[] bytes, string text, bool isEmpty = false)
    {
        var result = _chain.Check(bytes);
        Assert.Equal(isEmpty ? "sdk 18" : "sdk 2", TestChain.Pair(result));
        Assert.Contains(text, result.Log, StringComparison.Ordinal);
    }
}
