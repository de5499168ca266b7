using Microsoft.Data.Sqlite;
using Outpost.Node.Journal;
using Outpost.Sdk;
using Outpost.Sdk.Snapshots;

namespace Outpost.Node.Snapshots;

/// <summary>What a range of a project's epochs comes to.</summary>
/// <param name="Numbers">By field; a field that no snapshot up to the range's end has is not in it.</param>
/// <param name="Count">How many of the epochs have a snapshot.</param>
public sealed record SeriesSum(IReadOnlyDictionary<string, BigDecimal> Numbers, long Count);

/// <summary>One epoch of a project's series.</summary>
/// <param name="Timestamp">Of the epoch's last block, in seconds since 1970; null: it is not computed.</param>
/// <param name="Cid">The snapshot: what the round was decided for, else this node's own; null: a gap.</param>
/// <param name="Numbers">Of the snapshot that this node computed.</param>
public sealed record SeriesEntry(
    Epoch Epoch, long? Timestamp, SnapshotState State, string? Cid, string? Reason,
    IReadOnlyDictionary<string, BigDecimal> Numbers);

/// <summary>
/// Each project's snapshots as a series of numbers by epoch, with what they come to from the first epoch on (prefix
/// sums), exactly: the sum over any range is one subtraction. An epoch that comes out of turn, or is computed again,
/// makes the sums after it forgotten; they are worked out again when they are asked for. Safe for use from several
/// threads.
/// </summary>
public sealed class SnapshotSeries
{
    internal const string Tables = """
        CREATE TABLE series (
            project TEXT NOT NULL,
            epoch_end INTEGER NOT NULL,
            numbers BLOB NOT NULL,
            sums BLOB,
            count INTEGER,
            PRIMARY KEY (project, epoch_end)
        ) WITHOUT ROWID;
        """;

    // Rows that are summed up at a time: a series may be longer than what fits into memory.
    private const int Stretch = 1000;

    private readonly JournalDatabase _database;
    private readonly Lock _gate;

    internal SnapshotSeries(JournalDatabase database, Lock gate) => (_database, _gate) = (database, gate);

    /// <summary>The end of a project's first epoch that has a snapshot; null: none has.</summary>
    public long? FirstEnd(string project) => Query(
        "SELECT epoch_end FROM series WHERE project = $project ORDER BY epoch_end LIMIT 1",
        row => (long?)row.GetInt64(0), ("$project", project)).FirstOrDefault();

    /// <summary>The snapshot that this node computed for one epoch; null: there is none.</summary>
    public byte[]? Bytes(string project, long epochEnd) => Query(
        """
        SELECT bytes FROM snapshots JOIN content USING (cid) WHERE project = $project AND epoch_end = $end
        """,
        row => (byte[])row.GetValue(0), ("$project", project), ("$end", epochEnd)).FirstOrDefault();

    /// <summary>What the epochs come to that end after one block, and not after another.</summary>
    public SeriesSum Sum(string project, long after, long last)
    {
        lock (_gate)
        {
            var (upTo, before) = (UpTo(project, last), UpTo(project, after));
            var numbers = new SortedDictionary<string, BigDecimal>(StringComparer.Ordinal);
            foreach (var (field, sum) in upTo.Numbers)
            {
                numbers[field] = before.Numbers.TryGetValue(field, out var less) ? sum - less : sum;
            }

            return new SeriesSum(numbers, upTo.Count - before.Count);
        }
    }

    /// <summary>The numbers of snapshots whose epochs end in such a range, oldest first.</summary>
    public IReadOnlyList<(long End, IReadOnlyDictionary<string, BigDecimal> Numbers)> Numbers(
        string project, long after, long last, int count) => Query(
        """
        SELECT epoch_end, numbers FROM series WHERE project = $project AND epoch_end > $after AND epoch_end <= $last
        ORDER BY epoch_end LIMIT $count
        """,
        row => (row.GetInt64(0), (IReadOnlyDictionary<string, BigDecimal>)NumberFields.Read((byte[])row.GetValue(1))),
        ("$project", project), ("$after", after), ("$last", last), ("$count", count));

    /// <summary>The numbers of the newest snapshot in such a range; null: there is none.</summary>
    public IReadOnlyDictionary<string, BigDecimal>? Newest(string project, long after, long last) => Query(
        """
        SELECT numbers FROM series WHERE project = $project AND epoch_end > $after AND epoch_end <= $last
        ORDER BY epoch_end DESC LIMIT 1
        """,
        row => NumberFields.Read((byte[])row.GetValue(0)),
        ("$project", project), ("$after", after), ("$last", last)).FirstOrDefault();

    /// <summary>The epochs of such a range with their gaps, oldest first.</summary>
    public IReadOnlyList<SeriesEntry> Entries(string project, long after, long last, int skip, int count) => Query(
        """
        SELECT epoch_begin, epoch_end, timestamp, state, coalesce(finalized_cid, cid), reason, numbers
        FROM snapshots JOIN epochs USING (epoch_end) LEFT JOIN series USING (project, epoch_end)
        WHERE project = $project AND epoch_end > $after AND epoch_end <= $last
        ORDER BY epoch_end LIMIT $count OFFSET $skip
        """,
        row => new SeriesEntry(
            new Epoch(row.GetInt64(0), row.GetInt64(1)), row.IsDBNull(2) ? null : row.GetInt64(2),
            (SnapshotState)row.GetInt32(3), row.IsDBNull(4) ? null : row.GetString(4),
            row.IsDBNull(5) ? null : row.GetString(5),
            row.IsDBNull(6) ? new SortedDictionary<string, BigDecimal>() : NumberFields.Read((byte[])row.GetValue(6))),
        ("$project", project), ("$after", after), ("$last", last), ("$count", count), ("$skip", skip));

