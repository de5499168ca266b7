using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Outpost.Chains.Allora;
using Outpost.Chains.Cosmos;
using Outpost.Chains.Keys;
using Outpost.Chains.Wire;
using Outpost.Chains.Wire.Cosmos.Crypto;
using Outpost.Chains.Wire.Cosmos.Tx;
using Outpost.Chains.Wire.Emissions.V10;
using Outpost.Tests.Keys;
using Fee = Outpost.Chains.Cosmos.Fee;
using InsertReputerPayloadV9 = Outpost.Chains.Wire.Emissions.V9.InsertReputerPayloadRequest;

namespace Outpost.Tests.Cosmos;

/// <summary>
/// Real transactions (tests/vectors/allora-transactions.json) and the computed vectors of the key
/// "abandon … about" (RFC 6979, so every byte is determined).
/// </summary>
public sealed class TransactionTests
{
    private static readonly AccountKey Key = AccountKey.FromPrivateKey(
        Convert.FromHexString("c4a48e2fce1481cd3294b4490f6678090ea98d3d0e5cd984558ab0968741b104"));

    public static TheoryData<string> RealTransactions =>
        [.. Vectors().Select(vector => vector.Text("name"))];

    [Theory]
    [MemberData(nameof(RealTransactions))]
    public void A_real_transaction_decodes_and_encodes_to_the_same_bytes(string name)
    {
        var vector = Vector(name);
        var bytes = vector.GetProperty("txraw_base64").GetBytesFromBase64();
        var raw = TxRaw.Parser.ParseFrom(bytes);
        var body = TxBody.Parser.ParseFrom(raw.BodyBytes);
        var authInfo = AuthInfo.Parser.ParseFrom(raw.AuthInfoBytes);

        Assert.Equal(vector.Text("tx_hash"), Convert.ToHexString(SHA256.HashData(bytes)));
        Assert.Equal(bytes, raw.ToByteArray());
        Assert.Equal(raw.BodyBytes, body.ToByteString());
        Assert.Equal(raw.AuthInfoBytes, authInfo.ToByteString());
        Assert.Equal(vector.Text("type_url"), Assert.Single(body.Messages).TypeUrl);
        Assert.Equal(vector.GetProperty("sequence").GetUInt64(), Assert.Single(authInfo.SignerInfos).Sequence);
    }

    [Theory]
    [MemberData(nameof(RealTransactions))]
    public void A_real_transactions_signature_verifies_over_our_sign_bytes(string name)
    {
        var vector = Vector(name);
        var raw = TxRaw.Parser.ParseFrom(vector.GetProperty("txraw_base64").GetBytesFromBase64());
        var signBytes = new SignDoc
        {
            BodyBytes = raw.BodyBytes,
            AuthInfoBytes = raw.AuthInfoBytes,
            ChainId = vector.Text("chain_id"),
            AccountNumber = vector.GetProperty("account_number").GetUInt64(),
        };
        var digest = SHA256.HashData(signBytes.ToByteArray());
        var signer = AuthInfo.Parser.ParseFrom(raw.AuthInfoBytes).SignerInfos[0];
        var publicKey = PubKey.Parser.ParseFrom(signer.PublicKey.Value).Key;

        Assert.Equal(vector.Text("signdoc_sha256"), Convert.ToHexStringLower(digest));
        Assert.Equal(vector.Text("pubkey_hex"), Convert.ToHexStringLower(publicKey.Span));
        Assert.True(Secp256k1.Verify(publicKey.Span, digest, raw.Signatures[0].Span));
        Assert.Equal(vector.Text("signer"), AccountKey.AddressOf(publicKey.Span));
    }

