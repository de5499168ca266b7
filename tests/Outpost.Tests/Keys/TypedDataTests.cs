using Outpost.Chains.Keys;
using Outpost.Consensus.Snapshotters;
using Outpost.Sdk.Evm;

namespace Outpost.Tests.Keys;

public sealed class TypedDataTests
{
    private static readonly EvmAddress Cow = EvmAddress.Parse("0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826");
    private static readonly EvmAddress Bob = EvmAddress.Parse("0xbBbBBBBbbBBBbbbBbbBbbbbBBbBbbbbBbBbbBBbB");

    // The example that EIP-712 works through: its hashes, and its signature with the key keccak("cow").
    [Fact]
    public void Hashes_and_signs_the_example_of_EIP_712()
    {
        const string Person = "Person(string name,address wallet)";
        var domain = new TypedDomain(
            "Ether Mail", "1", 1, EvmAddress.Parse("0xCcCCccccCCCCcCCCCCCcCcCccCcCCCcCcccccccC"));
        var from = TypedData.HashOfStruct(Person, TypedData.Word("Cow"), TypedData.Word(Cow));
        var to = TypedData.HashOfStruct(Person, TypedData.Word("Bob"), TypedData.Word(Bob));
        var mail = TypedData.HashOfStruct(
            "Mail(Person from,Person to,string contents)" + Person, from, to, TypedData.Word("Hello, Bob!"));
        var digest = domain.Digest(mail);
        using var key = EthereumKey.FromPrivateKey(Keccak256.Hash("cow"u8));

        Assert.Equal("fc71e5fa27ff56c350aa531bc129ebdf613b772b6604664f5d8dbe21b85eb0c8", Hex(from));
        Assert.Equal("c52c0ee5d84264471806290a3f2c4cecfc5490626bf912d01f240d7a274b371e", Hex(mail));
        Assert.Equal("be609aee343fb3c4b28e1df9e632fca64fcfaede20f02e86244efddf30957bd2", Hex(digest));
        Assert.Equal(
            "0x4355c47d63924e8a72e509b65029052eb6c299d53a04e167c5775fd466751c9d"
            + "07299936d304c153f6443dfa05f40ff007d72911b6f72307f996231605b91562" + "1c",
            key.Sign(digest).ToString());
        Assert.Equal(Cow, key.Address);
        Assert.Equal(Cow, key.Sign(digest).Signer(digest));
    }

    // The hashes that deployed contracts of Powerloom hold.
    [Fact]
    public void The_request_has_the_hash_that_deployed_contracts_know()
    {
        Assert.Equal("12a489cc5c1a68e5513e624e343a209abc2b5628112a27567f67cbaa5e919db4",
            Hex(TypedData.HashOfType(SnapshotRequest.Type)));
        Assert.Equal("8b73c3c69bb8fe3d512ecc4cf759cc79239f7b179b0ffacaa9a75d522b39400f",
            Hex(TypedData.HashOfType(
                "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)")));
    }

    // tests/outsider/requests.mjs: ethers signed these with keys of its own.
    [Fact]
    public void Finds_the_signer_of_what_ethers_signed()
    {
        var vectors = VectorFile.Read("typed-data.json").EnumerateArray().ToList();
        foreach (var vector in vectors)
        {
            var said = vector.GetProperty("request");
            var domain = new TypedDomain(
                SnapshotRequest.DomainName, SnapshotRequest.DomainVersion,
                ulong.Parse(vector.Text("chainId"), null), EvmAddress.Parse(vector.Text("contract")));
            var request = new SnapshotRequest(
                ulong.Parse(said.Text("slotId"), null), ulong.Parse(said.Text("deadline"), null),
                said.Text("snapshotCid"), ulong.Parse(said.Text("epochId"), null), said.Text("projectId"));
            var digest = request.Digest(domain);

            Assert.Equal(vector.Text("digest"), "0x" + Hex(digest));
            Assert.True(EthereumSignature.TryParse(vector.Text("signature"), out var signature, out var problem), problem);
            Assert.Equal(vector.Text("address"), signature.Signer(digest)?.ToString());
            Assert.NotEqual(signature.Signer(digest), signature.Signer((request with { SlotId = 99 }).Digest(domain)));
            Assert.NotEqual(signature.Signer(digest), signature.Signer(request.Digest(domain with { ChainId = 7 })));
        }

        Assert.Equal(16, vectors.Count);
    }

    [Fact]
    public void A_copied_domain_hashes_its_own_members()
    {
        var domain = new TypedDomain("a", "1", 1, default);

        Assert.Equal(Hex(new TypedDomain("a", "1", 2, default).Digest(new byte[32])),
            Hex((domain with { ChainId = 2 }).Digest(new byte[32])));
    }

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);
}
