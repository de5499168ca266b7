namespace Outpost.Chains.Keys;

/// <summary>What can be said of a stored key without its passphrase.</summary>
/// <param name="PublicKey">Compressed, lower-case hex.</param>
/// <param name="HasMnemonic">False when only a bare private key was imported.</param>
/// <param name="Path">The file that holds it.</param>
public sealed record StoredKey(string Name, string Address, string PublicKey, bool HasMnemonic, string Path);

/// <summary>One file of a key store: the key in it, or why it cannot be read.</summary>
public sealed record KeyListing(string Name, StoredKey? Key, string? Problem);

/// <summary>
/// A key that cannot be stored or opened; the message says which, why and what to do, never a secret.
/// </summary>
public sealed class KeyStoreException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>
/// Keys in encrypted files, one file NAME.key.json each, that only their owner may read (file mode 600, folder 700).
/// Throws <see cref="KeyStoreException"/> and nothing else for what is wrong with a name, a file or a passphrase.
/// </summary>
public sealed class KeyStore
{
    /// <summary>What <see cref="IsName"/> asks of a name, as a sentence for a person.</summary>
    public const string NameRule =
        "A key's name is 1 to 64 letters, digits, dots, hyphens and underscores; it starts with no dot and no hyphen.";

    private const string Extension = ".key.json";
    private const int MaxNameLength = 64;

    private readonly string _directory;
    private readonly int _iterations;

    /// <summary>The folder need not exist yet; the first key makes it.</summary>
    public KeyStore(string directory)
        : this(directory, KeyCipher.DefaultIterations)
    {
    }

    internal KeyStore(string directory, int iterations)
    {
        _directory = directory;
        _iterations = iterations;
    }

    /// <summary>
    /// 1 to 64 of A-Z, a-z, 0-9, dot, underscore and hyphen, of which the first is no dot and no hyphen.
    /// </summary>
    public static bool IsName(string name) =>
        name.Length is > 0 and <= MaxNameLength
        && name[0] is not ('.' or '-')
        && name.All(character => char.IsAsciiLetterOrDigit(character) || character is '.' or '_' or '-');

    /// <summary>True when a file of this name is there, whatever it holds.</summary>
    public bool Contains(string name) => File.Exists(PathOf(name));

    /// <summary>Every key file, by name. One that cannot be read stands in the list with its problem.</summary>
    public IReadOnlyList<KeyListing> List() => Directory.Exists(_directory)
        ? Directory.EnumerateFiles(_directory, "*" + Extension)
            .Select(path => Path.GetFileName(path)[..^Extension.Length])
            .Where(IsName)
            .Order(StringComparer.Ordinal)
            .Select(Listing)
            .ToList()
        : [];

    /// <summary>What the file of a key says in the clear.</summary>
    public StoredKey Find(string name) => Describe(ReadFile(name));

    /// <summary>
    /// Encrypts and writes a key; <paramref name="overwrites"/> must be true to replace one of the same name.
    /// </summary>
    public StoredKey Save(string name, KeyMaterial material, Secret passphrase, bool overwrites)
    {
        var path = PathOf(name);
        if (passphrase.RevealForUse().Length == 0)
        {
            throw new KeyStoreException($"Storing the key \"{name}\": the passphrase is empty. Choose one.");
        }

        RequireFree(name, path, overwrites);
        var file = KeyCipher.Seal(name, material, passphrase, _iterations);
        try
        {
            OwnerOnlyFile.Write(path, file.ToJson(), overwrites);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            RequireFree(name, path, overwrites);
            throw new KeyStoreException($"Storing the key \"{name}\" in {path}: {problem.Message}", problem);
        }

        return Describe(file);
    }

    /// <summary>The key, ready to sign; whoever opens it disposes of it.</summary>
    public AccountKey Open(string name, Secret passphrase)
    {
        var file = ReadFile(name);
        return Opened(file, passphrase).Key;
    }

    /// <summary>The mnemonic or private key that was stored, to be shown to its owner.</summary>
    public KeyMaterial Reveal(string name, Secret passphrase)
    {
        var (material, key) = Opened(ReadFile(name), passphrase);
        key.Dispose();
        return material;
    }

    private (KeyMaterial Material, AccountKey Key) Opened(KeyFile file, Secret passphrase)
    {
        RequireOwnerOnly(PathOf(file.Name));
        var material = KeyCipher.Open(file, passphrase);
        var key = material.ToKey();
        if (key.Address == file.Address)
        {
            return (material, key);
        }

        key.Dispose();
        throw new KeyStoreException(
            $"Opening the key \"{file.Name}\": it owns {key.Address}, but its file says {file.Address}. "
            + "Import it anew.");
    }

    private KeyListing Listing(string name)
    {
        try
        {
            return new KeyListing(name, Find(name), null);
        }
        catch (KeyStoreException problem)
        {
            return new KeyListing(name, null, problem.Message);
        }
    }

    private StoredKey Describe(KeyFile file) =>
        new(file.Name, file.Address, file.PublicKey, file.MnemonicIndex is not null, PathOf(file.Name));

    private string PathOf(string name) => IsName(name)
        ? Path.Combine(_directory, name + Extension)
        : throw new KeyStoreException(NameRule);

    private KeyFile ReadFile(string name)
    {
        var path = PathOf(name);
        if (!File.Exists(path))
        {
            var known = string.Join(", ", List().Take(10).Select(listing => listing.Name));
            throw new KeyStoreException(
                $"There is no key \"{name}\" in {_directory}. "
                + (known.Length == 0 ? "It holds no keys: make one with `outpost keys new`." : $"It holds: {known}."));
        }

        var file = KeyFile.Read(path);
        return file.Name == name
            ? file
            : throw new KeyStoreException($"The key file {path} holds the key \"{file.Name}\": give it back its name.");
    }

    private static void RequireFree(string name, string path, bool overwrites)
    {
        if (!overwrites && File.Exists(path))
        {
            throw new KeyStoreException(
                $"There is a key \"{name}\" already: {path}. Choose another name, or replace it with --force; "
                + "without its mnemonic the old account is then lost.");
        }
    }

    private static void RequireOwnerOnly(string path)
    {
        if (OwnerOnlyFile.ModeIfOpenToOthers(path) is { } mode)
        {
            throw new KeyStoreException(
                $"The key file {path} can be read by others (mode {mode}). Close it: chmod 600 {path}");
        }
    }
}
