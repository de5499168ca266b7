using Microsoft.Data.Sqlite;
using Outpost.Node.Journal;
using Outpost.Sdk.Evm;
using Outpost.Sdk.Snapshots;

namespace Outpost.Node.Snapshots;

/// <summary>One project in one epoch, as the store has it.</summary>
/// <param name="Cid">What this node computed; null: nothing yet.</param>
/// <param name="FinalizedCid">What the round was decided for; null: it was not.</param>
/// <param name="Detail">In which words it was missed or refused; empty: it was not.</param>
public sealed record SnapshotEntry(
    string ProjectId, Epoch Epoch, SnapshotState State, string? Cid, string? FinalizedCid, string? Reason,
    string Detail);

/// <summary>
/// The durable record of epochs, snapshots and what became of them, written an epoch at a time: a crash loses at most
/// what can be computed again. Faults of the disk throw <see cref="JournalException"/>. Safe for use from several
/// threads.
/// </summary>
public sealed class SnapshotStore : IDisposable
{
    private readonly Lock _gate = new();
    private readonly JournalDatabase _database;
    private readonly TimeProvider _time;

    private SnapshotStore(JournalDatabase database, TimeProvider time)
    {
        (_database, _time) = (database, time);
        Series = new SnapshotSeries(database, _gate);
    }

    /// <summary>The snapshots by project and epoch, and what they add up to.</summary>
    public SnapshotSeries Series { get; }

    /// <summary>Opens or makes the file.</summary>
    public static SnapshotStore Open(string path, TimeProvider time) => new(SnapshotSchema.Open(path), time);

    /// <summary>The newest epoch that was seen; null: none was.</summary>
    public Epoch? Newest() => Query(
        "SELECT epoch_begin, epoch_end FROM epochs ORDER BY epoch_end DESC LIMIT 1", ReadEpoch)
        .Select(epoch => (Epoch?)epoch).FirstOrDefault();

    /// <summary>Writes down epochs that have to be computed; what is known stays as it is.</summary>
    public void Open(IReadOnlyList<Epoch> epochs, IReadOnlyList<string> projectIds) =>
        Write(() =>
        {
            foreach (var epoch in epochs)
            {
                _database.Execute(
                    """
                    INSERT INTO epochs (epoch_end, epoch_begin, seen_ms) VALUES ($end, $begin, $now)
                    ON CONFLICT DO NOTHING
                    """,
                    ("$end", epoch.End), ("$begin", epoch.Begin), ("$now", Now()));
                foreach (var projectId in projectIds)
                {
                    _database.Execute(
                        """
                        INSERT INTO snapshots (project, epoch_end, state, changed_ms) VALUES ($project, $end, 1, $now)
                        ON CONFLICT DO NOTHING
                        """,
                        ("$project", projectId), ("$end", epoch.End), ("$now", Now()));
                }
            }
        });

    /// <summary>Epochs that are not computed and told of yet, newest first.</summary>
    public IReadOnlyList<Epoch> OpenEpochs(int count) => Query(
        "SELECT epoch_begin, epoch_end FROM epochs WHERE is_open = 1 ORDER BY epoch_end DESC LIMIT $count",
        ReadEpoch, ("$count", count));

    /// <summary>The projects of an epoch, in the order of their ids.</summary>
    public IReadOnlyList<SnapshotEntry> Entries(Epoch epoch) => Query(
        """
        SELECT project, state, cid, finalized_cid, reason, detail FROM snapshots WHERE epoch_end = $end ORDER BY project
        """,
        row => new SnapshotEntry(
            row.GetString(0), epoch, (SnapshotState)row.GetInt32(1), Text(row, 2), Text(row, 3), Text(row, 4),
            row.GetString(5)),
        ("$end", epoch.End));

    /// <summary>Votes that were taken and of which no verdict is known yet, oldest epoch first.</summary>
    public IReadOnlyList<SnapshotVote> Waiting(int count) => Query(
        """
        SELECT project, epoch_begin, epoch_end, cid FROM snapshots JOIN epochs USING (epoch_end)
        WHERE state = 3 ORDER BY epoch_end, project LIMIT $count
        """,
        row => new SnapshotVote(row.GetString(0), new Epoch(row.GetInt64(1), row.GetInt64(2)), row.GetString(3)),
        ("$count", count));

    /// <summary>The hash of an epoch's last block as it was when it was computed; null: it was not.</summary>
    public Hash32? HashOf(long epochEnd) => Query(
        "SELECT last_hash FROM epochs WHERE epoch_end = $end AND last_hash IS NOT NULL",
        row => (Hash32?)new Hash32((byte[])row.GetValue(0)), ("$end", epochEnd)).FirstOrDefault();

    /// <summary>
    /// An epoch's last block as it was when it was computed; null: it was not. What it hangs on is not kept.
    /// </summary>
    internal EvmHeader? LastBlock(Epoch epoch) => Query(
        "SELECT last_hash, timestamp FROM epochs WHERE epoch_end = $end AND last_hash IS NOT NULL",
        row => new EvmHeader(epoch.End, new Hash32((byte[])row.GetValue(0)), default, row.GetInt64(1)),
        ("$end", epoch.End)).FirstOrDefault();

    /// <summary>The epoch that ends at a block; null: none is known.</summary>
    public Epoch? EndingAt(long block) => Query(
        "SELECT epoch_begin, epoch_end FROM epochs WHERE epoch_end = $end", ReadEpoch, ("$end", block))
        .Select(epoch => (Epoch?)epoch).FirstOrDefault();

