namespace Outpost.Benchmarks;

/// <summary>Finds files of the working copy that the benchmarks were built from.</summary>
internal static class Repository
{
    internal static string PathOf(params string[] parts) => Path.Combine([Root(), .. parts]);

    private static string Root()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "Outpost.slnx")))
            {
                return directory.FullName;
            }
        }

        throw new InvalidOperationException($"No Outpost.slnx above {AppContext.BaseDirectory}: run bench/run in the repository.");
    }
}
