using System.Numerics;
using System.Security.Cryptography;
using Google.Protobuf;
using Outpost.Chains.Allora;
using Outpost.Chains.Keys;
using Outpost.Chains.Wire;
using Outpost.Chains.Wire.Cosmos.Tx;
using Outpost.Chains.Wire.Emissions.V10;
using Outpost.Tests.Keys;
using V3 = Outpost.Chains.Wire.Emissions.V3;

namespace Outpost.Tests.Allora;

/// <summary>
/// The real reputer's transaction (tests/vectors/allora-transactions.json), and computed vectors of the key
/// "abandon … about" (RFC 6979, so every byte is determined).
/// </summary>
public sealed class ReputerMessagesTests
{
    private static readonly AccountKey Key = AccountKey.FromPrivateKey(
        Convert.FromHexString("c4a48e2fce1481cd3294b4490f6678090ea98d3d0e5cd984558ab0968741b104"));

    [Fact]
    public void Builds_the_real_reputers_bundle_to_the_byte_from_its_numbers()
    {
        var message = RealMessage();
        var real = InsertReputerPayloadRequest.Parser.ParseFrom(message);
        var bundle = real.ReputerValueBundle;
        Assert.Equal(message, real.ToByteString());
        var losses = WireValues.Read(V3.ValueBundle.Parser.ParseFrom(bundle.ValueBundle.ToByteString()), "vector");

        var ours = ReputerMessages.Bundle(new TopicId(71), new(7032987), losses, bundle.ValueBundle.Reputer);

        Assert.Equal((32, 32), (losses.Inferers.Count, losses.OneOutInferers.Count));
        Assert.Equal("-0.06316195195885649592571709029358721", losses.Naive.Text);
        var bytes = ours.ToByteArray();
        Assert.Equal(5660, bytes.Length);
        Assert.Equal(bundle.ValueBundle.ToByteArray(), bytes);
        Assert.True(Secp256k1.Verify(
            Convert.FromHexString(bundle.Pubkey), SHA256.HashData(bytes), bundle.Signature.Span));
    }

    [Fact]
    public void Sorts_what_comes_in_any_order()
    {
        var bundle = InsertReputerPayloadRequest.Parser.ParseFrom(RealMessage()).ReputerValueBundle.ValueBundle;
        var losses = WireValues.Read(V3.ValueBundle.Parser.ParseFrom(bundle.ToByteString()), "vector");
        var mixed = losses with
        {
            Inferers = [.. losses.Inferers.Reverse()],
            OneOutInferers = [.. losses.OneOutInferers.Skip(7), .. losses.OneOutInferers.Take(7)],
        };

        Assert.Equal(bundle, ReputerMessages.Bundle(new TopicId(71), new(7032987), mixed, bundle.Reputer));
    }

    [Theory]
    [InlineData(EmissionsVersion.V9, "/emissions.v9.InsertReputerPayloadRequest")]
    [InlineData(EmissionsVersion.V10, "/emissions.v10.InsertReputerPayloadRequest")]
    public void Signs_the_computed_bundle_to_the_byte(EmissionsVersion version, string typeUrl)
    {
        var losses = Losses("-1.5", "-1.75", new OfWorker<DecimalText>(Key.Address, Number("-1.25")));

        var message = ReputerMessages.Losses(version, new TopicId(1), new(100), losses, Key);

        Assert.Equal(typeUrl, message.TypeUrl);
        var request = InsertReputerPayloadRequest.Parser.ParseFrom(message.Value);
        Assert.Equal(Key.Address, request.Sender);
        var bundle = request.ReputerValueBundle;
        Assert.Equal(
            "080112040a0208641a2b616c6c6f3139726c34636d32686d7238616679346b6c6470787a33666b61346a67757130616a6e6837"
            + "67762a042d312e3532340a2b616c6c6f3139726c34636d32686d7238616679346b6c6470787a33666b61346a67757130616a6e"
            + "6837677612052d312e323542052d312e3735",
            Convert.ToHexStringLower(bundle.ValueBundle.ToByteArray()));
        Assert.Equal(
            "a9673b4048a1233152111cf66fee6344790ff8e05f8eb08b3421b0b4e88106400cd797783d977a08959496fac6a315c250a4935d"
            + "ab962327970ca32668ac4fb4",
            Convert.ToHexStringLower(bundle.Signature.Span));
        Assert.Equal(Convert.ToHexStringLower(Key.PublicKey.Span), bundle.Pubkey);
    }

    [Fact]
    public void Sends_a_loss_that_was_never_set_as_the_zero_that_the_chain_would_write()
    {
        var losses = Losses("0", "0", new OfWorker<DecimalText>(Key.Address, default)) with { Combined = default };

        var bundle = ReputerMessages.Bundle(new TopicId(1), new(1), losses, Key.Address);

        Assert.Equal(("0", "0", "0"), (bundle.CombinedValue, bundle.NaiveValue, bundle.InfererValues[0].Value));
    }

    [Fact]
    public void Refuses_losses_that_name_no_inferer() => Assert.Throws<ArgumentException>(
        () => ReputerMessages.Losses(EmissionsVersion.V10, new TopicId(1), new(1), Losses("1", "1"), Key));

    [Fact]
    public void Registers_as_a_reputer_and_adds_stake_in_exact_integers()
    {
        var registration = ReputerMessages.Register(EmissionsVersion.V10, new TopicId(7), Key.Address);
        var stake = ReputerMessages.AddStake(
            EmissionsVersion.V9, new TopicId(7), BigInteger.Pow(10, 24) + 1, Key.Address);

        Assert.Equal("/emissions.v10.RegisterRequest", registration.TypeUrl);
        Assert.Equal(
            new RegisterRequest { Sender = Key.Address, TopicId = 7, Owner = Key.Address, IsReputer = true },
            RegisterRequest.Parser.ParseFrom(registration.Value));
        Assert.Equal("/emissions.v9.AddStakeRequest", stake.TypeUrl);
        Assert.Equal(
            new AddStakeRequest { Sender = Key.Address, TopicId = 7, Amount = "1000000000000000000000001" },
            AddStakeRequest.Parser.ParseFrom(stake.Value));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => ReputerMessages.AddStake(EmissionsVersion.V10, new TopicId(7), 0, Key.Address));
    }

    private static ValueBundle<DecimalText> Losses(
        string combined, string naive, params OfWorker<DecimalText>[] inferers) =>
        new(Number(combined), Number(naive), inferers, [], [], [], [], []);

    private static DecimalText Number(string text)
    {
        Assert.True(DecimalText.TryParse(text, out var value, out var problem), problem);
        return value;
    }

    private static ByteString RealMessage()
    {
        var vector = VectorFile.Read("allora-transactions.json").GetProperty("vectors").EnumerateArray()
            .Single(one => one.Text("name") == "testnet_v9_reputer");
        var raw = TxRaw.Parser.ParseFrom(vector.GetProperty("txraw_base64").GetBytesFromBase64());
        return TxBody.Parser.ParseFrom(raw.BodyBytes).Messages[0].Value;
    }
}
