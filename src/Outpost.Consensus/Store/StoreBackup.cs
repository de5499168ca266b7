namespace Outpost.Consensus.Store;

/// <summary>Copies of an SQLite store; a PostgreSQL server has its own tools for that.</summary>
public static class StoreBackup
{
    /// <summary>
    /// Writes all that is on disk at this moment into a new file, also while a service runs on the store: votes go on
    /// being taken meanwhile. The file is there whole, or not at all.
    /// </summary>
    /// <exception cref="ConsensusException">The store cannot be read, or the file cannot be written.</exception>
    public static void Back(string store, string target)
    {
        if (!File.Exists(store))
        {
            throw new ConsensusException($"There is no store {store}.");
        }

        if (File.Exists(target))
        {
            throw new ConsensusException($"The file {target} exists already: name another one.");
        }

        var part = $"{target}.part";
        try
        {
            File.Delete(part);
            using (var file = SqliteFile.Open(store, isReadOnly: true))
            {
                file.Prepare("VACUUM INTO ?").With(part).Run();
            }

            Settle(part, target);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new ConsensusException($"Writing the backup {target}: {problem.Message}", problem);
        }
    }

    /// <summary>Puts a backup in the place of a store on which no service runs.</summary>
    /// <param name="replaces">False: a store that is there is left alone, and this throws.</param>
    /// <exception cref="ConsensusException">The backup is damaged, or the store is in use.</exception>
    public static void Restore(string backup, string store, bool replaces)
    {
        if (!File.Exists(backup))
        {
            throw new ConsensusException($"There is no backup {backup}.");
        }

        if (File.Exists(store) && !replaces)
        {
            throw new ConsensusException($"The store {store} exists already: give --force to put the backup there.");
        }

        using var held = StoreLock.Take(store);
        var part = $"{store}.part";
        try
        {
            File.Copy(backup, part, overwrite: true);
            Check(part, backup);
            foreach (var rest in (string[])[$"{store}-wal", $"{store}-shm"])
            {
                File.Delete(rest);
            }

            Settle(part, store);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new ConsensusException($"Restoring the store {store}: {problem.Message}", problem);
        }
    }

    private static void Check(string part, string backup)
    {
        using var file = SqliteFile.Open(part, isReadOnly: false);
        var isWhole = file.Prepare("PRAGMA integrity_check").Rows(row => row.Text(0)) is ["ok"];
        if (!isWhole || file.Number("PRAGMA application_id") != SqliteSchema.ApplicationId)
        {
            throw new ConsensusException($"{backup} is no whole backup of a store; the store was left as it is.");
        }

        // It may come from an older Outpost; a newer one's is refused here.
        SqliteSchema.Migrate(file);
    }

    /// <summary>On disk first, and then under its name.</summary>
    private static void Settle(string part, string target)
    {
        using (var file = new FileStream(part, FileMode.Open, FileAccess.ReadWrite))
        {
            file.Flush(flushToDisk: true);
        }

        File.Move(part, target, overwrite: true);
        foreach (var rest in (string[])[$"{part}-wal", $"{part}-shm"])
        {
            File.Delete(rest);
        }
    }
}
