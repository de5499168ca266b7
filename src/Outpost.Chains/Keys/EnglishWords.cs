using System.Diagnostics;

namespace Outpost.Chains.Keys;

/// <summary>The 2048 English words of BIP-39, in their order, which is alphabetical.</summary>
internal static class EnglishWords
{
    public const int Count = 2048;

    private static readonly string[] Words = Load();

    public static string At(int index) => Words[index];

    /// <summary>-1 for a word that is not in the list.</summary>
    public static int IndexOf(string word) => Math.Max(-1, Array.BinarySearch(Words, word, StringComparer.Ordinal));

    /// <summary>
    /// Up to three words that a mistyped one may stand for, all as near; none when nothing is near. Four letters
    /// name a word of this list, so one with the same first four comes before all others.
    /// </summary>
    public static IReadOnlyList<string> Nearest(string mistyped)
    {
        const int Reach = 2;
        var near = Words
            .Select(word => (Word: word, Distance: SharesFirstFour(word, mistyped) ? 0 : Distance(word, mistyped)))
            .Where(candidate => candidate.Distance <= Reach)
            .ToList();
        return near
            .Where(candidate => candidate.Distance == near.Min(other => other.Distance))
            .OrderBy(candidate => candidate.Word[0] == mistyped[0] ? 0 : 1)
            .Select(candidate => candidate.Word)
            .Take(3)
            .ToList();
    }

    private static bool SharesFirstFour(string word, string mistyped) =>
        word.Length >= 4 && mistyped.Length >= 4 && word.AsSpan(0, 4).SequenceEqual(mistyped.AsSpan(0, 4));

    // Optimal string alignment: letters inserted, deleted, replaced, or two neighbours swapped.
    private static int Distance(string left, string right)
    {
        if (Math.Abs(left.Length - right.Length) > 2)
        {
            return int.MaxValue;
        }

        var table = new int[left.Length + 1, right.Length + 1];
        for (var i = 0; i <= left.Length; i++)
        {
            for (var j = 0; j <= right.Length; j++)
            {
                table[i, j] = i == 0 || j == 0 ? i + j : Cheapest(table, left, right, i, j);
            }
        }

        return table[left.Length, right.Length];
    }

    private static int Cheapest(int[,] table, string left, string right, int i, int j)
    {
        var replaced = table[i - 1, j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1);
        var best = Math.Min(replaced, Math.Min(table[i - 1, j], table[i, j - 1]) + 1);
        var isSwap = i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1];
        return isSwap ? Math.Min(best, table[i - 2, j - 2] + 1) : best;
    }

    private static string[] Load()
    {
        using var stream = typeof(EnglishWords).Assembly.GetManifestResourceStream("bip39-english.txt")
            ?? throw new UnreachableException("bip39-english.txt is built into this assembly.");
        using var reader = new StreamReader(stream);
        var words = reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return words.Length == Count
            ? words
            : throw new InvalidOperationException($"bip39-english.txt holds {words.Length} words, not {Count}.");
    }
}
