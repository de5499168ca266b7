using System.Text.Json.Nodes;
using Google.Protobuf;
using Outpost.Chains.Wire.Cosmos.Crypto;
using Outpost.Chains.Wire.Cosmos.Tx;
using Outpost.Devnet.Queries;
using Outpost.Devnet.Wire;

namespace Outpost.Tests.Devnet;

/// <summary>The devnet's own reading of the wire, held against real chain data.</summary>
public sealed class WireTests
{
    /// <summary>
    /// Testnet block 7038753 (sdk-py fixture tendermint_latest_block.json): its four hashes and data_hash.
    /// </summary>
    [Fact]
    public void Computes_the_data_hash_of_a_real_block()
    {
        string[] hashes =
        [
            "B684F890BF93E2344D9C521D203CF45FC92E9F290164EEB822EE15384A8725F2",
            "956274156BD85864FC098CF01ACE20FFA33DFE916F8E8AE67752C865A192158F",
            "2CF7156F4BF2179823889B9B57CC02219C296717194D92BC2B4932C9DCCD9278",
            "992BEA98BFEFDBB96596F0D360866E407084F580232E27B57A8A9418EDB49F80",
        ];
        var root = Merkle.Root([.. hashes.Select(Convert.FromHexString)]);
        Assert.Equal("1RhJT8C1tGHYndwJ8OeYjdFmI+skv5tCB11UsyOL0Dk=", Convert.ToBase64String(root));
    }

    [Fact]
    public void Verifies_the_signatures_of_real_transactions()
    {
        var vectors = JsonNode.Parse(Tidy.Repository.Read("tests/vectors/allora-transactions.json"))!;
        var verified = 0;
        foreach (var vector in vectors["vectors"]!.AsArray())
        {
            var raw = TxRaw.Parser.ParseFrom(Convert.FromBase64String(vector!["txraw_base64"]!.ToString()));
            var key = PubKey.Parser.ParseFrom(
                AuthInfo.Parser.ParseFrom(raw.AuthInfoBytes).SignerInfos[0].PublicKey.Value).Key.ToByteArray();
            var document = new SignDoc
            {
                BodyBytes = raw.BodyBytes,
                AuthInfoBytes = raw.AuthInfoBytes,
                ChainId = vector["chain_id"]!.ToString(),
                AccountNumber = vector["account_number"]!.GetValue<ulong>(),
            };
            Assert.True(Secp256k1.Verify(key, document.ToByteArray(), raw.Signatures[0].Span));
            Assert.Equal(vector["signer"]!.ToString(), Address.OfPublicKey(key));
            verified++;
        }

        Assert.True(verified >= 3, $"only {verified} vectors");
    }

    [Theory]
    [InlineData("0.000001", "0.000001")]
    [InlineData("0.0000001", "1E-7")]
    [InlineData("1e-6", "0.000001")]
    [InlineData("1e-05", "0.00001")]
    [InlineData("1.2345e-6", "0.0000012345")]
    [InlineData("1.2345e-7", "1.2345E-7")]
    [InlineData("1.0E-7", "1.0E-7")]
    [InlineData("1.2345e7", "1.2345E+7")]
    [InlineData("1e1", "1E+1")]
    [InlineData("1e+20", "1E+20")]
    [InlineData("1e308", "1E+308")]
    [InlineData("1.50", "1.50")]
    [InlineData("100.0", "100.0")]
    [InlineData("0e1", "0E+1")]
    [InlineData("0e-7", "0.0000000")]
    [InlineData("0e-1", "0.0")]
    [InlineData("-0.0", "-0.0")]
    [InlineData("+0.5", "0.5")]
    [InlineData("0001.5", "1.5")]
    [InlineData("0.000000000000001", "1E-15")]
    [InlineData("0.123456789012345678901234567890", "0.123456789012345678901234567890")]
    public void Prints_decimals_as_the_chain_does(string text, string canonical)
    {
        Assert.True(ExactDecimal.TryParse(text, out var value));
        Assert.Equal(canonical, value.ToCanonicalText());
    }

    [Theory]
    [InlineData("allo19rl4cm2hmr8afy4kldpxz3fka4jguq0ajnh7gv", null)]
    [InlineData("ALLO19RL4CM2HMR8AFY4KLDPXZ3FKA4JGUQ0AJNH7GV", null)]
    [InlineData("allo19rl4cm2hmr8afy4kldpxz3fka4jguq0ajnh7gw", "invalid checksum")]
    [InlineData("cosmos1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqnrql8a", "expected allo, got cosmos")]
    [InlineData("Allo19rl4cm2hmr8afy4kldpxz3fka4jguq0ajnh7gv", "not all lowercase")]
    [InlineData("", "empty address")]
    public void Knows_addresses(string text, string? problem)
    {
        if (problem is null)
        {
            Assert.Null(Address.Problem(text));
        }
        else
        {
            Assert.Contains(problem, Address.Problem(text), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("tm.event='Tx'", true)]
    [InlineData("tm.event = 'Tx' AND a.b='\"71\"'", true)]
    [InlineData("tm.event='Tx' AND a.n > 4", true)]
    [InlineData("tm.event='Tx' AND a.n<=4", false)]
    [InlineData("a.b EXISTS AND a.b CONTAINS '71'", true)]
    [InlineData("a.c EXISTS", false)]
    [InlineData("tm.event='NewBlock'", false)]
    public void Matches_event_queries(string text, bool isMatch)
    {
        Assert.Null(EventQuery.Parse(text, out var query));
        var tags = new Dictionary<string, List<string>>
        {
            ["tm.event"] = ["Tx"],
            ["a.b"] = ["\"70\"", "\"71\""],
            ["a.n"] = ["5"],
        };
        Assert.Equal(isMatch, query!.Matches(tags));
    }

    [Theory]
    [InlineData("")]
    [InlineData("tm.event")]
    [InlineData("tm.event='Tx' OR a.b=1")]
    [InlineData("tm.event='Tx")]
    [InlineData("tm.event=Tx")]
    public void Refuses_queries_that_it_cannot_read(string text) => Assert.NotNull(EventQuery.Parse(text, out _));
}
