using Outpost.Chains.Keys;

namespace Outpost.App.Commands;

/// <summary>
/// Where a passphrase comes from: --passphrase-file, else OUTPOST_PASSPHRASE, else a person at the terminal. Never the
/// command line, which every process on the machine can read.
/// </summary>
internal static class Passphrases
{
    /// <summary>Characters of a new passphrase; the key derivation makes each guess slow, not impossible.</summary>
    public const int MinLength = 8;

    /// <summary>Throws <see cref="KeysInputException"/> when there is none.</summary>
    public static Secret ToOpen(string name, string? file, CommandSurroundings surroundings) =>
        Given(file, surroundings)
        ?? surroundings.PromptSecret($"Passphrase of the key \"{name}\": ")
        ?? throw None();

    /// <summary>
    /// The same for a key that is about to be stored: a person types it twice, and it has a least length.
    /// </summary>
    public static Secret ToStore(string name, string? file, CommandSurroundings surroundings)
    {
        var passphrase = Given(file, surroundings) ?? Chosen(name, surroundings);
        return passphrase.RevealForUse().Length >= MinLength
            ? passphrase
            : throw new KeysInputException($"The passphrase is too short: take at least {MinLength} characters.");
    }

    private static Secret? Given(string? file, CommandSurroundings surroundings)
    {
        if (file is not null)
        {
            // Editors and echo end a file with a line break, which nobody means to be part of the passphrase.
            return new Secret(SmallFile.Read(file, "the passphrase", surroundings).TrimEnd('\r', '\n'));
        }

        return surroundings.Environment("OUTPOST_PASSPHRASE") is { Length: > 0 } value ? new Secret(value) : null;
    }

    private static Secret Chosen(string name, CommandSurroundings surroundings)
    {
        var first = surroundings.PromptSecret($"New passphrase for the key \"{name}\": ") ?? throw None();
        var second = surroundings.PromptSecret("The same again: ") ?? throw None();
        return first.RevealForUse() == second.RevealForUse()
            ? first
            : throw new KeysInputException("The two passphrases differ. Nothing was stored; try again.");
    }

    private static KeysInputException None() => new(
        "There is no passphrase: run this on a terminal, set OUTPOST_PASSPHRASE, or give --passphrase-file FILE.");
}
