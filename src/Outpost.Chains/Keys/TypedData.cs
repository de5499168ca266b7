using System.Buffers.Binary;
using System.Text;
using Outpost.Sdk.Evm;

namespace Outpost.Chains.Keys;

/// <summary>
/// For whom a typed signature is meant (EIP-712): another application, chain or contract gives another digest, so that
/// no signature can be used twice in two places.
/// </summary>
/// <param name="Name">The application's name.</param>
/// <param name="Version">Its version, as text.</param>
/// <param name="ChainId">The chain on which the contract is.</param>
/// <param name="VerifyingContract">The contract that would check it.</param>
public sealed record TypedDomain(string Name, string Version, ulong ChainId, EvmAddress VerifyingContract)
{
    private const string Type =
        "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)";

    /// <summary>What is signed of a struct in this domain: keccak(0x19 0x01 ‖ domain ‖ struct).</summary>
    public byte[] Digest(ReadOnlySpan<byte> hashOfStruct) =>
        Keccak256.Hash([0x19, 0x01, .. Separator(), .. hashOfStruct]);

    private byte[] Separator() => TypedData.HashOfStruct(
        Type,
        TypedData.Word(Name), TypedData.Word(Version), TypedData.Word(ChainId), TypedData.Word(VerifyingContract));
}

/// <summary>The hash of a struct, and the 32-byte words that its members become (EIP-712).</summary>
public static class TypedData
{
    private const int WordSize = 32;

    /// <summary>keccak(keccak(type) ‖ members); the type is written as EIP-712 does: Name(type member,…).</summary>
    public static byte[] HashOfStruct(string type, params ReadOnlySpan<byte[]> members)
    {
        var whole = new byte[WordSize * (1 + members.Length)];
        HashOfType(type).CopyTo(whole, 0);
        for (var i = 0; i < members.Length; i++)
        {
            members[i].CopyTo(whole, WordSize * (1 + i));
        }

        return Keccak256.Hash(whole);
    }

    /// <summary>The hash of a type's text.</summary>
    public static byte[] HashOfType(string type) => Keccak256.Hash(Encoding.UTF8.GetBytes(type));

    /// <summary>A uint256 that fits into 64 bits.</summary>
    public static byte[] Word(ulong number)
    {
        var word = new byte[WordSize];
        BinaryPrimitives.WriteUInt64BigEndian(word.AsSpan(WordSize - sizeof(ulong)), number);
        return word;
    }

    /// <summary>A string goes in by its hash.</summary>
    public static byte[] Word(string text) => Keccak256.Hash(Encoding.UTF8.GetBytes(text));

    /// <summary>An address, with zeros before it.</summary>
    public static byte[] Word(EvmAddress address) =>
        [.. new byte[WordSize - EvmAddress.Size], .. address.ToArray()];
}
