using System.CommandLine;
using Outpost.Chains.Keys;
using static Outpost.App.Commands.KeysOptions;

namespace Outpost.App.Commands;

/// <summary>outpost keys: make, import, show and list the keys that sign.</summary>
internal static class KeysCommand
{
    public static Command Build(CommandSurroundings surroundings) => new("keys", """
        Make, import and show the keys that sign, kept in encrypted files that only you can read.

        The passphrase comes from --passphrase-file, else from OUTPOST_PASSPHRASE, else you are asked for it.
        Keys are in ~/.outpost/keys, or in the folder "keys" of OUTPOST_HOME or --dir.
        """)
    {
        New(surroundings),
        Import(surroundings),
        Show(surroundings),
        List(surroundings),
    };

    private static Command New(CommandSurroundings surroundings)
    {
        var (name, passphraseFile, force, dir, json) = (Name(), PassphraseFile(), Force(), Dir(), Json());
        var showMnemonic = new Option<bool>("--show-mnemonic") { Description = "Print the new mnemonic, once" };
        var words = new Option<int>("--words")
        {
            Description = "Words of the mnemonic: 12, 15, 18, 21 or 24",
            HelpName = "N",
            DefaultValueFactory = _ => 24,
        };
        var command = new Command("new", "Makes a key from a new mnemonic and stores it encrypted.")
        {
            HelpWithExamples.Of("""
                outpost keys new
                outpost keys new cold --show-mnemonic
                OUTPOST_PASSPHRASE=… outpost keys new --json
                """),
            name, words, showMnemonic, passphraseFile, force, dir, json,
        };
        command.SetAction(parsed => Guarded(surroundings, () =>
        {
            var store = KeysFolder.Open(parsed.GetValue(dir), surroundings);
            var keyName = CheckedName(parsed.GetValue(name), store, parsed.GetValue(force));
            var mnemonic = NewMnemonic(parsed.GetValue(words));
            var passphrase = Passphrases.ToStore(keyName, parsed.GetValue(passphraseFile), surroundings);
            var stored = store.Save(keyName, new KeyMaterial.Words(mnemonic), passphrase, parsed.GetValue(force));
            var isShown = parsed.GetValue(showMnemonic);
            var report = new KeysReport(surroundings, parsed.GetValue(json));
            report.One($"Made the key \"{keyName}\".", stored, isShown ? mnemonic.Sentence : null);
            if (!isShown)
            {
                report.Hint(
                    "This file is the only copy. Write its mnemonic down: "
                    + $"outpost keys show {keyName} --mnemonic");
            }

            return ExitCode.Done;
        }));
        return command;
    }

    private static Command Import(CommandSurroundings surroundings)
    {
        var (name, passphraseFile, force, dir, json) = (Name(), PassphraseFile(), Force(), Dir(), Json());
        var mnemonicFile = FileOption("--mnemonic-file", "Read the mnemonic from FILE; - is standard input");
        var config = FileOption("--from-config", "Take the mnemonic out of config.json of the Go or the Python node");
        var privateKeyFile = FileOption("--private-key-file", "Read a private key, 64 hex digits; - is standard input");
        var index = new Option<uint>("--index")
        {
            Description = "Which account of the mnemonic: the N of m/44'/118'/0'/0/N",
            HelpName = "N",
            DefaultValueFactory = _ => 0,
        };
        var command = new Command(
            "import", "Stores a key that you have, encrypted. Asks for the mnemonic unless a file is named.")
        {
            HelpWithExamples.Of("""
                outpost keys import
                outpost keys import main --from-config ~/allora-offchain-node/config.json
                pass show allora | outpost keys import --mnemonic-file - --passphrase-file ./passphrase
                """),
            name, mnemonicFile, config, privateKeyFile, index, passphraseFile, force, dir, json,
        };
        command.SetAction(parsed => Guarded(surroundings, () =>
        {
            var store = KeysFolder.Open(parsed.GetValue(dir), surroundings);
            var keyName = CheckedName(parsed.GetValue(name), store, parsed.GetValue(force));
            var source = new ImportSource(
                parsed.GetValue(mnemonicFile), parsed.GetValue(config), parsed.GetValue(privateKeyFile),
                CheckedIndex(parsed.GetValue(index)));
            var material = source.Read(surroundings);
            var passphrase = Passphrases.ToStore(keyName, parsed.GetValue(passphraseFile), surroundings);
            var stored = store.Save(keyName, material, passphrase, parsed.GetValue(force));
            new KeysReport(surroundings, parsed.GetValue(json)).One($"Imported the key \"{keyName}\".", stored, null);
            return ExitCode.Done;
        }));
        return command;
    }

