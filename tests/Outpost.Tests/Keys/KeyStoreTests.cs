using System.Runtime.Versioning;
using System.Text.Json.Nodes;
using Outpost.Chains.Keys;

namespace Outpost.Tests.Keys;

[UnsupportedOSPlatform("windows")]
public sealed class KeyStoreTests : IDisposable
{
    private const string Sentence = "test test test test test test test test test test test junk";
    private const string Address = "allo15yk64u7zc9g9k2yr2wmzeva5qgwxps6ygp4vw8";
    private const string SecondAddress = "allo1jrkmdcwgq94uaamx6zax2luewlhf7u4kjtujpm";

    private static readonly Secret Passphrase = new("correct horse");
    private static readonly KeyMaterial Words = new KeyMaterial.Words(Mnemonic.Parse(Sentence));

    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"outpost-{Guid.NewGuid():N}");
    private readonly KeyStore _store;

    // Few rounds: what is tested here does not depend on their number.
    public KeyStoreTests() => _store = new KeyStore(Path.Combine(_folder, "keys"), iterations: 10);

    private string FileOfMain => Path.Combine(_folder, "keys", "main.key.json");

    public void Dispose()
    {
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    [Fact]
    public void Opens_what_it_stored()
    {
        var stored = _store.Save("main", Words, Passphrase, overwrites: false);
        using var key = _store.Open("main", Passphrase);

        Assert.Equal(Address, stored.Address);
        Assert.Equal(Address, key.Address);
        Assert.Equal(FileOfMain, stored.Path);
        Assert.Equal(stored, _store.Find("main"));
        var words = Assert.IsType<KeyMaterial.Words>(_store.Reveal("main", Passphrase));
        Assert.Equal(Sentence, words.Mnemonic.Sentence.RevealForUse());
    }

    [Fact]
    public void Keeps_the_index_of_a_mnemonic()
    {
        var abandon = Mnemonic.FromEntropy(new byte[16]);
        var stored = _store.Save("second", new KeyMaterial.Words(abandon, 1), Passphrase, overwrites: false);
        using var key = _store.Open("second", Passphrase);

        Assert.Equal(SecondAddress, stored.Address);
        Assert.Equal(SecondAddress, key.Address);
    }

    [Fact]
    public void Keeps_a_bare_private_key()
    {
        var bytes = Convert.FromHexString("e64e7928d4f6c06f01fefd31f760c51f59a16426e792761cd00529b76501c8a0");
        var stored = _store.Save("main", new KeyMaterial.Raw(bytes), Passphrase, overwrites: false);
        using var key = _store.Open("main", Passphrase);

        Assert.Equal(Address, key.Address);
        Assert.False(stored.HasMnemonic);
        Assert.Equal(bytes, Assert.IsType<KeyMaterial.Raw>(_store.Reveal("main", Passphrase)).PrivateKey.ToArray());
    }

    [Fact]
    public void Has_todays_cost_unless_told_otherwise()
    {
        var store = new KeyStore(Path.Combine(_folder, "costly"));
        var stored = store.Save("main", Words, Passphrase, overwrites: false);
        using var key = store.Open("main", Passphrase);

        Assert.Equal(Address, key.Address);
        Assert.Equal(210_000, JsonNode.Parse(File.ReadAllText(stored.Path))!["iterations"]!.GetValue<int>());
    }

    [Fact]
    public void Writes_no_secret_and_never_the_same_bytes_twice()
    {
        _store.Save("main", Words, Passphrase, overwrites: false);
        var first = JsonNode.Parse(File.ReadAllText(FileOfMain))!;
        _store.Save("main", Words, Passphrase, overwrites: true);
        var second = JsonNode.Parse(File.ReadAllText(FileOfMain))!;

        Assert.DoesNotContain("junk", first.ToJsonString(), StringComparison.Ordinal);
        foreach (var member in new[] { "salt", "nonce", "ciphertext", "tag" })
        {
            Assert.NotEqual(first[member]!.GetValue<string>(), second[member]!.GetValue<string>());
        }
    }

    [Fact]
    public void Lets_only_the_owner_read_its_files()
    {
        _store.Save("main", Words, Passphrase, overwrites: false);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(FileOfMain));
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
            File.GetUnixFileMode(Path.Combine(_folder, "keys")));
        Assert.Equal([FileOfMain], Directory.GetFiles(Path.Combine(_folder, "keys")));
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead, "640")]
    [InlineData(UnixFileMode.OtherRead, "604")]
    [InlineData(UnixFileMode.OtherWrite, "602")]
    public void Opens_no_file_that_others_may_read(UnixFileMode lax, string shown)
    {
        _store.Save("main", Words, Passphrase, overwrites: false);
        File.SetUnixFileMode(FileOfMain, UnixFileMode.UserRead | UnixFileMode.UserWrite | lax);

        Assert.Equal(
            $"The key file {FileOfMain} can be read by others (mode {shown}). Close it: chmod 600 {FileOfMain}",
            ProblemOf(() => _store.Open("main", Passphrase)));
    }

    [Fact]
    public void Refuses_a_wrong_passphrase()
    {
        _store.Save("main", Words, Passphrase, overwrites: false);

        var problem = ProblemOf(() => _store.Open("main", new Secret("wrong horse")));

        Assert.Equal(
            "Opening the key \"main\": the passphrase is wrong, or its file was changed since.", problem);
    }

    [Theory]
    [InlineData("address", "\"allo1jrkmdcwgq94uaamx6zax2luewlhf7u4kjtujpm\"")]
    [InlineData("publicKey", "\"00\"")]
    [InlineData("mnemonicIndex", "1")]
    [InlineData("mnemonicIndex", "null")]
    [InlineData("iterations", "11")]
    [InlineData("salt", "\"AAAAAAAAAAAAAAAAAAAAAA==\"")]
    [InlineData("nonce", "\"AAAAAAAAAAAAAAAA\"")]
    [InlineData("ciphertext", "\"AAAA\"")]
    [InlineData("tag", "\"AAAAAAAAAAAAAAAAAAAAAA==\"")]
    public void Opens_no_file_that_was_changed(string member, string value)
    {
        Change(member, value);

        Assert.Contains(
            "or its file was changed", ProblemOf(() => _store.Open("main", Passphrase)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("kdf", "\"scrypt\"", "names the key derivation \"scrypt\", which is not known")]
    [InlineData("cipher", "\"rot13\"", "names the cipher \"rot13\", which is not known")]
    [InlineData("iterations", "0", "0 iterations are not from 1 to 10000000")]
    [InlineData("iterations", "2000000000", "2000000000 iterations are not from 1 to 10000000")]
    [InlineData("salt", "\"AAAA\"", "its salt is shorter than 8 bytes")]
    [InlineData("nonce", "\"AAAA\"", "its nonce has not 12 bytes")]
    [InlineData("tag", "\"AAAA\"", "its tag has not 16 bytes")]
    [InlineData("version", "2", "it has version 2; this program reads version 1")]
    [InlineData("version", "\"1\"", "it is no key file of Outpost")]
    [InlineData("address", "null", "it is no key file of Outpost")]
    [InlineData("extra", "1", "it is no key file of Outpost")]
    [InlineData("name", "\"other\"", "holds the key \"other\": give it back its name")]
    public void Says_what_it_cannot_read_in_a_file(string member, string value, string problem)
    {
        Change(member, value);

        Assert.Contains(problem, ProblemOf(() => _store.Open("main", Passphrase)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"version\":1}")]
    [InlineData("not json")]
    public void Lists_a_broken_file_with_its_problem_beside_the_good_ones(string content)
    {
        _store.Save("good", Words, Passphrase, overwrites: false);
        File.WriteAllText(FileOfMain, content);

        var listings = _store.List();

        Assert.Equal(["good", "main"], listings.Select(listing => listing.Name));
        Assert.Equal(Address, listings[0].Key?.Address);
        Assert.Contains("it is no key file of Outpost", listings[1].Problem, StringComparison.Ordinal);
        Assert.Null(listings[1].Key);
    }

    [Fact]
    public void Reads_no_file_that_is_far_too_large()
    {
        _store.Save("good", Words, Passphrase, overwrites: false);
        File.WriteAllBytes(FileOfMain, new byte[70_000]);

        Assert.Contains(
            "70000 bytes are too many", ProblemOf(() => _store.Open("main", Passphrase)), StringComparison.Ordinal);
    }

    [Fact]
    public void Replaces_a_key_only_when_told_to()
    {
        _store.Save("main", Words, Passphrase, overwrites: false);
        var other = new KeyMaterial.Words(Mnemonic.FromEntropy(new byte[16]), 1);

        var problem = ProblemOf(() => _store.Save("main", other, Passphrase, overwrites: false));

        Assert.StartsWith($"There is a key \"main\" already: {FileOfMain}.", problem, StringComparison.Ordinal);
        Assert.Equal(Address, _store.Find("main").Address);
        Assert.Equal(SecondAddress, _store.Save("main", other, Passphrase, overwrites: true).Address);
        Assert.Equal(SecondAddress, _store.Find("main").Address);
    }

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData(".hidden")]
    [InlineData("-force")]
    [InlineData("a/b")]
    [InlineData("../a")]
    [InlineData("a b")]
    [InlineData("é")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public void Takes_no_name_that_could_leave_its_folder(string name)
    {
        Assert.StartsWith(
            "A key's name is 1 to 64 letters",
            ProblemOf(() => _store.Save(name, Words, Passphrase, overwrites: false)),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Says_which_keys_there_are_when_one_is_missing()
    {
        Assert.Contains("It holds no keys", ProblemOf(() => _store.Open("main", Passphrase)), StringComparison.Ordinal);
        Assert.Empty(_store.List());

        _store.Save("other", Words, Passphrase, overwrites: false);

        Assert.Contains("It holds: other.", ProblemOf(() => _store.Open("main", Passphrase)), StringComparison.Ordinal);
    }

    [Fact]
    public void Wants_a_passphrase()
    {
        Assert.Contains(
            "the passphrase is empty",
            ProblemOf(() => _store.Save("main", Words, new Secret(""), overwrites: false)),
            StringComparison.Ordinal);
    }

    private void Change(string member, string value)
    {
        _store.Save("main", Words, Passphrase, overwrites: false);
        var file = JsonNode.Parse(File.ReadAllText(FileOfMain))!;
        file[member] = JsonNode.Parse(value);
        File.WriteAllText(FileOfMain, file.ToJsonString());
    }

    private static string ProblemOf(Action act)
    {
        var problem = Assert.Throws<KeyStoreException>(act);
        Assert.DoesNotContain("horse", problem.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("junk", problem.Message, StringComparison.Ordinal);
        return problem.Message;
    }
}
