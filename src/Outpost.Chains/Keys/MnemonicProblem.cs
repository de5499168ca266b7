namespace Outpost.Chains.Keys;

/// <summary>
/// What to tell a person whose mnemonic is wrong. Only words that are no mnemonic words are repeated.
/// </summary>
internal static class MnemonicProblem
{
    public const string Checksum =
        "All words of the mnemonic are right words, but its checksum does not fit: two words are probably swapped, or "
        + "one was misread as another right word. Compare each word and their order with what was written down.";

    // The longest word of the list has 8 letters. What is much longer may be another secret and is not repeated.
    private const int MaxRepeatedLetters = 12;

    private const int MaxNamedWords = 3;

    public static string Count(string[] words)
    {
        var hint = words is [{ Length: >= 64 }]
            ? " This looks like a private key: import it as one."
            : "";
        var noun = words.Length == 1 ? "word" : "words";
        return $"The mnemonic has {words.Length} {noun}; one of 12, 15, 18, 21 or 24 words is wanted.{hint}";
    }

    public static string UnknownWords(string[] words, int[] indices)
    {
        var unknown = Enumerable.Range(0, words.Length).Where(i => indices[i] < 0).ToList();
        if (unknown.Count > words.Length / 2)
        {
            return $"{unknown.Count} of the {words.Length} words of the mnemonic are not in the English list of "
                + "BIP-39. Is it in another language, or not a mnemonic?";
        }

        var named = unknown.Take(MaxNamedWords).Select(i => Describe(i + 1, words[i]));
        var rest = unknown.Count > MaxNamedWords ? $" {unknown.Count - MaxNamedWords} more are wrong too." : "";
        return string.Join(' ', named) + rest;
    }

    private static string Describe(int position, string word)
    {
        var isRepeatable = word.Length <= MaxRepeatedLetters && word.All(char.IsAsciiLetter);
        var shown = isRepeatable ? $" (\"{word}\")" : "";
        var nearest = EnglishWords.Nearest(word);
        var hint = nearest.Count == 0
            ? "Nothing in the list is near it: look it up where the mnemonic was written down."
            : $"Is it {string.Join(" or ", nearest.Select(near => $"\"{near}\""))}?";
        return $"Word {position} of the mnemonic{shown} is not in the English list of BIP-39. {hint}";
    }
}
