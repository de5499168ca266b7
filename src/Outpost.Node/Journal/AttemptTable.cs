using System.Globalization;
using System.Numerics;
using Microsoft.Data.Sqlite;
using Outpost.Chains;
using Outpost.Chains.Allora;
using Outpost.Chains.Cosmos;
using Outpost.Node.Duties;

namespace Outpost.Node.Journal;

/// <summary>Every signed transaction, by its hash.</summary>
internal sealed class AttemptTable(JournalDatabase database)
{
    private const string Columns =
        "SELECT hash, sequence, bytes, fee_uallo, gas_limit, timeout_height, signed_ms, sent_ms, endpoint, sends, "
        + "abandoned_ms FROM attempts ";

    private const string OfDuty = Columns + "WHERE role = $role AND topic = $topic AND nonce = $nonce ";

    /// <summary>
    /// False when it stood there already: what was given up and is signed again the same way is the same transaction.
    /// </summary>
    public bool Add(Attempt attempt, long nowMs) =>
        database.Execute(
            "UPDATE attempts SET abandoned_ms = NULL WHERE hash = $hash", ("$hash", attempt.Transaction.Hash)) == 0
        && Insert(attempt, nowMs) == 1;

    private int Insert(Attempt attempt, long nowMs) => database.Execute(
        "INSERT INTO attempts (hash, role, topic, nonce, sequence, bytes, fee_uallo, gas_limit, timeout_height, "
        + "signed_ms) VALUES ($hash, $role, $topic, $nonce, $sequence, $bytes, $fee, $gas, $timeout, $now)",
        [
            .. JournalDatabase.KeyOf(attempt.Duty),
            ("$hash", attempt.Transaction.Hash),
            ("$sequence", (long)attempt.Sequence),
            ("$bytes", attempt.Transaction.Bytes.ToArray()),
            ("$fee", attempt.FeeUallo.ToString(CultureInfo.InvariantCulture)),
            ("$gas", (long)attempt.GasLimit),
            ("$timeout", attempt.TimeoutHeight.Value),
            ("$now", nowMs),
        ]);

    /// <summary>Its duty and how often it was sent by now; null when there is no such attempt.</summary>
    public (DutyId? Duty, int Sends)? Sent(string hash, string? endpoint, long nowMs) => database.Query(
        "UPDATE attempts SET sent_ms = $now, endpoint = $endpoint, sends = sends + 1 WHERE hash = $hash "
        + "RETURNING role, topic, nonce, sends",
        row => ((DutyId?, int)?)(DutyOf(row), row.GetInt32(3)),
        ("$now", nowMs), ("$endpoint", endpoint), ("$hash", hash)).SingleOrDefault();

    /// <summary>Its duty; null when there is no such attempt, or it was abandoned before.</summary>
    public (bool IsFound, DutyId? Duty) Abandon(string hash, long nowMs) => database.Query(
        "UPDATE attempts SET abandoned_ms = $now WHERE hash = $hash AND abandoned_ms IS NULL "
        + "RETURNING role, topic, nonce",
        row => (true, DutyOf(row)), ("$now", nowMs), ("$hash", hash)).SingleOrDefault();

    /// <summary>The newest that may have left.</summary>
    public Attempt? LastOf(DutyId id) => database.Query(
        OfDuty + "AND abandoned_ms IS NULL ORDER BY sequence DESC LIMIT 1",
        row => AttemptIn(id, row), JournalDatabase.KeyOf(id)).SingleOrDefault();

    /// <summary>Those of no duty that may have left, lowest number first.</summary>
    public IReadOnlyList<Attempt> OpenDutiless() => database.Query(
        Columns + "WHERE role IS NULL AND abandoned_ms IS NULL ORDER BY sequence", row => AttemptIn(null, row));

    public ulong? HighestSequence() => database.Query(
        "SELECT sequence FROM attempts WHERE abandoned_ms IS NULL ORDER BY sequence DESC LIMIT 1",
        row => (ulong?)row.GetInt64(0)).SingleOrDefault();

    public void DropDutiless(string hash) =>
        database.Execute("DELETE FROM attempts WHERE role IS NULL AND hash = $hash", ("$hash", hash));

    /// <summary>Forgets those of no duty that are over: nobody asks for their story.</summary>
    public void PruneDutiless() =>
        database.Execute("DELETE FROM attempts WHERE role IS NULL AND abandoned_ms IS NOT NULL");

    /// <summary>All of a duty, in the order in which they were signed.</summary>
    public IReadOnlyList<AttemptRecord> Of(DutyId id) => database.Query(
        OfDuty + "ORDER BY signed_ms, sequence",
        row => new AttemptRecord(AttemptIn(id, row), TimeIn(row, 6)!.Value)
        {
            SentAt = TimeIn(row, 7),
            Endpoint = row.IsDBNull(8) ? null : row.GetString(8),
            Sends = row.GetInt32(9),
            AbandonedAt = TimeIn(row, 10),
        },
        JournalDatabase.KeyOf(id));

    private static Attempt AttemptIn(DutyId? id, SqliteDataReader row) => new(
        id, new SignedTransaction((byte[])row.GetValue(2), row.GetString(0)), (ulong)row.GetInt64(1),
        BigInteger.Parse(row.GetString(3), CultureInfo.InvariantCulture), (ulong)row.GetInt64(4),
        new Height(row.GetInt64(5)))
    {
        IsKnownSent = !row.IsDBNull(7),
    };

    private static DateTimeOffset? TimeIn(SqliteDataReader row, int column) =>
        row.IsDBNull(column) ? null : DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(column));

    private static DutyId? DutyOf(SqliteDataReader row) => row.IsDBNull(0)
        ? null
        : new DutyId((Role)row.GetInt32(0), new TopicId((ulong)row.GetInt64(1)), new Height(row.GetInt64(2)));
}
