using System.Globalization;
using System.Numerics;
using Microsoft.Data.Sqlite;
using Outpost.Chains;
using Outpost.Chains.Allora;
using Outpost.Chains.Cosmos;
using Outpost.Node.Duties;

namespace Outpost.Node.Journal;

/// <summary>
/// The durable record of every duty and every attempt, in one SQLite file that belongs to one account on one chain.
/// Attempts are on disk (fsync) when <see cref="RecordAttempts"/> returns; the rest survives a crash of the process
/// and may lose its last moments with the power. Safe for use from several threads.
/// </summary>
public sealed class DutyJournal : IDisposable
{
    /// <summary>Ended duties kept; older ones are dropped at start.</summary>
    private const int DutiesKept = 200_000;

    private readonly Lock _lock = new();
    private readonly SqliteConnection _connection;
    private readonly TimeProvider _time;

    private DutyJournal(SqliteConnection connection, TimeProvider time)
    {
        _connection = connection;
        _time = time;
    }

    /// <summary>Opens or creates the file. Throws <see cref="JournalException"/>.</summary>
    public static DutyJournal Open(string path, TimeProvider time)
    {
        SQLitePCL.Batteries_V2.Init();
        var source = new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString();
        var connection = new SqliteConnection(source);
        var journal = new DutyJournal(connection, time);
        try
        {
            connection.Open();
            journal.Prepare(path);
            return journal;
        }
        catch (SqliteException fault)
        {
            connection.Dispose();
            throw new JournalException(
                $"Opening the journal {path}: {fault.Message}. Is the folder writable, and is it an Outpost journal?",
                fault);
        }
        catch (JournalException)
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Claims the journal for an account; throws when it is another's, whose nonces would be taken for done.
    /// </summary>
    public void Claim(string chainId, string address)
    {
        lock (_lock)
        {
            using var read = Command("SELECT chain_id, address FROM owner");
            using var row = read.ExecuteReader();
            if (!row.Read())
            {
                Execute("INSERT INTO owner VALUES ($chain, $address)", ("$chain", chainId), ("$address", address));
            }
            else if (row.GetString(0) != chainId || row.GetString(1) != address)
            {
                throw new JournalException(
                    $"The journal {_connection.DataSource} belongs to {row.GetString(1)} on {row.GetString(0)}, not to "
                    + $"{address} on {chainId}. Give this account a journal of its own (\"journal\" in the config).");
            }
        }
    }

    /// <summary>Opens the duty, or gives back what is already known of it.</summary>
    public DutyRecord OpenDuty(Duty duty)
    {
        lock (_lock)
        {
            var isNew = 1 == Execute(
                "INSERT OR IGNORE INTO duties (role, topic, nonce, closes_at, opened_ms) "
                + "VALUES ($role, $topic, $nonce, $closes, $now)",
                [.. IdOf(duty.Id), ("$closes", duty.ClosesAt.Value), ("$now", Now())]);
            return Find(duty.Id)! with { IsNew = isNew };
        }
    }

    public DutyRecord? Find(DutyId id)
    {
        lock (_lock)
        {
            return Read("WHERE role = $role AND topic = $topic AND nonce = $nonce", IdOf(id)).SingleOrDefault();
        }
    }

    /// <summary>The duties that a stop left open, oldest first.</summary>
    public IReadOnlyList<DutyRecord> Unfinished()
    {
        lock (_lock)
        {
            return Read("WHERE ended_ms IS NULL ORDER BY nonce, topic");
        }
    }

    public void RecordValue(DutyId id, string value)
    {
        lock (_lock)
        {
            Execute("UPDATE duties SET value = $value WHERE role = $role AND topic = $topic AND nonce = $nonce",
                [.. IdOf(id), ("$value", value)]);
        }
    }

    /// <summary>Puts signed transactions on disk, before any of them leaves.</summary>
    public void RecordAttempts(IReadOnlyList<Attempt> attempts)
    {
        lock (_lock)
        {
            Execute("PRAGMA synchronous = FULL");
            using (var transaction = _connection.BeginTransaction())
            {
                foreach (var attempt in attempts)
                {
                    Execute(
                        "INSERT OR IGNORE INTO attempts (hash, role, topic, nonce, sequence, bytes, fee_uallo, "
                        + "gas_limit, timeout_height, signed_ms) VALUES ($hash, $role, $topic, $nonce, $sequence, "
                        + "$bytes, $fee, $gas, $timeout, $now)",
                        [
                            .. IdOf(attempt.Duty),
                            ("$hash", attempt.Transaction.Hash),
                            ("$sequence", (long)attempt.Sequence),
                            ("$bytes", attempt.Transaction.Bytes.ToArray()),
                            ("$fee", attempt.FeeUallo.ToString(CultureInfo.InvariantCulture)),
                            ("$gas", (long)attempt.GasLimit),
                            ("$timeout", attempt.TimeoutHeight.Value),
                            ("$now", Now()),
                        ]);
                }

                transaction.Commit();
            }

            Execute("PRAGMA synchronous = NORMAL");
        }
    }

    public void RecordSent(string hash, Uri? endpoint)
    {
        lock (_lock)
        {
            Execute("UPDATE attempts SET sent_ms = $now, endpoint = $endpoint WHERE hash = $hash",
                ("$now", Now()), ("$endpoint", endpoint?.GetLeftPart(UriPartial.Path)), ("$hash", hash));
        }
    }

    /// <summary>Marks an attempt that never left, or that no block can hold any more: it is not sent again.</summary>
    public void RecordAbandoned(string hash)
    {
        lock (_lock)
        {
            Execute("UPDATE attempts SET abandoned_ms = $now WHERE hash = $hash", ("$now", Now()), ("$hash", hash));
        }
    }

    /// <summary>Ends a duty. Its first end stays; a later one changes nothing.</summary>
    public void RecordEnd(DutyId id, Outcome outcome)
    {
        var (at, hash, reason, detail) = outcome switch
        {
            Outcome.Included included => ((object?)included.At.Value, included.Hash, (string?)null, (string?)null),
            Outcome.Missed missed => (null, null, missed.Reason.Code, missed.Detail),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        lock (_lock)
        {
            Execute(
                "UPDATE duties SET ended_ms = $now, included_at = $at, included_hash = $hash, reason = $reason, "
                + "detail = $detail WHERE role = $role AND topic = $topic AND nonce = $nonce AND ended_ms IS NULL",
                [
                    .. IdOf(id), ("$now", Now()), ("$at", at), ("$hash", hash), ("$reason", reason),
                    ("$detail", detail),
                ]);
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _connection.Dispose();
        }
    }

    private void Prepare(string path)
    {
        Execute("PRAGMA journal_mode = WAL");
        Execute("PRAGMA synchronous = NORMAL");
        Execute("PRAGMA busy_timeout = 2000");
        using (var read = Command("PRAGMA user_version"))
        {
            var version = Convert.ToInt32(read.ExecuteScalar(), CultureInfo.InvariantCulture);
            if (version > JournalSchema.Version)
            {
                throw new JournalException(
                    $"The journal {path} was written by a newer Outpost (version {version}). Update Outpost.");
            }

            if (version == 0)
            {
                Execute(JournalSchema.Create);
                Execute($"PRAGMA user_version = {JournalSchema.Version}");
            }
        }

        Execute("DELETE FROM duties WHERE ended_ms IS NOT NULL AND ended_ms <= (SELECT ended_ms FROM duties "
            + $"WHERE ended_ms IS NOT NULL ORDER BY ended_ms DESC LIMIT 1 OFFSET {DutiesKept})");
        Execute("DELETE FROM attempts WHERE NOT EXISTS (SELECT 1 FROM duties d WHERE d.role = attempts.role "
            + "AND d.topic = attempts.topic AND d.nonce = attempts.nonce)");
    }

    private List<DutyRecord> Read(string where, params (string, object?)[] values)
    {
        var records = new List<DutyRecord>();
        using (var read = Command(
            "SELECT role, topic, nonce, closes_at, value, ended_ms, included_at, included_hash, reason, detail "
            + "FROM duties " + where, values))
        {
            using var row = read.ExecuteReader();
            while (row.Read())
            {
                var id = new DutyId(
                    (Role)row.GetInt32(0), new TopicId((ulong)row.GetInt64(1)), new Height(row.GetInt64(2)));
                Outcome? outcome = (row.IsDBNull(5), row.IsDBNull(6)) switch
                {
                    (true, _) => null,
                    (false, false) => new Outcome.Included(new Height(row.GetInt64(6)), row.GetString(7)),
                    (false, true) => new Outcome.Missed(Reason.ByCode(row.GetString(8)), row.GetString(9)),
                };
                records.Add(new DutyRecord(
                    new Duty(id, new Height(row.GetInt64(3))), row.IsDBNull(4) ? null : row.GetString(4), null,
                    outcome));
            }
        }

        return [.. records.Select(record => record with { LastAttempt = LastAttempt(record.Duty.Id) })];
    }

    private Attempt? LastAttempt(DutyId id)
    {
        using var read = Command(
            "SELECT hash, sequence, bytes, fee_uallo, gas_limit, timeout_height FROM attempts WHERE role = $role "
            + "AND topic = $topic AND nonce = $nonce AND abandoned_ms IS NULL ORDER BY sequence DESC LIMIT 1",
            IdOf(id));
        using var row = read.ExecuteReader();
        return !row.Read()
            ? null
            : new Attempt(
                id, new SignedTransaction((byte[])row.GetValue(2), row.GetString(0)), (ulong)row.GetInt64(1),
                BigInteger.Parse(row.GetString(3), CultureInfo.InvariantCulture), (ulong)row.GetInt64(4),
                new Height(row.GetInt64(5)));
    }

    private static (string, object?)[] IdOf(DutyId? id) =>
        [("$role", (int?)id?.Role), ("$topic", (long?)id?.Topic.Value), ("$nonce", id?.Nonce.Value)];

    private long Now() => _time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>The number of rows that it changed.</summary>
    private int Execute(string sql, params (string Name, object? Value)[] values)
    {
        using var command = Command(sql, values);
        return command.ExecuteNonQuery();
    }

    private SqliteCommand Command(string sql, params (string Name, object? Value)[] values)
    {
        var command = _connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in values)
        {
            command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        }

        return command;
    }
}