    /// <summary>
    /// Keeps what was computed, all of it or nothing, on disk. A vote that is out stays what it is: only its bytes here
    /// are replaced.
    /// </summary>
    public void RecordComputed(ComputedEpoch computed, MetadataBook metadata) =>
        Write(() =>
        {
            _database.Execute(
                "UPDATE epochs SET last_hash = $hash, timestamp = $timestamp WHERE epoch_end = $end",
                ("$hash", computed.LastBlockHash.ToArray()), ("$timestamp", computed.Timestamp),
                ("$end", computed.Epoch.End));
            foreach (var (project, bytes, problem) in computed.Projects)
            {
                Keep(project.Id, computed.Epoch, bytes, problem);
            }

            Keep(metadata);
        });

    /// <summary>The same for aggregates, whose epoch is recorded already.</summary>
    internal void RecordAggregates(
        Epoch epoch, IReadOnlyList<ComputedAggregate> computed, MetadataBook metadata) =>
        Write(() =>
        {
            foreach (var (project, bytes, problem) in computed)
            {
                Keep(project.Id, epoch, bytes, problem);
            }

            Keep(metadata);
        });

    /// <summary>Writes down how far projects have come.</summary>
    /// <param name="done">An epoch in which nothing is left to be computed or told; null: none.</param>
    public void Advance(IReadOnlyList<SnapshotEntry> entries, Epoch? done = null) => Write(() =>
    {
        if (done is { } epoch)
        {
            _database.Execute("UPDATE epochs SET is_open = 0 WHERE epoch_end = $end", ("$end", epoch.End));
        }

        foreach (var entry in entries)
        {
            _database.Execute(
                """
                UPDATE snapshots SET state = $state, finalized_cid = $finalized, reason = $reason, detail = $detail,
                    changed_ms = $now
                WHERE project = $project AND epoch_end = $end
                """,
                ("$state", (int)entry.State), ("$finalized", entry.FinalizedCid), ("$reason", entry.Reason),
                ("$detail", entry.Detail), ("$now", Now()), ("$project", entry.ProjectId), ("$end", entry.Epoch.End));
        }
    });

    /// <summary>
    /// An epoch whose blocks the chain has left is computed again. What was voted stands, since a second vote would be
    /// an equivocation; what was not told yet is told as it then is.
    /// </summary>
    public void Reopen(Epoch epoch) => Write(() =>
    {
        _database.Execute(
            "UPDATE epochs SET last_hash = NULL, is_open = 1 WHERE epoch_end = $end", ("$end", epoch.End));
        _database.Execute(
            "UPDATE snapshots SET state = 1, cid = NULL, changed_ms = $now WHERE epoch_end = $end AND state <= 2",
            ("$end", epoch.End), ("$now", Now()));
    });

    /// <summary>The bytes of a snapshot; null: they are not kept here.</summary>
    public byte[]? Bytes(string cid) => Query(
        "SELECT bytes FROM content WHERE cid = $cid", row => (byte[])row.GetValue(0), ("$cid", cid)).FirstOrDefault();

    /// <summary>What contracts have said of themselves so far.</summary>
    public MetadataBook Metadata()
    {
        var book = new MetadataBook();
        foreach (var (to, data, answer) in Query(
            "SELECT contract, call, answer FROM metadata",
            row => ((byte[])row.GetValue(0), (byte[])row.GetValue(1), (byte[])row.GetValue(2))))
        {
            book.Load(new EvmCall(new EvmAddress(to), data), answer);
        }

        return book;
    }

    public void Dispose() => _database.Dispose();

    private void Keep(string projectId, Epoch epoch, SnapshotBytes? bytes, string? problem)
    {
        if (bytes is not null)
        {
            _database.Execute(
                "INSERT INTO content (cid, bytes) VALUES ($cid, $bytes) ON CONFLICT DO NOTHING",
                ("$cid", bytes.Cid.ToString()), ("$bytes", bytes.Bytes.ToArray()));
            Series.Put(projectId, epoch.End, bytes);
        }
        else
        {
            // There was one when the epoch is computed again, of blocks that the chain has left.
            Series.Remove(projectId, epoch.End);
        }

        _database.Execute(
            """
            UPDATE snapshots SET cid = coalesce($cid, cid), detail = $detail, changed_ms = $now,
                state = CASE WHEN state = 1 AND $cid IS NOT NULL THEN 2 ELSE state END
            WHERE project = $project AND epoch_end = $end
            """,
            ("$cid", bytes?.Cid.ToString()), ("$detail", problem ?? ""), ("$now", Now()), ("$project", projectId),
            ("$end", epoch.End));
    }

    private void Keep(MetadataBook metadata)
    {
        foreach (var (call, answer) in metadata.TakeFresh())
        {
            _database.Execute(
                "INSERT INTO metadata (contract, call, answer) VALUES ($to, $data, $answer) ON CONFLICT DO NOTHING",
                ("$to", call.To.ToArray()), ("$data", call.Data.ToArray()), ("$answer", answer.ToArray()));
        }
    }

    private List<T> Query<T>(
        string sql, Func<SqliteDataReader, T> read, params (string Name, object? Value)[] values)
    {
        lock (_gate)
        {
            return _database.Query(sql, read, values);
        }
    }

    /// <summary>All of it or nothing; on disk when it returns.</summary>
    private void Write(Action write)
    {
        lock (_gate)
        {
            _database.InDurableTransaction(write);
        }
    }

    private static Epoch ReadEpoch(SqliteDataReader row) =>
        new(row.GetInt64(0), row.GetInt64(1));

    private static string? Text(SqliteDataReader row, int column) =>
        row.IsDBNull(column) ? null : row.GetString(column);

    private long Now() => _time.GetUtcNow().ToUnixTimeMilliseconds();
}