    [Theory]
    [MemberData(nameof(RealTransactions))]
    public void We_build_the_body_and_the_signers_part_of_a_real_transaction(string name)
    {
        var vector = Vector(name);
        var raw = TxRaw.Parser.ParseFrom(vector.GetProperty("txraw_base64").GetBytesFromBase64());
        var body = TxBody.Parser.ParseFrom(raw.BodyBytes);
        var timeout = vector.GetProperty("timeout_height").GetInt64();
        var fee = BigInteger.Parse(vector.Text("fee").Replace("uallo", "", StringComparison.Ordinal),
            CultureInfo.InvariantCulture);
        var granter = vector.Text("fee_granter");
        var draft = new TransactionDraft(
            [.. body.Messages],
            new Fee(fee, vector.GetProperty("gas_limit").GetUInt64(), granter.Length == 0 ? null : granter),
            timeout == 0 ? null : new(timeout));
        var context = new SigningContext(
            vector.Text("chain_id"), vector.GetProperty("account_number").GetUInt64(),
            vector.GetProperty("sequence").GetUInt64());

        var ours = TxRaw.Parser.ParseFrom(Transaction.ForSimulation(draft, context, Key).Span);

        // The same bytes but for the public key, whose private part we do not have.
        var authInfo = AuthInfo.Parser.ParseFrom(ours.AuthInfoBytes);
        authInfo.SignerInfos[0].PublicKey = AuthInfo.Parser.ParseFrom(raw.AuthInfoBytes).SignerInfos[0].PublicKey;
        Assert.Equal(raw.BodyBytes, ours.BodyBytes);
        Assert.Equal(raw.AuthInfoBytes, authInfo.ToByteString());
    }

    [Theory]
    [InlineData("testnet_v9_worker_a")]
    [InlineData("testnet_v9_worker_b")]
    public void A_real_workers_bundle_encodes_to_what_its_worker_signed(string name)
    {
        var vector = Vector(name);
        var bundle = InsertWorkerPayloadRequest.Parser.ParseFrom(Message(vector)).WorkerDataBundle;
        var bytes = bundle.InferenceForecastsBundle.ToByteArray();

        Assert.Equal(vector.Text("bundle_hex"), Convert.ToHexStringLower(bytes));
        Assert.Equal(vector.Text("bundle_sha256"), Convert.ToHexStringLower(SHA256.HashData(bytes)));
        Assert.True(Secp256k1.Verify(Convert.FromHexString(bundle.Pubkey), SHA256.HashData(bytes),
            bundle.InferencesForecastsBundleSignature.Span));
    }

    [Fact]
    public void A_real_reputers_bundle_encodes_to_what_its_reputer_signed()
    {
        var vector = Vector("testnet_v9_reputer");
        var bundle = InsertReputerPayloadV9.Parser.ParseFrom(Message(vector)).ReputerValueBundle;
        var digest = SHA256.HashData(bundle.ValueBundle.ToByteArray());

        Assert.Equal(vector.Text("value_bundle_sha256"), Convert.ToHexStringLower(digest));
        Assert.True(Secp256k1.Verify(Convert.FromHexString(bundle.Pubkey), digest, bundle.Signature.Span));
    }

    [Theory]
    [InlineData(EmissionsVersion.V9, "E8AF60330507D34BFA25D94D451C90F31D841D3CE160EC0937845920B34D6FED")]
    [InlineData(EmissionsVersion.V10, "12B49DE4B88A61905EE29BC284320C6DCF2A7978F5FD6B1ACEAA89C8E6295A05")]
    public void Signs_the_computed_payload_to_the_byte(EmissionsVersion version, string hash)
    {
        var bundle = InputInferenceForecastBundle.Parser.ParseFrom(Convert.FromHexString(ComputedBundle));
        var message = WorkerMessages.Payload(version, new TopicId(1), new(100), bundle, Key);
        var draft = new TransactionDraft([message], new Fee(2_500_000, 250_000), null);

        var signed = Transaction.Sign(draft, new SigningContext("allora-testnet-1", 7, 3), Key);

        var payload = InsertWorkerPayloadRequest.Parser.ParseFrom(message.Value).WorkerDataBundle;
        Assert.Equal(ComputedBundle, Convert.ToHexStringLower(payload.InferenceForecastsBundle.ToByteArray()));
        Assert.Equal(
            "0c5b410b8d9bceae2c43367ccf8060b1900dbaf09762d6e48790a36a0d38f89d"
            + "4cd2d848f928c4346dbaa4f20358659690cfab18a57927ba98a49fa07213067b",
            Convert.ToHexStringLower(payload.InferencesForecastsBundleSignature.Span));
        Assert.Equal(hash, signed.Hash);
        Assert.Equal(hash, Convert.ToHexString(SHA256.HashData(signed.Bytes.Span)));
    }