    /// <summary>The newest epoch of a project whose round was decided; null: none was.</summary>
    public Epoch? LastFinalized(string project) => Query(
        """
        SELECT epoch_begin, epoch_end FROM snapshots JOIN epochs USING (epoch_end)
        WHERE project = $project AND finalized_cid IS NOT NULL ORDER BY epoch_end DESC LIMIT 1
        """,
        row => (Epoch?)new Epoch(row.GetInt64(0), row.GetInt64(1)), ("$project", project)).FirstOrDefault();

    /// <summary>The newest time of an epoch's last block, in seconds since 1970; null: none is computed.</summary>
    public long? NewestTime() => Query(
        "SELECT timestamp FROM epochs WHERE timestamp IS NOT NULL ORDER BY timestamp DESC LIMIT 1",
        row => (long?)row.GetInt64(0)).FirstOrDefault();

    /// <summary>The end of the newest epoch whose last block is older than a time; -1: there is none.</summary>
    public long EndBefore(long secondsSince1970) => Query(
        "SELECT epoch_end FROM epochs WHERE timestamp < $time ORDER BY timestamp DESC LIMIT 1",
        row => (long?)row.GetInt64(0), ("$time", secondsSince1970)).FirstOrDefault() ?? -1;

    /// <summary>Takes a snapshot into its series, within a transaction of the caller's.</summary>
    internal void Put(string project, long epochEnd, SnapshotBytes snapshot)
    {
        var isNew = _database.Execute(
            """
            INSERT INTO series (project, epoch_end, numbers) VALUES ($project, $end, $numbers)
            ON CONFLICT DO UPDATE SET numbers = excluded.numbers WHERE numbers <> excluded.numbers
            """,
            ("$project", project), ("$end", epochEnd),
            ("$numbers", NumberFields.Write(NumberFields.Read(snapshot.Bytes.Span)))) > 0;
        if (isNew)
        {
            ForgetSums(project, epochEnd);
        }
    }

    /// <summary>Takes a snapshot out that does not hold any more, within a transaction of the caller's.</summary>
    internal void Remove(string project, long epochEnd)
    {
        if (_database.Execute(
                "DELETE FROM series WHERE project = $project AND epoch_end = $end",
                ("$project", project), ("$end", epochEnd)) > 0)
        {
            ForgetSums(project, epochEnd);
        }
    }

    /// <summary>Sums are known up to some epoch, and of none after it.</summary>
    private void ForgetSums(string project, long from) => _database.Execute(
        """
        UPDATE series SET sums = NULL, count = NULL
        WHERE project = $project AND epoch_end >= $end AND sums IS NOT NULL
        """,
        ("$project", project), ("$end", from));

    private SeriesSum UpTo(string project, long epochEnd)
    {
        while (true)
        {
            var newest = Query(
                """
                SELECT epoch_end, sums, count FROM series WHERE project = $project AND epoch_end <= $end
                ORDER BY epoch_end DESC LIMIT 1
                """,
                ReadSum, ("$project", project), ("$end", epochEnd));
            switch (newest)
            {
                case []:
                    return new SeriesSum(new SortedDictionary<string, BigDecimal>(), 0);
                case [{ Sum: { } known }]:
                    return known;
                default:
                    SumUp(project, newest[0].End);
                    break;
            }
        }
    }

    /// <summary>Works sums out that are not known, so many at a time.</summary>
    private void SumUp(string project, long epochEnd)
    {
        var known = Query(
            """
            SELECT epoch_end, sums, count FROM series
            WHERE project = $project AND epoch_end <= $end AND sums IS NOT NULL ORDER BY epoch_end DESC LIMIT 1
            """,
            ReadSum, ("$project", project), ("$end", epochEnd)).FirstOrDefault();
        var sums = new SortedDictionary<string, BigDecimal>(StringComparer.Ordinal);
        foreach (var (field, sum) in known.Sum?.Numbers ?? sums)
        {
            sums[field] = sum;
        }

        var count = known.Sum?.Count ?? 0;
        var rows = Query(
            """
            SELECT epoch_end, numbers FROM series
            WHERE project = $project AND epoch_end > $after AND epoch_end <= $end ORDER BY epoch_end LIMIT $count
            """,
            row => (End: row.GetInt64(0), Numbers: NumberFields.Read((byte[])row.GetValue(1))),
            ("$project", project), ("$after", known.Sum is null ? -1 : known.End), ("$end", epochEnd),
            ("$count", Stretch));

        // Lost with a crash, they are worked out again: no need to wait for the disk.
        _database.InTransaction(() =>
        {
            foreach (var (end, numbers) in rows)
            {
                foreach (var (field, number) in numbers)
                {
                    sums[field] = sums.GetValueOrDefault(field) + number;
                }

                _database.Execute(
                    "UPDATE series SET sums = $sums, count = $count WHERE project = $project AND epoch_end = $end",
                    ("$sums", NumberFields.Write(sums)), ("$count", ++count), ("$project", project), ("$end", end));
            }
        });
    }

    private static (long End, SeriesSum? Sum) ReadSum(SqliteDataReader row) => (
        row.GetInt64(0),
        row.IsDBNull(1) ? null : new SeriesSum(NumberFields.Read((byte[])row.GetValue(1)), row.GetInt64(2)));

    private List<T> Query<T>(
        string sql, Func<SqliteDataReader, T> read, params (string Name, object? Value)[] values)
    {
        lock (_gate)
        {
            return _database.Query(sql, read, values);
        }
    }
}
