using Outpost.Chains.Keys;

namespace Outpost.Tests.Keys;

public sealed class MnemonicTests
{
    private const string Abandon =
        "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon";

    private const string Test = "test test test test test test test test test test test";

    public static TheoryData<string, string, string> Trezor()
    {
        var rows = new TheoryData<string, string, string>();
        foreach (var vector in VectorFile.Read("bip39-english.json").GetProperty("vectors").EnumerateArray())
        {
            rows.Add(vector.Text("entropy"), vector.Text("mnemonic"), vector.Text("seed"));
        }

        return rows;
    }

    [Theory]
    [MemberData(nameof(Trezor))]
    public void Gives_the_sentence_and_the_seed_of_the_published_vectors(string entropy, string sentence, string seed)
    {
        Assert.Equal(sentence, Mnemonic.FromEntropy(Convert.FromHexString(entropy)).Sentence.RevealForUse());
        Assert.Equal(seed, Convert.ToHexStringLower(Mnemonic.Parse(sentence).Seed("TREZOR")));
    }

    [Theory]
    [InlineData(12)]
    [InlineData(15)]
    [InlineData(18)]
    [InlineData(21)]
    [InlineData(24)]
    public void Creates_different_sentences_that_parse(int words)
    {
        var first = Mnemonic.Create(words).Sentence.RevealForUse();
        var second = Mnemonic.Create(words).Sentence.RevealForUse();

        Assert.Equal(words, first.Split(' ').Length);
        Assert.Equal(first, Mnemonic.Parse(first).Sentence.RevealForUse());
        Assert.NotEqual(first, second);
    }

    [Fact]
    public void Does_not_mind_white_space_and_capitals()
    {
        var sentence = "  TEST\ttest Test test  test test\r\ntest test test test test\u3000JUNK\n";

        Assert.Equal(Test + " junk", Mnemonic.Parse(sentence).Sentence.RevealForUse());
    }

    [Theory]
    [InlineData("abandom", "about", "Word 1 of the mnemonic (\"abandom\") # Is it \"abandon\"?")]
    [InlineData("abadnon", "about", "Word 1 of the mnemonic (\"abadnon\") # Is it \"abandon\"?")]
    [InlineData("abandoned", "about", "Word 1 of the mnemonic (\"abandoned\") # Is it \"abandon\"?")]
    [InlineData("abandon", "abot", "Word 12 of the mnemonic (\"abot\") # Is it \"about\"?")]
    [InlineData("abandon", "zzzzzz", "Word 12 of the mnemonic (\"zzzzzz\") # "
        + "Nothing in the list is near it: look it up where the mnemonic was written down.")]
    [InlineData("abandom", "abot", "Word 1 of the mnemonic (\"abandom\") # Is it \"abandon\"? "
        + "Word 12 of the mnemonic (\"abot\") # Is it \"about\"?")]
    public void Names_a_wrong_word_by_its_place_and_offers_the_nearest(string first, string last, string message)
    {
        Assert.Equal(
            message.Replace("#", "is not in the English list of BIP-39.", StringComparison.Ordinal),
            ProblemOf(first + Abandon["abandon".Length..] + " " + last));
    }

    [Fact]
    public void Offers_every_word_that_is_as_near()
    {
        Assert.EndsWith(
            "Is it \"cake\" or \"lake\" or \"make\"?", ProblemOf(Abandon + " zake"), StringComparison.Ordinal);
    }

    [Fact]
    public void Does_not_repeat_what_may_be_another_secret()
    {
        var problem = ProblemOf(Abandon + " hunter2hunter2");

        Assert.StartsWith("Word 12 of the mnemonic is not in", problem, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Suspects_another_language_when_most_words_are_unknown()
    {
        var problem = ProblemOf(string.Join(' ', Enumerable.Repeat("ábaco", 12)));

        Assert.Equal(
            "12 of the 12 words of the mnemonic are not in the English list of BIP-39. "
            + "Is it in another language, or not a mnemonic?",
            problem);
    }

    [Theory]
    [InlineData("", "The mnemonic has 0 words; one of 12, 15, 18, 21 or 24 words is wanted.")]
    [InlineData("test", "The mnemonic has 1 word; one of 12, 15, 18, 21 or 24 words is wanted.")]
    [InlineData(Test, "The mnemonic has 11 words; one of 12, 15, 18, 21 or 24 words is wanted.")]
    [InlineData(Test + " test junk", "The mnemonic has 13 words; one of 12, 15, 18, 21 or 24 words is wanted.")]
    [InlineData("c4a48e2fce1481cd3294b4490f6678090ea98d3d0e5cd984558ab0968741b104",
        "The mnemonic has 1 word; one of 12, 15, 18, 21 or 24 words is wanted. "
        + "This looks like a private key: import it as one.")]
    public void Counts_the_words(string sentence, string message)
    {
        Assert.Equal(message, ProblemOf(sentence));
    }

    [Fact]
    public void Refuses_a_text_that_no_mnemonic_can_be()
    {
        Assert.Contains("1200 characters", ProblemOf(new string('a', 1200)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Abandon + " abandon")]
    [InlineData("about " + Abandon)]
    [InlineData(Test + " test")]
    public void Refuses_a_mnemonic_with_a_wrong_checksum(string sentence)
    {
        var problem = ProblemOf(sentence);

        Assert.Contains("checksum does not fit: two words are probably swapped", problem, StringComparison.Ordinal);
        Assert.DoesNotContain("abandon", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Never_prints_its_words()
    {
        Assert.Equal("***", $"{Mnemonic.Parse(Test + " junk")}");
        Assert.Equal("***", $"{Mnemonic.Parse(Test + " junk").Sentence}");
    }

    private static string ProblemOf(string sentence) =>
        Assert.Throws<MnemonicException>(() => Mnemonic.Parse(sentence)).Message;
}
