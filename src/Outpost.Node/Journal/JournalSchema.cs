namespace Outpost.Node.Journal;

/// <summary>The journal's tables. A change of shape raises <see cref="Version"/> and brings a migration.</summary>
internal static class JournalSchema
{
    public const int Version = 1;

    public const string Create = """
        CREATE TABLE owner (
            chain_id TEXT NOT NULL,
            address TEXT NOT NULL
        );
        CREATE TABLE duties (
            role INTEGER NOT NULL,
            topic INTEGER NOT NULL,
            nonce INTEGER NOT NULL,
            closes_at INTEGER NOT NULL,
            opened_ms INTEGER NOT NULL,
            value TEXT,
            ended_ms INTEGER,
            included_at INTEGER,
            included_hash TEXT,
            reason TEXT,
            detail TEXT,
            PRIMARY KEY (role, topic, nonce)
        ) WITHOUT ROWID;
        CREATE INDEX duties_unfinished ON duties (topic) WHERE ended_ms IS NULL;
        CREATE TABLE attempts (
            hash TEXT PRIMARY KEY,
            role INTEGER,
            topic INTEGER,
            nonce INTEGER,
            sequence INTEGER NOT NULL,
            bytes BLOB NOT NULL,
            fee_uallo TEXT NOT NULL,
            gas_limit INTEGER NOT NULL,
            timeout_height INTEGER NOT NULL,
            signed_ms INTEGER NOT NULL,
            sent_ms INTEGER,
            endpoint TEXT,
            abandoned_ms INTEGER
        ) WITHOUT ROWID;
        CREATE INDEX attempts_of_duty ON attempts (role, topic, nonce, signed_ms);
        """;
}
