using Outpost.Chains.Keys;

namespace Outpost.EndToEnd.Outsider;

/// <summary>What leaves our keys and our encoder, judged by CosmJS.</summary>
public sealed class SigningTests
{
    private static readonly string[] Mnemonics =
    [
        SignedTransactions.Mnemonic,
        "test test test test test test test test test test test junk",
        "legal winner thank year wave sausage worth useful legal winner thank yellow",
        "letter advice cage absurd amount doctor acoustic avoid letter advice cage absurd amount doctor acoustic "
            + "avoid letter always",
        "hamster diagram private dutch cause delay private meat slide toddler razor book happy fancy gospel tennis "
            + "maple dilemma loan word shrug inflict delay length",
        "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon "
            + "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon art",
    ];

    private sealed record Derived(string Mnemonic, uint Index, string Address, string PublicKey);

    [Fact]
    public Task CosmJS_derives_the_same_addresses_from_the_same_mnemonics()
    {
        int[] wordCounts = [12, 15, 18, 21, 24];
        var generated = wordCounts
            .Select(words => Mnemonic.Create(words).Sentence.RevealForUse());
        uint[] indices = [0, int.MaxValue];
        var derived = Mnemonics.Concat(generated)
            .SelectMany(mnemonic => indices.Select(index => Derive(mnemonic, index)))
            .ToArray();
        return OutsiderScript.AssertAllPassAsync("addresses.mjs", derived, atLeast: derived.Length);
    }

    [Fact]
    public Task CosmJS_reads_verifies_and_builds_the_transactions_we_sign()
    {
        var signed = SignedTransactions.All();
        return OutsiderScript.AssertAllPassAsync("transactions.mjs", signed, atLeast: signed.Count * 5);
    }

    private static Derived Derive(string mnemonic, uint index)
    {
        using var key = AccountKey.FromMnemonic(Mnemonic.Parse(mnemonic), index);
        return new Derived(mnemonic, index, key.Address, Convert.ToHexStringLower(key.PublicKey.Span));
    }
}
