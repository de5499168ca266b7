using System.Globalization;
using Microsoft.Data.Sqlite;
using Outpost.Chains.Allora;
using Outpost.Node.Duties;

namespace Outpost.Node.Journal;

/// <summary>Where a duty stands.</summary>
public enum DutyState
{
    Open = 1,
    Included = 2,
    Missed = 3,
}

/// <summary>Which duties are meant; what is null leaves all of them.</summary>
/// <param name="Since">Opened at this time or later.</param>
public sealed record DutyFilter(
    TopicId? Topic = null, Reason? Reason = null, DutyState? State = null, DateTimeOffset? Since = null,
    Role? Role = null);

/// <summary>What a number of duties came to.</summary>
/// <param name="MissedBy">The most frequent reason first.</param>
public sealed record DutyTally(long Included, long Open, IReadOnlyList<(string ReasonCode, long Count)> MissedBy)
{
    public long Missed => MissedBy.Sum(reason => reason.Count);

    /// <summary>Included of all that ended, 0 to 1; null when none has ended.</summary>
    public decimal? HitRate => Included + Missed == 0 ? null : (decimal)Included / (Included + Missed);
}

/// <summary>
/// Reads a journal, also while a node writes it, and changes nothing. Throws <see cref="JournalException"/>. Not safe
/// for use from several threads.
/// </summary>
public sealed class JournalReader : IDisposable
{
    private const string Matches =
        "WHERE ($role IS NULL OR role = $role) AND ($topic IS NULL OR topic = $topic) "
        + "AND ($reason IS NULL OR reason = $reason) AND ($since IS NULL OR opened_ms >= $since) "
        + "AND ($state IS NULL OR "
        + "CASE WHEN ended_ms IS NULL THEN 1 WHEN included_at IS NOT NULL THEN 2 ELSE 3 END = $state)";

    private readonly JournalDatabase _database;
    private readonly AttemptTable _attempts;
    private readonly DutyTable _duties;
    private readonly StoryTable _story;

    private JournalReader(JournalDatabase database)
    {
        _database = database;
        _attempts = new AttemptTable(database);
        _duties = new DutyTable(database, _attempts);
        _story = new StoryTable(database);
    }

    /// <summary>Opens a journal that is there; none is made.</summary>
    public static JournalReader Open(string path)
    {
        if (!path.StartsWith("file:", StringComparison.Ordinal) && !File.Exists(path))
        {
            throw new JournalException(
                $"There is no journal at {path}. 'outpost run' makes it; \"journal\" in the config names the file, and "
                + "without that it is outpost.db beside the config.");
        }

        var database = JournalDatabase.Open(path, SqliteOpenMode.ReadOnly);
        try
        {
            var version = JournalSchema.VersionOf(database);
            return version == JournalSchema.Version
                ? new JournalReader(database)
                : throw new JournalException(string.Create(CultureInfo.InvariantCulture,
                    $"The journal {path} was written by an older Outpost (version {version}, this one reads ")
                    + $"{JournalSchema.Version}). The next 'outpost run' brings it up to date.");
        }
        catch (JournalException)
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>The newest first, by the time at which they opened.</summary>
    public IReadOnlyList<DutyRecord> Duties(DutyFilter filter, int most) => _duties.Read(
        $"{Matches} ORDER BY opened_ms DESC, nonce DESC, topic DESC LIMIT $most",
        [.. ValuesOf(filter), ("$most", most)]);

    public DutyTally Tally(DutyFilter filter)
    {
        var counts = _database.Query(
            "SELECT ended_ms IS NULL, included_at IS NULL, coalesce(reason, ''), count(*) FROM duties "
            + $"{Matches} GROUP BY 1, 2, 3 ORDER BY 4 DESC, 3",
            row => (IsOpen: row.GetBoolean(0), IsMissed: row.GetBoolean(1), Reason: row.GetString(2),
                Count: row.GetInt64(3)),
            ValuesOf(filter));
        return new DutyTally(
            counts.Where(line => !line.IsOpen && !line.IsMissed).Sum(line => line.Count),
            counts.Where(line => line.IsOpen).Sum(line => line.Count),
            [.. counts.Where(line => !line.IsOpen && line.IsMissed).Select(line => (line.Reason, line.Count))]);
    }

    public DutyRecord? Find(DutyId id) => _duties.Find(id);

    /// <summary>All transactions that were signed for it, in order.</summary>
    public IReadOnlyList<AttemptRecord> Attempts(DutyId id) => _attempts.Of(id);

    /// <summary>What happened to a duty, or to the node itself (null), in order.</summary>
    public IReadOnlyList<StoryEntry> Story(DutyId? id) => _story.Of(id);

    /// <summary>The nearest windows of the same topic; when it has none, the newest of all.</summary>
    public IReadOnlyList<DutyId> Near(DutyId id, int most)
    {
        var near = _duties.Read(
            "WHERE role = $role AND topic = $topic ORDER BY abs(nonce - $nonce), nonce DESC LIMIT $most",
            [.. JournalDatabase.KeyOf(id), ("$most", most)]);
        return [.. (near.Count > 0 ? near : Duties(new DutyFilter(), most)).Select(record => record.Duty.Id)];
    }

    public void Dispose() => _database.Dispose();

    private static (string, object?)[] ValuesOf(DutyFilter filter) =>
    [
        ("$role", (int?)filter.Role), ("$topic", (long?)filter.Topic?.Value), ("$reason", filter.Reason?.Code),
        ("$since", filter.Since?.ToUnixTimeMilliseconds()), ("$state", (int?)filter.State),
    ];
}
