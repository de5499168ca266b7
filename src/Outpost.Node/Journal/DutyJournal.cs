using Microsoft.Data.Sqlite;
using Outpost.Chains;
using Outpost.Chains.Allora;
using Outpost.Node.Duties;

namespace Outpost.Node.Journal;

/// <summary>
/// The durable record of every duty, every attempt and what happened to them, in one SQLite file that belongs to one
/// account on one chain. Attempts are on disk (fsync) when <see cref="RecordAttempts"/> returns, with all that was
/// written before; what is written after them survives a crash of the process and may be lost with the power.
/// <para>
/// When the file cannot be written for a while (a full disk), attempts are refused, so that nothing leaves that is not
/// on disk. All else is kept in memory, in order, and written with the next success. A crash in between loses it, and
/// nothing but a record: bytes that left are on disk, and a restart asks the chain what became of them.
/// </para>
/// Safe for use from several threads. What throws, throws <see cref="JournalException"/>.
/// </summary>
public sealed class DutyJournal : IDisposable
{
    /// <summary>Ended duties kept, about 2 KB each; older ones are forgotten.</summary>
    private const int DutiesKept = 100_000;

    /// <summary>Ends between two looks for what is to be forgotten.</summary>
    private const int EndsBetweenPrunings = 500;

    private readonly Lock _lock = new();
    private readonly JournalDatabase _database;
    private readonly TimeProvider _time;
    private readonly AttemptTable _attempts;
    private readonly DutyTable _duties;
    private readonly StoryTable _story;
    private readonly UnwrittenRecords _unwritten;
    private int _ends;

    private DutyJournal(JournalDatabase database, TimeProvider time)
    {
        _database = database;
        _time = time;
        _attempts = new AttemptTable(database);
        _duties = new DutyTable(database, _attempts);
        _story = new StoryTable(database);
        _unwritten = new UnwrittenRecords(database, _story, time);
    }

    /// <summary>What keeps the journal from being written now, and what to do; null when nothing does.</summary>
    public string? Trouble => _unwritten.Trouble;

    /// <summary>
    /// Opens or creates the journal: a file, ":memory:", or an SQLite URI ("file:NAME?mode=memory&amp;cache=shared").
    /// </summary>
    public static DutyJournal Open(string path, TimeProvider time)
    {
        var database = JournalDatabase.Open(path, SqliteOpenMode.ReadWriteCreate);
        try
        {
            JournalSchema.Migrate(database);
            database.WriteAhead();
            var journal = new DutyJournal(database, time);
            database.InTransaction(() =>
            {
                journal._duties.Prune(DutiesKept);
                journal._attempts.PruneDutiless();
            });
            return journal;
        }
        catch (JournalException)
        {
            database.Dispose();
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
            var owner = _database.Query(
                "SELECT chain_id, address FROM owner", row => (Chain: row.GetString(0), Address: row.GetString(1)));
            if (owner.Count == 0)
            {
                _database.Execute(
                    "INSERT INTO owner VALUES ($chain, $address)", ("$chain", chainId), ("$address", address));
            }
            else if (owner[0] != (chainId, address))
            {
                throw new JournalException(
                    $"The journal {_database.Path} belongs to {owner[0].Address} on {owner[0].Chain}, not to {address} "
                    + $"on {chainId}. Give this account a journal of its own (\"journal\" in the config).");
            }
        }
    }

    /// <summary>Opens the duty, or gives back what is already known of it.</summary>
    public DutyRecord OpenDuty(Duty duty)
    {
        lock (_lock)
        {
            _unwritten.TryWrite();
            var known = _duties.Find(duty.Id);
            var now = _time.GetUtcNow();
            if (known is not { Outcome: not null })
            {
                Record(() => _story.Add(duty.Id, _duties.Add(duty, now.ToUnixTimeMilliseconds())
                    ? Entry(now, StoryKind.Opened, $"the window is open up to block {duty.ClosesAt}", duty.OpensAt)
                    : Entry(now, StoryKind.Resumed, "an earlier run of the node had begun it")));
            }

            return known ?? new DutyRecord(duty, null, null, null) { IsNew = true, OpenedAt = now };
        }
    }

    public DutyRecord? Find(DutyId id) => Read(() => _duties.Find(id));

    /// <summary>The duties that a stop left open, oldest first.</summary>
    public IReadOnlyList<DutyRecord> Unfinished() => Read(() => _duties.Unfinished());

    /// <summary>The newest nonces of a topic's duties up to this height, newest first.</summary>
    public IReadOnlyList<Height> NewestNonces(Role role, TopicId topic, Height upTo, int count) =>
        Read(() => _duties.NewestNonces(role, topic, upTo, count));

    /// <summary>
    /// The transactions that may have left and of which no end is known, each duty's newest and those of no duty, such
    /// as registrations: they hold their numbers.
    /// </summary>
    public IReadOnlyList<Attempt> OpenAttempts()
    {
        lock (_lock)
        {
            var ofDuties = _duties.Unfinished().Select(record => record.LastAttempt).OfType<Attempt>();
            return [.. ofDuties, .. _attempts.OpenDutiless()];
        }
    }

