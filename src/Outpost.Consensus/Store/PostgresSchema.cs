namespace Outpost.Consensus.Store;

/// <summary>The store's tables in PostgreSQL, as the steps that lead from one version to the next.</summary>
internal static class PostgresSchema
{
    /// <summary>One instance at a time: held from the beginning of a transaction that writes to its end.</summary>
    public const long WriterLock = 0x4F505354;

    private const string TheRounds = """
        CREATE TABLE writer (commits bigint NOT NULL);
        INSERT INTO writer VALUES (0);
        CREATE TABLE stream (
            id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            chain_id bigint NOT NULL, size int NOT NULL, head_offset int NOT NULL,
            UNIQUE (chain_id, size, head_offset));
        CREATE TABLE epoch (
            stream int NOT NULL, epoch_end bigint NOT NULL, epoch_begin bigint NOT NULL, released_ms bigint NOT NULL,
            last_block_hash text, invalidated_ms bigint,
            PRIMARY KEY (stream, epoch_end));
        CREATE TABLE project (
            id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            name text COLLATE "C" NOT NULL UNIQUE, stream int NOT NULL, roster bigint);
        CREATE TABLE snapshotter (
            id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            alias text COLLATE "C" NOT NULL, name text NOT NULL, email text NOT NULL, instance_hash bytea, address text,
            rate_limit text NOT NULL, is_active boolean NOT NULL, added_ms bigint NOT NULL, removed_ms bigint);
        CREATE UNIQUE INDEX snapshotter_alias ON snapshotter (alias) WHERE removed_ms IS NULL;
        CREATE UNIQUE INDEX snapshotter_instance ON snapshotter (instance_hash) WHERE removed_ms IS NULL;
        CREATE UNIQUE INDEX snapshotter_address ON snapshotter (address) WHERE removed_ms IS NULL;
        CREATE TABLE snapshotters_version (version bigint NOT NULL);
        INSERT INTO snapshotters_version VALUES (0);
        CREATE TABLE registration (
            project int NOT NULL, snapshotter int NOT NULL, at_ms bigint NOT NULL, PRIMARY KEY (project, snapshotter));
        CREATE INDEX registration_of ON registration (snapshotter);
        CREATE TABLE roster (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, project int NOT NULL, members int[] NOT NULL);
        CREATE TABLE round (
            epoch_end bigint NOT NULL, project int NOT NULL, opened_ms bigint NOT NULL, closes_ms bigint NOT NULL,
            roster bigint NOT NULL, min_count int NOT NULL, percentage int NOT NULL,
            decided_ms bigint, choice int, disagreement int,
            PRIMARY KEY (epoch_end, project));
        CREATE INDEX round_open ON round (closes_ms) WHERE decided_ms IS NULL;
        CREATE INDEX round_finalized ON round (project, epoch_end) WHERE choice IS NOT NULL;
        CREATE TABLE cid (
            epoch_end bigint NOT NULL, project int NOT NULL, choice int NOT NULL, cid text NOT NULL,
            PRIMARY KEY (epoch_end, project, choice));
        CREATE TABLE vote (
            epoch_end bigint NOT NULL, project int NOT NULL, snapshotter int NOT NULL, ordinal int NOT NULL,
            choice int NOT NULL, at_ms bigint NOT NULL, standing int NOT NULL,
            PRIMARY KEY (epoch_end, project, snapshotter),
            UNIQUE (epoch_end, project, ordinal));
        CREATE TABLE equivocation (
            epoch_end bigint NOT NULL, project int NOT NULL, snapshotter int NOT NULL, choice int NOT NULL,
            at_ms bigint NOT NULL, PRIMARY KEY (epoch_end, project, snapshotter, choice));
        CREATE TABLE issue (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            snapshotter int NOT NULL, at_ms bigint NOT NULL, json text NOT NULL);
        CREATE INDEX issue_of ON issue (snapshotter, at_ms);
        """;

    private static readonly string[] Steps = [TheRounds, PostgresProofs.Tables, PostgresPastRounds.Tables];

    /// <summary>Brings the database to the newest version, whole or not at all.</summary>
    public static async Task MigrateAsync(PostgresDatabase database, CancellationToken cancellationToken)
    {
        await using var connection = await database.ConnectAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await database.RunAsync(
            connection, "SELECT pg_advisory_xact_lock($1)", [WriterLock], cancellationToken);
        await database.RunAsync(
            connection, "CREATE TABLE IF NOT EXISTS store_version (version int NOT NULL)", [], cancellationToken);
        var versions = await database.RowsAsync(
            connection, "SELECT version FROM store_version", row => row.GetInt32(0), [], cancellationToken);
        var version = versions.FirstOrDefault();
        if (version > Steps.Length)
        {
            throw new ConsensusException($"The store {database.Name} was written by a newer Outpost (version "
                + $"{version}, this one knows {Steps.Length}). Update Outpost, or name another database (\"store\" in "
                + "the config).");
        }

        foreach (var step in Steps.Skip(version))
        {
            await database.RunAsync(connection, step, [], cancellationToken);
        }

        await database.RunAsync(connection, "DELETE FROM store_version", [], cancellationToken);
        await database.RunAsync(
            connection, "INSERT INTO store_version VALUES ($1)", [Steps.Length], cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }
}
