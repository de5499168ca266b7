using System.CommandLine;
using System.Runtime.Versioning;
using System.Text.Json;
using Outpost.App.Commands;
using Outpost.Chains.Keys;

namespace Outpost.Tests.Keys;

/// <summary>outpost keys, run as a person or a script runs it, in a folder of its own.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class KeysCommandTests : IDisposable
{
    private const string Sentence = "test test test test test test test test test test test junk";
    private const string Address = "allo15yk64u7zc9g9k2yr2wmzeva5qgwxps6ygp4vw8";
    private const string PrivateKey = "e64e7928d4f6c06f01fefd31f760c51f59a16426e792761cd00529b76501c8a0";

    private readonly string _home = Directory.CreateTempSubdirectory("outpost-").FullName;
    private readonly Dictionary<string, string> _environment = [];
    private readonly Queue<string> _typed = new();
    private readonly List<string> _questions = [];
    private readonly StringWriter _out = new();
    private readonly StringWriter _error = new();
    private string _piped = "";

    public KeysCommandTests() => _environment["OUTPOST_HOME"] = _home;

    private string Printed => _out.ToString();

    private string Complaint => _error.ToString();

    public void Dispose() => Directory.Delete(_home, recursive: true);

    [Fact]
    public void New_makes_a_key_that_opens_with_the_passphrase_typed_twice()
    {
        Type("correct horse", "correct horse");

        Assert.Equal(0, Run("new", "hot"));

        using var key = Store().Open("hot", new Secret("correct horse"));
        Assert.Contains(key.Address, Printed, StringComparison.Ordinal);
        Assert.Contains(Path.Combine(_home, "keys", "hot.key.json"), Printed, StringComparison.Ordinal);
        Assert.Contains("outpost keys show hot --mnemonic", Printed, StringComparison.Ordinal);
        Assert.Equal(2, _questions.Count);
        var words = Assert.IsType<KeyMaterial.Words>(Store().Reveal("hot", new Secret("correct horse")));
        Assert.DoesNotContain(words.Mnemonic.Sentence.RevealForUse(), Printed, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(12)]
    [InlineData(24)]
    public void New_shows_the_mnemonic_with_a_warning_only_when_asked(int words)
    {
        Type("correct horse", "correct horse");

        Assert.Equal(0, Run("new", "--show-mnemonic", "--json", "--words", $"{words}"));

        using var json = JsonDocument.Parse(Printed);
        var sentence = json.RootElement.Text("mnemonic");
        using var key = AccountKey.FromMnemonic(Mnemonic.Parse(sentence));
        Assert.Equal(words, sentence.Split(' ').Length);
        Assert.Equal(key.Address, json.RootElement.Text("address"));
        Assert.Equal("main", json.RootElement.Text("name"));
        Assert.StartsWith("WARNING: whoever has these words", Complaint, StringComparison.Ordinal);
    }

    [Fact]
    public void New_stores_nothing_when_the_passphrases_differ()
    {
        Type("correct horse", "correct house");

        Assert.Equal(2, Run("new"));

        Assert.Contains("The two passphrases differ", Complaint, StringComparison.Ordinal);
        Assert.Empty(Store().List());
    }

    [Fact]
    public void New_refuses_a_short_passphrase()
    {
        _environment["OUTPOST_PASSPHRASE"] = "1234567";

        Assert.Equal(2, Run("new"));

        Assert.Equal("outpost: The passphrase is too short: take at least 8 characters.\n", Complaint);
        Assert.Empty(Store().List());
    }

    [Fact]
    public void New_says_where_a_passphrase_could_come_from_when_nobody_is_there()
    {
        Assert.Equal(2, Run("new"));

        Assert.Contains("set OUTPOST_PASSPHRASE, or give --passphrase-file", Complaint, StringComparison.Ordinal);
    }

    [Fact]
    public void New_refuses_a_number_of_words_that_no_mnemonic_has()
    {
        Assert.Equal(2, Run("new", "--words", "13"));

        Assert.Contains("--words 13: a mnemonic has 12, 15", Complaint, StringComparison.Ordinal);
    }

    [Fact]
    public void New_replaces_a_key_only_with_force_and_asks_for_no_passphrase_before()
    {
        _environment["OUTPOST_PASSPHRASE"] = "correct horse";
        Assert.Equal(0, Run("import", "--private-key-file", FileWith(PrivateKey)));
        _environment.Clear();
        _environment["OUTPOST_HOME"] = _home;

        Assert.Equal(2, Run("new"));

        Assert.Contains($"There is a key \"main\" already ({Address})", Complaint, StringComparison.Ordinal);
        Assert.Empty(_questions);
        Type("correct horse", "correct horse");
        Assert.Equal(0, Run("new", "--force"));
        Assert.NotEqual(Address, Store().Find("main").Address);
    }

    [Fact]
    public void Import_asks_for_the_mnemonic_and_never_prints_it()
    {
        Type("  " + Sentence.ToUpperInvariant() + " ", "correct horse", "correct horse");

        Assert.Equal(0, Run("import"));

        Assert.Contains(Address, Printed, StringComparison.Ordinal);
        Assert.DoesNotContain("junk", Printed + Complaint, StringComparison.OrdinalIgnoreCase);
        Assert.Equal("Mnemonic (not shown while you type): ", _questions[0]);
    }

    [Fact]
    public void Import_reads_a_pipe_and_takes_the_passphrase_from_a_file()
    {
        _piped = Sentence + "\n";

        var passphrase = FileWith("correct horse\r\n");

        Assert.Equal(0, Run("import", "cold", "--mnemonic-file", "-", "--passphrase-file", passphrase));

        using var key = Store().Open("cold", new Secret("correct horse"));
        Assert.Equal(Address, key.Address);
        Assert.Empty(_questions);
    }

    [Theory]
    [InlineData("{\"wallet\": {\"addressKeyName\": \"x\", \"addressRestoreMnemonic\": \"" + Sentence + "\"}}")]
    [InlineData("{\"Wallet\": {\"AddressRestoreMnemonic\": \"" + Sentence + "\",}, /* Go */ \"worker\": []}")]
    [InlineData("{\"debug\": false, \"seed_phrase\": \"" + Sentence + "\", \"topics\": []}")]
    public void Import_takes_the_mnemonic_out_of_the_config_of_another_node(string config)
    {
        _environment["OUTPOST_PASSPHRASE"] = "correct horse";

        Assert.Equal(0, Run("import", "--from-config", FileWith(config), "--json"));

        using var json = JsonDocument.Parse(Printed);
        Assert.Equal(Address, json.RootElement.Text("address"));
        Assert.False(json.RootElement.TryGetProperty("mnemonic", out _));
    }

    [Theory]
    [InlineData("{\"wallet\": {\"addressRestoreMnemonic\": \"\"}}", "is empty: that node keeps its key in a keyring")]
    [InlineData("{\"wallet\": {}}", "holds neither wallet.addressRestoreMnemonic (Go node) nor seed_phrase")]
    [InlineData("[]", "holds neither wallet.addressRestoreMnemonic (Go node) nor seed_phrase")]
    [InlineData("seed_phrase: x", "is no JSON (line 1): is it the config.json of a node?")]
    [InlineData("{\"seed_phrase\": \"" + Sentence + " extra\"}", "The mnemonic has 13 words")]
    public void Import_says_what_a_config_lacks(string config, string complaint)
    {
        Assert.Equal(2, Run("import", "--from-config", FileWith(config)));

        Assert.Contains(complaint, Complaint, StringComparison.Ordinal);
        Assert.DoesNotContain("junk", Complaint, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0x" + PrivateKey + "\n")]
    [InlineData(PrivateKey)]
    public void Import_takes_a_private_key_which_then_has_no_mnemonic(string content)
    {
        _environment["OUTPOST_PASSPHRASE"] = "correct horse";

        Assert.Equal(0, Run("import", "--private-key-file", FileWith(content)));
        Assert.Equal(1, Run("show", "--mnemonic"));

        Assert.Contains(Address, Printed, StringComparison.Ordinal);
        Assert.Contains("has no mnemonic: it was imported as a bare private key", Complaint, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("abcd", "not 64 hex digits: 4 characters were given")]
    [InlineData(Sentence, "If it is a mnemonic, give it with --mnemonic-file.")]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000", "zero or not below the order")]
    [InlineData("g000000000000000000000000000000000000000000000000000000000000000", "not 64 hex digits")]
    public void Import_refuses_what_is_no_private_key(string content, string complaint)
    {
        Assert.Equal(2, Run("import", "--private-key-file", FileWith(content)));

        Assert.Contains(complaint, Complaint, StringComparison.Ordinal);
    }

    [Fact]
    public void Import_takes_another_account_of_the_mnemonic()
    {
        _environment["OUTPOST_PASSPHRASE"] = "correct horse";
        var file = FileWith(Mnemonic.FromEntropy(new byte[16]).Sentence.RevealForUse());

        Assert.Equal(0, Run("import", "--mnemonic-file", file, "--index", "1"));

        Assert.Contains("allo1jrkmdcwgq94uaamx6zax2luewlhf7u4kjtujpm", Printed, StringComparison.Ordinal);
    }

    [Fact]
    public void Import_takes_one_source_only_and_a_file_that_is_there()
    {
        Assert.Equal(2, Run("import", "--mnemonic-file", "a", "--from-config", "b"));
        Assert.Contains("Give one of --mnemonic-file", Complaint, StringComparison.Ordinal);

        Assert.Equal(2, Run("import", "--mnemonic-file", "missing.txt"));
        Assert.Contains(
            "Reading the mnemonic from " + Path.Combine(_home, "missing.txt"), Complaint, StringComparison.Ordinal);
    }

    [Fact]
    public void Import_reads_no_more_than_a_mnemonic_from_a_pipe()
    {
        _piped = new string('a', 100_000);

        Assert.Equal(2, Run("import", "--mnemonic-file", "-"));

        Assert.Contains("more than 4096 characters", Complaint, StringComparison.Ordinal);
    }

    [Fact]
    public void Show_needs_the_passphrase_for_the_mnemonic_only()
    {
        Type(Sentence, "correct horse", "correct horse");
        Assert.Equal(0, Run("import"));

        Assert.Equal(0, Run("show"));
        Assert.Equal(3, _questions.Count);
        Assert.DoesNotContain("junk", Printed, StringComparison.Ordinal);

        Type("wrong horse");
        Assert.Equal(1, Run("show", "--mnemonic"));
        Assert.Contains("the passphrase is wrong", Complaint, StringComparison.Ordinal);
        Assert.DoesNotContain("junk", Printed, StringComparison.Ordinal);

        Type("correct horse");
        Assert.Equal(0, Run("show", "--mnemonic"));
        Assert.Contains(Sentence, Printed, StringComparison.Ordinal);
    }

    [Fact]
    public void Show_says_which_keys_there_are()
    {
        Assert.Equal(1, Run("show", "hot"));

        Assert.Contains(
            "There is no key \"hot\" in " + Path.Combine(_home, "keys"), Complaint, StringComparison.Ordinal);
    }

    [Fact]
    public void List_shows_names_and_addresses_as_a_table_or_as_JSON()
    {
        Assert.Equal(0, Run("list"));
        Assert.Contains("There are no keys in", Printed, StringComparison.Ordinal);
        Store().Save("main", new KeyMaterial.Words(Mnemonic.Parse(Sentence)), new Secret("correct horse"), false);
        _out.GetStringBuilder().Clear();

        Assert.Equal(0, Run("list"));
        Assert.Equal($"NAME  ADDRESS\nmain  {Address}\n", Printed);
        _out.GetStringBuilder().Clear();

        Assert.Equal(0, Run("list", "--json"));
        using var json = JsonDocument.Parse(Printed);
        Assert.Equal(Address, Assert.Single(json.RootElement.EnumerateArray()).Text("address"));
    }

    [Fact]
    public void List_fails_when_a_file_is_broken_and_shows_the_others()
    {
        Store().Save("main", new KeyMaterial.Words(Mnemonic.Parse(Sentence)), new Secret("correct horse"), false);
        File.WriteAllText(Path.Combine(_home, "keys", "broken.key.json"), "{}");

        Assert.Equal(1, Run("list"));

        Assert.Contains(Address, Printed, StringComparison.Ordinal);
        Assert.Contains("broken  (Reading the key file", Printed, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("new", "../evil")]
    [InlineData("import", ".hidden")]
    [InlineData("show", "a b")]
    public void Takes_no_name_that_could_leave_the_folder(string command, string name)
    {
        Assert.Equal(2, Run(command, name));

        Assert.Equal($"outpost: {KeyStore.NameRule}\n", Complaint);
    }

    [Fact]
    public void Finds_its_folder_by_option_then_environment_then_home()
    {
        var surroundings = Surroundings();
        Assert.Equal(Path.Combine(_home, "other", "keys"), KeysFolder.PathOf("other", surroundings));
        Assert.Equal(Path.Combine(_home, "keys"), KeysFolder.PathOf(null, surroundings));

        _environment["OUTPOST_HOME"] = "";
        _environment["HOME"] = "/home/ada";
        Assert.Equal("/home/ada/.outpost/keys", KeysFolder.PathOf(null, surroundings));

        _environment.Clear();
        Assert.Throws<KeysInputException>(() => KeysFolder.PathOf(null, surroundings));
    }

    [Theory]
    [InlineData("new", "outpost keys new cold --show-mnemonic")]
    [InlineData("import", "outpost keys import main --from-config")]
    [InlineData("show", "outpost keys show cold --mnemonic")]
    [InlineData("list", "outpost keys list --json")]
    public void Helps_with_examples(string command, string example)
    {
        Assert.Equal(0, Run(command, "--help"));

        Assert.Contains(example, Printed, StringComparison.Ordinal);
    }

    private void Type(params string[] lines)
    {
        foreach (var line in lines)
        {
            _typed.Enqueue(line);
        }
    }

    private string FileWith(string content)
    {
        var path = Path.Combine(_home, $"{Guid.NewGuid():N}.txt");
        File.WriteAllText(path, content);
        return path;
    }

    private KeyStore Store() => new(Path.Combine(_home, "keys"));

    private CommandSurroundings Surroundings() => new(
        new StringReader(_piped), _out, _error, TimeProvider.System,
        question =>
        {
            _questions.Add(question);
            return _typed.TryDequeue(out var line) ? new Secret(line) : null;
        },
        name => _environment.GetValueOrDefault(name))
    {
        WorkingDirectory = _home,
    };

    private int Run(params string[] arguments)
    {
        var root = new RootCommand { KeysCommand.Build(Surroundings()) };
        var configuration = new InvocationConfiguration { Output = _out, Error = _error };
        return root.Parse(["keys", .. arguments]).Invoke(configuration);
    }
}