    /// <summary>The highest number whose bytes may have left, by what is known; null: none did.</summary>
    public ulong? HighestSequence() => Read(_attempts.HighestSequence);

    /// <summary>What happened to a duty, or to the node itself (null), in order.</summary>
    public IReadOnlyList<StoryEntry> Story(DutyId? id) => Read(() => _story.Of(id));

    /// <summary>
    /// Adds to the story of a duty, or of the node itself (null). Never throws: a story must not end a duty. The
    /// Record methods tell their own part themselves.
    /// </summary>
    /// <param name="detail">The case at hand, in words for people; bounded to 500 characters.</param>
    /// <param name="endpoint">Without what may be secret in its URL.</param>
    public void Tell(
        DutyId? duty, StoryKind kind, string detail, Height? block = null, string? hash = null, string? endpoint = null)
    {
        var entry = new StoryEntry(_time.GetUtcNow(), kind, detail, block, hash, endpoint);
        lock (_lock)
        {
            _unwritten.Add(() => _story.Add(duty, entry));
            _unwritten.TryWrite();
        }
    }

    /// <summary>The answer is there.</summary>
    /// <param name="shown">The same in few words, for people; null: as it is.</param>
    public void RecordValue(DutyId id, string value, string? shown = null)
    {
        var entry = Entry(_time.GetUtcNow(), StoryKind.Computed, shown ?? value);
        Record(() =>
        {
            _duties.SetValue(id, value);
            _story.Add(id, entry);
        });
    }

    /// <summary>
    /// Puts signed transactions on disk, before any of them leaves. Throws when it cannot; then none may leave.
    /// </summary>
    public void RecordAttempts(IReadOnlyList<Attempt> attempts)
    {
        var now = _time.GetUtcNow();
        lock (_lock)
        {
            // The duties themselves have to be there first: a restart finds attempts through them.
            _unwritten.WriteAll();
            _database.InDurableTransaction(() =>
            {
                foreach (var attempt in attempts)
                {
                    if (_attempts.Add(attempt, now.ToUnixTimeMilliseconds()))
                    {
                        _story.Add(attempt.Duty, StoryEntry.Of(attempt, now));
                    }
                }
            });
        }
    }

    /// <summary>An endpoint took it.</summary>
    public void RecordSent(string hash, Uri? endpoint)
    {
        var now = _time.GetUtcNow();
        var url = endpoint?.GetLeftPart(UriPartial.Authority);
        Record(() =>
        {
            if (_attempts.Sent(hash, url, now.ToUnixTimeMilliseconds()) is var (duty, sends))
            {
                var kind = sends == 1 ? StoryKind.Sent : StoryKind.SentAgain;
                _story.Add(duty, new StoryEntry(now, kind, "an endpoint took it", Hash: hash, Endpoint: url));
            }
        });
    }

    /// <summary>Marks an attempt that never left, or that no block can hold any more: it is not sent again.</summary>
    /// <param name="why">Null: the story tells of it already.</param>
    public void RecordAbandoned(string hash, string? why = "it never left, or no block can hold it any more")
    {
        var now = _time.GetUtcNow();
        Record(() =>
        {
            if (_attempts.Abandon(hash, now.ToUnixTimeMilliseconds()) is (true, var duty)
                && why is not null)
            {
                _story.Add(duty, new StoryEntry(now, StoryKind.Abandoned, why, Hash: hash));
            }
        });
    }

    /// <summary>A block holds it: what is of no duty need not be known any more. Changes nothing of a duty.</summary>
    public void RecordInBlock(string hash) => Record(() => _attempts.DropDutiless(hash));

    /// <summary>Ends a duty. Its first end stays; a later one changes nothing.</summary>
    public void RecordEnd(DutyId id, Outcome outcome)
    {
        var now = _time.GetUtcNow();
        Record(() =>
        {
            if (!_duties.End(id, outcome, now.ToUnixTimeMilliseconds()))
            {
                return;
            }

            _story.Add(id, StoryEntry.Of(outcome, now));
            if (++_ends % EndsBetweenPrunings == 0)
            {
                _duties.Prune(DutiesKept);
            }
        });
    }

    /// <summary>Writes what waits for room on the disk, if it can now: it may be long until the next record.</summary>
    public void WriteWaiting() => Record(null);

    /// <summary>Writes what still waits, if it can.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _unwritten.TryWrite(isLast: true);
            _database.Dispose();
        }
    }

    private T Read<T>(Func<T> read)
    {
        lock (_lock)
        {
            return read();
        }
    }

    /// <summary>Now, or with the next success; throws when the journal cannot be used at all.</summary>
    private void Record(Action? write)
    {
        lock (_lock)
        {
            if (write is not null)
            {
                _unwritten.Add(write);
            }

            if (_unwritten.TryWrite() is { IsTransient: false } fault)
            {
                throw fault;
            }
        }
    }

    private static StoryEntry Entry(DateTimeOffset at, StoryKind kind, string detail, Height? block = null) =>
        new(at, kind, detail, block);
}
