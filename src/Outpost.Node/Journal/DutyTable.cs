using Microsoft.Data.Sqlite;
using Outpost.Chains;
using Outpost.Chains.Allora;
using Outpost.Node.Duties;

namespace Outpost.Node.Journal;

/// <summary>Every duty, once.</summary>
internal sealed class DutyTable(JournalDatabase database, AttemptTable attempts)
{
    private const string OfDuty = "WHERE role = $role AND topic = $topic AND nonce = $nonce";

    private const string Columns =
        "SELECT role, topic, nonce, closes_at, value, ended_ms, included_at, included_hash, reason, detail, opened_ms, "
        + "opens_at FROM duties ";

    /// <summary>False when it stood there already.</summary>
    public bool Add(Duty duty, long nowMs) => 1 == database.Execute(
        "INSERT OR IGNORE INTO duties (role, topic, nonce, closes_at, opened_ms, opens_at) "
        + "VALUES ($role, $topic, $nonce, $closes, $now, $opens)",
        [
            .. JournalDatabase.KeyOf(duty.Id), ("$closes", duty.ClosesAt.Value), ("$now", nowMs),
            ("$opens", duty.OpensAt == duty.Id.Nonce ? null : duty.OpensAt.Value),
        ]);

    public void SetValue(DutyId id, string value) => database.Execute(
        $"UPDATE duties SET value = $value {OfDuty}", [.. JournalDatabase.KeyOf(id), ("$value", value)]);

    /// <summary>False when it has an end already, or is not known: a first end stays.</summary>
    public bool End(DutyId id, Outcome outcome, long nowMs)
    {
        var (at, hash, reason, detail) = outcome switch
        {
            Outcome.Included included => ((object?)included.At.Value, included.Hash, (string?)null, (string?)null),
            Outcome.Missed missed => (null, null, missed.Reason.Code, missed.Detail),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        return 1 == database.Execute(
            "UPDATE duties SET ended_ms = $now, included_at = $at, included_hash = $hash, reason = $reason, "
            + $"detail = $detail {OfDuty} AND ended_ms IS NULL",
            [
                .. JournalDatabase.KeyOf(id), ("$now", nowMs), ("$at", at), ("$hash", hash), ("$reason", reason),
                ("$detail", detail),
            ]);
    }

    public DutyRecord? Find(DutyId id) => Read(OfDuty, JournalDatabase.KeyOf(id)).SingleOrDefault();

    /// <summary>Those without an end, oldest first.</summary>
    public IReadOnlyList<DutyRecord> Unfinished() => Read("WHERE ended_ms IS NULL ORDER BY nonce, topic");

    public IReadOnlyList<Height> NewestNonces(Role role, TopicId topic, Height upTo, int count) => database.Query(
        "SELECT nonce FROM duties WHERE role = $role AND topic = $topic AND nonce <= $upto "
        + "ORDER BY nonce DESC LIMIT $count",
        row => new Height(row.GetInt64(0)),
        ("$role", (int)role), ("$topic", (long)topic.Value), ("$upto", upTo.Value), ("$count", count));

    /// <summary>Forgets all but the newest that have ended, with their attempts and stories.</summary>
    public void Prune(int kept) => database.Execute(
        "DELETE FROM duties WHERE ended_ms < (SELECT ended_ms FROM duties WHERE ended_ms IS NOT NULL "
        + "ORDER BY ended_ms DESC LIMIT 1 OFFSET $last)", ("$last", kept - 1));

    public IReadOnlyList<DutyRecord> Read(string where, params (string, object?)[] values) =>
    [
        .. database.Query(Columns + where, RecordIn, values)
            .Select(record => record with { LastAttempt = attempts.LastOf(record.Duty.Id) }),
    ];

    private static DutyRecord RecordIn(SqliteDataReader row)
    {
        var id = new DutyId((Role)row.GetInt32(0), new TopicId((ulong)row.GetInt64(1)), new Height(row.GetInt64(2)));
        Outcome? outcome = (row.IsDBNull(5), row.IsDBNull(6)) switch
        {
            (true, _) => null,
            (false, false) => new Outcome.Included(new Height(row.GetInt64(6)), row.GetString(7)),
            (false, true) => new Outcome.Missed(Reason.ByCode(row.GetString(8)), row.GetString(9)),
        };
        var duty = new Duty(id, new Height(row.GetInt64(3)))
        {
            OpensAt = row.IsDBNull(11) ? id.Nonce : new Height(row.GetInt64(11)),
        };
        return new DutyRecord(
            duty, row.IsDBNull(4) ? null : row.GetString(4), null, outcome)
        {
            OpenedAt = DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(10)),
            EndedAt = row.IsDBNull(5) ? null : DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(5)),
        };
    }
}