    private static Command Show(CommandSurroundings surroundings)
    {
        var (name, passphraseFile, dir, json) = (Name(), PassphraseFile(), Dir(), Json());
        var mnemonic = new Option<bool>("--mnemonic") { Description = "Print the mnemonic too; needs the passphrase" };
        var command = new Command(
            "show", "Prints the address and the public key of a stored key; these need no passphrase.")
        {
            HelpWithExamples.Of("""
                outpost keys show
                outpost keys show cold --mnemonic
                """),
            name, mnemonic, passphraseFile, dir, json,
        };
        command.SetAction(parsed => Guarded(surroundings, () =>
        {
            var store = KeysFolder.Open(parsed.GetValue(dir), surroundings);
            var stored = store.Find(CheckedName(parsed.GetValue(name)));
            var words = parsed.GetValue(mnemonic)
                ? Reveal(store, stored, parsed.GetValue(passphraseFile), surroundings)
                : null;
            new KeysReport(surroundings, parsed.GetValue(json)).One($"Key \"{stored.Name}\"", stored, words);
            return ExitCode.Done;
        }));
        return command;
    }

    private static Command List(CommandSurroundings surroundings)
    {
        var (dir, json) = (Dir(), Json());
        var command = new Command("list", "Lists the stored keys with their addresses; this needs no passphrase.")
        {
            HelpWithExamples.Of("""
                outpost keys list
                outpost keys list --json
                """),
            dir, json,
        };
        command.SetAction(parsed => Guarded(surroundings, () =>
        {
            var folder = KeysFolder.PathOf(parsed.GetValue(dir), surroundings);
            var listings = new KeyStore(folder).List();
            if (listings.Count == 0 && !parsed.GetValue(json))
            {
                surroundings.Out.WriteLine($"There are no keys in {folder}. Make one: outpost keys new");
                return ExitCode.Done;
            }

            new KeysReport(surroundings, parsed.GetValue(json)).Many(listings);
            return listings.All(listing => listing.Problem is null) ? ExitCode.Done : ExitCode.Failed;
        }));
        return command;
    }

    private static Secret Reveal(
        KeyStore store, StoredKey stored, string? passphraseFile, CommandSurroundings surroundings) =>
        stored.HasMnemonic
        && store.Reveal(stored.Name, Passphrases.ToOpen(stored.Name, passphraseFile, surroundings))
            is KeyMaterial.Words words
            ? words.Mnemonic.Sentence
            : throw new KeyStoreException(
                $"The key \"{stored.Name}\" has no mnemonic: it was imported as a bare private key.");

    private static Mnemonic NewMnemonic(int words) => words is 12 or 15 or 18 or 21 or 24
        ? Mnemonic.Create(words)
        : throw new KeysInputException($"--words {words}: a mnemonic has 12, 15, 18, 21 or 24 words.");

    private static uint CheckedIndex(uint index) => index < 0x80000000
        ? index
        : throw new KeysInputException($"--index {index}: the largest index of a path is {0x7FFFFFFF}.");

    private static string CheckedName(string? name) => name is not null && KeyStore.IsName(name)
        ? name
        : throw new KeysInputException(KeyStore.NameRule);

    // Asked before the passphrase is, so that nobody types one for nothing.
    private static string CheckedName(string? name, KeyStore store, bool overwrites)
    {
        var right = CheckedName(name);
        return overwrites || !store.Contains(right)
            ? right
            : throw new KeysInputException(
                $"There is a key \"{right}\" already ({store.Find(right).Address}). Choose another name, or replace it "
                + "with --force; without its mnemonic the old account is then lost.");
    }

    private static int Guarded(CommandSurroundings surroundings, Func<int> act)
    {
        try
        {
            return act();
        }
        catch (Exception problem) when (problem is KeysInputException or MnemonicException)
        {
            surroundings.Error.WriteLine($"outpost: {problem.Message}");
            return ExitCode.Wrong;
        }
        catch (Exception problem) when (problem is KeyStoreException or DllNotFoundException)
        {
            surroundings.Error.WriteLine($"outpost: {problem.Message}");
            return ExitCode.Failed;
        }
    }
}
