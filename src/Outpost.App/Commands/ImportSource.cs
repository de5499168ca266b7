using System.Text.Json;
using Outpost.Chains.Keys;

namespace Outpost.App.Commands;

/// <summary>The places that `outpost keys import` can take a key from; at most one is given.</summary>
/// <param name="MnemonicFile">A file that holds the words; "-" is standard input.</param>
/// <param name="ConfigFile">The config.json of a Go or Python node.</param>
/// <param name="PrivateKeyFile">A file that holds 64 hex digits; "-" is standard input.</param>
/// <param name="Index">The last step of the mnemonic's path.</param>
internal sealed record ImportSource(string? MnemonicFile, string? ConfigFile, string? PrivateKeyFile, uint Index)
{
    // More than any mnemonic or private key; standard input may have no end.
    private const int MaxPipedCharacters = 4096;

    private static readonly JsonDocumentOptions ConfigForm =
        new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    /// <summary>Throws <see cref="KeysInputException"/> or <see cref="MnemonicException"/>.</summary>
    public KeyMaterial Read(CommandSurroundings surroundings)
    {
        if (new[] { MnemonicFile, ConfigFile, PrivateKeyFile }.Count(file => file is not null) > 1)
        {
            throw new KeysInputException("Give one of --mnemonic-file, --from-config, --private-key-file, not more.");
        }

        if (PrivateKeyFile is not null)
        {
            return Index == 0
                ? PrivateKey(FileOrPipe(PrivateKeyFile, "the private key", surroundings))
                : throw new KeysInputException("--index chooses a key of a mnemonic; a private key has none.");
        }

        var sentence = (MnemonicFile, ConfigFile) switch
        {
            ({ } file, _) => FileOrPipe(file, "the mnemonic", surroundings),
            (_, { } file) => FromConfig(file, surroundings),
            _ => surroundings.PromptSecret("Mnemonic (not shown while you type): ")?.RevealForUse()
                ?? throw new KeysInputException(
                    "There is no mnemonic: run this on a terminal, name a file with --mnemonic-file (- for standard "
                    + "input), or the config of a node with --from-config."),
        };
        return new KeyMaterial.Words(Mnemonic.Parse(sentence), Index);
    }

    private static string FileOrPipe(string file, string what, CommandSurroundings surroundings)
    {
        if (file != "-")
        {
            return SmallFile.Read(file, what, surroundings);
        }

        var buffer = new char[MaxPipedCharacters];
        var length = surroundings.In.ReadBlock(buffer);
        return length < buffer.Length
            ? new string(buffer, 0, length)
            : throw new KeysInputException(
                $"Reading {what} from standard input: it has more than {MaxPipedCharacters} characters.");
    }

    private static KeyMaterial.Raw PrivateKey(string text)
    {
        var digits = text.AsSpan().Trim();
        if (digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
        {
            digits = digits[2..];
        }

        var bytes = new byte[32];
        if (digits.Length != 64
            || Convert.FromHexString(digits, bytes, out _, out _) != System.Buffers.OperationStatus.Done)
        {
            throw new KeysInputException(
                $"The private key is not 64 hex digits: {digits.Length} characters were given. "
                + "If it is a mnemonic, give it with --mnemonic-file.");
        }

        var material = new KeyMaterial.Raw(bytes);
        try
        {
            material.ToKey().Dispose();
            return material;
        }
        catch (ArgumentException)
        {
            throw new KeysInputException("The private key is zero or not below the order of secp256k1: it is no key.");
        }
    }

    // The Go node: wallet.addressRestoreMnemonic. The Python node: seed_phrase (allora-nodes.md A2, B1).
    private static string FromConfig(string file, CommandSurroundings surroundings)
    {
        var text = SmallFile.Read(file, "the mnemonic of a node's config", surroundings);
        try
        {
            using var config = JsonDocument.Parse(text, ConfigForm);
            var found = Text(Member(Member(config.RootElement, "wallet"), "addressRestoreMnemonic"))
                ?? Text(Member(config.RootElement, "seed_phrase"))
                ?? throw new KeysInputException(
                    $"{file} holds neither wallet.addressRestoreMnemonic (Go node) nor seed_phrase (Python node).");
            return !string.IsNullOrWhiteSpace(found)
                ? found
                : throw new KeysInputException(
                    $"The mnemonic in {file} is empty: that node keeps its key in a keyring. Export it there, "
                    + "and give it with --private-key-file or --mnemonic-file.");
        }
        catch (JsonException problem)
        {
            throw new KeysInputException(
                $"{file} is no JSON (line {problem.LineNumber + 1}): is it the config.json of a node?");
        }
    }

    // Go reads the names of its config without regard to capitals.
    private static JsonElement? Member(JsonElement? parent, string name)
    {
        if (parent is not { ValueKind: JsonValueKind.Object } element)
        {
            return null;
        }

        foreach (var member in element.EnumerateObject())
        {
            if (member.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return member.Value;
            }
        }

        return null;
    }

    private static string? Text(JsonElement? element) =>
        element is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;
}