    [Fact]
    public void Registers_with_the_computed_bytes()
    {
        const string expected =
            "0a2b616c6c6f3139726c34636d32686d7238616679346b6c6470787a33666b61346a67757130616a6e68376776"
            + "20012a2b616c6c6f3139726c34636d32686d7238616679346b6c6470787a33666b61346a67757130616a6e68376776";

        var message = WorkerMessages.Register(EmissionsVersion.V9, new TopicId(1), Key.Address);

        Assert.Equal("/emissions.v9.RegisterRequest", message.TypeUrl);
        Assert.Equal(expected, Convert.ToHexStringLower(message.Value.Span));
    }

    [Fact]
    public void An_inference_names_its_worker_everywhere_and_is_signed_by_it()
    {
        Assert.True(DecimalText.TryParse("1e-7", out var value, out _));

        var message = WorkerMessages.Inference(EmissionsVersion.V10, new TopicId(71), new(7038747), value, Key);

        Assert.Equal("/emissions.v10.InsertWorkerPayloadRequest", message.TypeUrl);
        var request = InsertWorkerPayloadRequest.Parser.ParseFrom(message.Value);
        var bundle = request.WorkerDataBundle;
        var inference = bundle.InferenceForecastsBundle.Inference;
        Assert.Equal([Key.Address, Key.Address, Key.Address], [request.Sender, bundle.Worker, inference.Inferer]);
        Assert.Equal((71ul, 7038747L, "1E-7"), (inference.TopicId, inference.BlockHeight, inference.Value));
        Assert.Equal((71ul, 7038747L), (bundle.TopicId, bundle.Nonce.BlockHeight));
        Assert.Equal(Convert.ToHexStringLower(Key.PublicKey.Span), bundle.Pubkey);
        Assert.True(Secp256k1.Verify(Key.PublicKey.Span,
            SHA256.HashData(bundle.InferenceForecastsBundle.ToByteArray()),
            bundle.InferencesForecastsBundleSignature.Span));
    }

    [Fact]
    public void A_value_that_was_never_set_travels_as_the_zero_that_the_chain_would_write()
    {
        var message = WorkerMessages.Inference(EmissionsVersion.V10, new TopicId(1), new(1), default, Key);

        var bundle = InsertWorkerPayloadRequest.Parser.ParseFrom(message.Value).WorkerDataBundle;
        Assert.Equal("0", bundle.InferenceForecastsBundle.Inference.Value);
    }

    [Fact]
    public void The_transaction_for_simulation_differs_in_the_signature_only()
    {
        var draft = new TransactionDraft(
            [new Any { TypeUrl = "/x", Value = ByteString.CopyFromUtf8("y") }], new Fee(1, 2), new(9), "memo");
        var context = new SigningContext("c", 1, 2);

        var signed = TxRaw.Parser.ParseFrom(Transaction.Sign(draft, context, Key).Bytes.Span);
        var simulated = TxRaw.Parser.ParseFrom(Transaction.ForSimulation(draft, context, Key).Span);

        Assert.Equal(0, Assert.Single(simulated.Signatures).Length);
        Assert.Equal(64, Assert.Single(signed.Signatures).Length);
        simulated.Signatures[0] = signed.Signatures[0];
        Assert.Equal(signed, simulated);
    }

    private const string ComputedBundle =
        "0a39080110641a2b616c6c6f3139726c34636d32686d7238616679346b6c6470787a33666b61346a67757130616a6e68376776"
        + "2206332e313431351266080110641a2b616c6c6f3139726c34636d32686d7238616679346b6c6470787a33666b61346a6775"
        + "7130616a6e6837677622330a2b616c6c6f316a726b6d646377677139347561616d78367a6178326c7565776c68663775346b"
        + "6a74756a706d1204302e3235";

    private static JsonElement.ArrayEnumerator Vectors() =>
        VectorFile.Read("allora-transactions.json").GetProperty("vectors").EnumerateArray();

    private static JsonElement Vector(string name) => Vectors().Single(vector => vector.Text("name") == name);

    private static ByteString Message(JsonElement vector)
    {
        var raw = TxRaw.Parser.ParseFrom(vector.GetProperty("txraw_base64").GetBytesFromBase64());
        return TxBody.Parser.ParseFrom(raw.BodyBytes).Messages[0].Value;
    }
}
