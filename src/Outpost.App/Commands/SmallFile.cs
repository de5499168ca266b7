namespace Outpost.App.Commands;

/// <summary>Files that a person names on the command line: a passphrase, a mnemonic, a configuration.</summary>
internal static class SmallFile
{
    // The largest configuration of another node that is known has some hundred topics and less than this.
    private const int MaxBytes = 1024 * 1024;

    /// <summary>Throws <see cref="KeysInputException"/> when the file cannot be read or is too large.</summary>
    /// <param name="what">What the file holds, as an object: "the mnemonic".</param>
    public static string Read(string path, string what, CommandSurroundings surroundings)
    {
        var full = Path.GetFullPath(Path.Combine(surroundings.WorkingDirectory, path));
        try
        {
            var length = new FileInfo(full).Length;
            return length <= MaxBytes
                ? File.ReadAllText(full)
                : throw new KeysInputException($"Reading {what} from {full}: {length} bytes are too many.");
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new KeysInputException($"Reading {what} from {full}: {problem.Message}");
        }
    }
}
