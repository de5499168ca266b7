using System.Globalization;
using System.Text;
using Outpost.Chains.Keys;
using Outpost.Chains.Wire;
using Outpost.Consensus.Snapshotters;
using Outpost.Sdk.Evm;

namespace Outpost.EndToEnd.Outsider;

/// <summary>Requests and messages that our keys sign, judged by ethers, which has never seen our code.</summary>
public sealed class TypedDataTests
{
    /// <summary>What the outsider is given; numbers travel as text, since JavaScript's are not exact.</summary>
    private sealed record Told(
        string PrivateKey, string Address, string ChainId, string Contract, ToldRequest Request, string Digest,
        string Signature, string Message, string MessageSignature);

    private sealed record ToldRequest(
        string SlotId, string Deadline, string SnapshotCid, string EpochId, string ProjectId);

    [Fact]
    public Task Ethers_finds_our_signer_and_signs_the_same()
    {
        var told = Enumerable.Range(0, 40).Select(Sign).ToArray();
        return OutsiderScript.AssertAllPassAsync("typed-data.mjs", told, atLeast: 2 * told.Length);
    }

    private static Told Sign(int index)
    {
        var privateKey = Keccak256.Hash(Encoding.UTF8.GetBytes($"outpost {index}"));
        using var key = EthereumKey.FromPrivateKey(privateKey);
        var contract = new EvmAddress(Keccak256.Hash(privateKey).AsSpan(12));
        var domain = new TypedDomain(
            SnapshotRequest.DomainName, SnapshotRequest.DomainVersion, 1 + (ulong)index, contract);
        var request = new SnapshotRequest(
            (ulong)index, index == 3 ? ulong.MaxValue : 20_000_000, Cid.Of(privateKey).ToString(), 1010 + (ulong)index,
            index == 4 ? "pröjekt:😀\n" : $"trade_volume_{contract}_NS");
        var digest = request.Digest(domain);
        var message = new string('é', index) + index;
        return new Told(
            "0x" + Convert.ToHexStringLower(privateKey), key.Address.ToString(), Text(domain.ChainId), contract.ToString(),
            new ToldRequest(
                Text(request.SlotId), Text(request.Deadline), request.SnapshotCid, Text(request.EpochId), request.ProjectId),
            "0x" + Convert.ToHexStringLower(digest), key.Sign(digest).ToString(), message,
            key.Sign(EthereumKey.DigestOfMessage(Encoding.UTF8.GetBytes(message))).ToString());
    }

    private static string Text(ulong number) => number.ToString(CultureInfo.InvariantCulture);
}
