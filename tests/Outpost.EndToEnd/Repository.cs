namespace Outpost.EndToEnd;

/// <summary>Finds files of the working copy that the tests were built from.</summary>
internal static class Repository
{
    private static readonly string Root = Find();

    internal static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    private static string Find()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "Outpost.slnx")))
        {
            directory = directory.Parent;
        }

        return directory?.FullName ?? throw new InvalidOperationException(
            $"No Outpost.slnx above {AppContext.BaseDirectory}: build in the repository.");
    }
}
