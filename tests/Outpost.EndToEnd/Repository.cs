namespace Outpost.EndToEnd;

/// <summary>Finds files of the working copy that the tests were built from.</summary>
internal static class Repository
{
    private static readonly string Root = Find();

    internal static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    private static string Find()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "Outpost.slnx")))
            {
                return directory.FullName;
            }
        }

        throw new InvalidOperationException($"No Outpost.slnx above {AppContext.BaseDirectory}: build the tests in the repository.");
    }
}
