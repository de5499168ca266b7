using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Outpost.Node.Journal;

/// <summary>What a fault of SQLite means for the journal, by its result code (sqlite.org/rescode.html).</summary>
internal static class JournalFaults
{
    public static JournalException Of(string path, SqliteException fault)
    {
        var (isTransient, remedy) = fault.SqliteErrorCode switch
        {
            raw.SQLITE_FULL => (true, "The disk is full: free some space."),
            raw.SQLITE_READONLY or raw.SQLITE_PERM or raw.SQLITE_AUTH =>
                (true, "Make the file and its folder writable for the user that the node runs as."),
            raw.SQLITE_IOERR => (true, "The disk failed to read or write: look at its free space and its health."),
            raw.SQLITE_BUSY or raw.SQLITE_LOCKED => (true, "Another program holds it locked: end that one."),
            raw.SQLITE_CANTOPEN =>
                (true, "Does its folder exist, and may the user that the node runs as read and write there?"),
            raw.SQLITE_NOMEM or raw.SQLITE_INTERRUPT => (true, "The machine is out of memory: free some."),
            raw.SQLITE_NOTADB => (false, "It is no Outpost journal: name another file (\"journal\" in the config)."),
            raw.SQLITE_CORRUPT => (false,
                "It is damaged: move it and its -wal and -shm files away and start again. A new journal begins empty; "
                + "the chain itself refuses a second answer to the same window."),
            _ => (false, "It is not as Outpost left it: name another file (\"journal\" in the config)."),
        };
        return new JournalException($"The journal {path}: {fault.Message}. {remedy}", fault)
        {
            IsTransient = isTransient,
        };
    }
}
