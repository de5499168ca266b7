namespace Outpost.Chains.Keys;

/// <summary>Files that only their owner may read and write: mode 600, in a folder of mode 700.</summary>
internal static class OwnerOnlyFile
{
    private const UnixFileMode File600 = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Folder700 = File600 | UnixFileMode.UserExecute;

    /// <summary>
    /// Writes a whole file beside its place, flushes it to the disk and renames it, so that no half file is ever there.
    /// Throws <see cref="IOException"/> when one is there and may not be overwritten.
    /// </summary>
    public static void Write(string path, byte[] bytes, bool overwrites)
    {
        CreateFolder(Path.GetDirectoryName(Path.GetFullPath(path)) ?? Path.DirectorySeparatorChar.ToString());
        var temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = File600;
        }

        try
        {
            using (var stream = new FileStream(temporary, options))
            {
                stream.Write(bytes);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrites);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>The mode in octal when a group or everybody has any right on the file; null when none has.</summary>
    public static string? ModeIfOpenToOthers(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return null;
        }

        var mode = File.GetUnixFileMode(path);
        return (mode & ~Folder700) == 0 ? null : Convert.ToString((int)mode, 8);
    }

    // A folder that is there keeps its mode: it may be shared with files that are no secrets.
    private static void CreateFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, Folder700);
        }
    }
}
