using SQLitePCL;

namespace Outpost.Consensus.Store;

/// <summary>What a fault of SQLite means for the store, by its result code (sqlite.org/rescode.html).</summary>
internal static class SqliteFaults
{
    public static ConsensusException Of(string path, int code, string words)
    {
        // Extended codes carry the plain one in their lowest byte.
        var (isTransient, remedy) = (code & 0xff) switch
        {
            raw.SQLITE_FULL => (true, "The disk is full: free some space."),
            raw.SQLITE_READONLY or raw.SQLITE_PERM or raw.SQLITE_AUTH =>
                (true, "Make the file and its folder writable for the user that the service runs as."),
            raw.SQLITE_IOERR => (true, "The disk failed to read or write: look at its free space and its health."),
            raw.SQLITE_BUSY or raw.SQLITE_LOCKED => (true, "Another program holds it locked: end that one."),
            raw.SQLITE_CANTOPEN =>
                (true, "Does its folder exist, and may the user that the service runs as read and write there?"),
            raw.SQLITE_NOMEM or raw.SQLITE_INTERRUPT => (true, "The machine is out of memory: free some."),
            raw.SQLITE_NOTADB => (false, "It is no store of Outpost: name another file (\"store\" in the config)."),
            raw.SQLITE_CORRUPT => (false, "It is damaged: restore a backup (outpost consensus restore)."),
            _ => (false, "It is not as Outpost left it: name another file (\"store\" in the config)."),
        };
        return new ConsensusException($"The store {path}: {words}. {remedy}") { IsTransient = isTransient };
    }
}
