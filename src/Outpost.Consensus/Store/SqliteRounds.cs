using System.Runtime.InteropServices;
using Outpost.Consensus.Rounds;
using SQLitePCL;

namespace Outpost.Consensus.Store;

/// <summary>Rounds, their rosters and their votes in an SQLite file.</summary>
internal sealed class SqliteRounds(SqliteFile file)
{
    /// <summary>
    /// Rosters change with registrations only, and a project's rounds share one: a few for each project that is busy.
    /// </summary>
    private const int MostRosters = 4096;

    private readonly Dictionary<long, Roster> _rosters = [];

    /// <summary>A round with all of its votes; null when it was never opened.</summary>
    public Round? Find(RoundKey key)
    {
        var rounds = file.Prepare("""
            SELECT roster, min_count, percentage, closes_ms, decided_ms, disagreement, is_pruned,
                (SELECT cid FROM cid WHERE epoch_end = ?1 AND project = ?2 AND choice = round.choice)
            FROM round WHERE epoch_end = ?1 AND project = ?2
            """).With(key.EpochEnd).With(key.Project).Rows(row => (
                Roster: row.Long(0), Criteria: new Criteria(row.Int(1), row.Int(2)), ClosesAt: row.Time(3),
                DecidedAt: row.TimeOrNull(4), Why: row.Int(5), IsPruned: row.Int(6) == 1, Cid: row.TextOrNull(7)));
        if (rounds is not [var stored])
        {
            return null;
        }

        var round = new Round(RosterOf(stored.Roster), stored.Criteria, stored.ClosesAt) { IsPruned = stored.IsPruned };
        var cids = file.Prepare("SELECT cid FROM cid WHERE epoch_end = ? AND project = ? ORDER BY choice")
            .With(key.EpochEnd).With(key.Project).Rows(row => row.Text(0));
        cids.ForEach(cid => round.ChoiceOf(cid));
        foreach (var (snapshotter, choice, standing) in file.Prepare("""
            SELECT snapshotter, choice, standing FROM vote WHERE epoch_end = ? AND project = ? ORDER BY ordinal
            """).With(key.EpochEnd).With(key.Project).Rows(row => (row.Int(0), row.Int(1), (Standing)row.Int(2))))
        {
            round.Restore(snapshotter, choice, standing);
        }

        foreach (var (snapshotter, choice) in file.Prepare("""
            SELECT snapshotter, choice FROM equivocation WHERE epoch_end = ? AND project = ? ORDER BY at_ms
            """).With(key.EpochEnd).With(key.Project).Rows(row => (row.Int(0), row.Int(1))))
        {
            round.RestoreEquivocation(snapshotter, cids[choice]);
        }

        if (stored.DecidedAt is { } at)
        {
            round.Restore(new Decision(stored.Cid is { } winner
                ? new Verdict.Finalized(winner)
                : new Verdict.Indeterminate((Disagreement)stored.Why), at));
        }

        return round;
    }

    /// <summary>
    /// Who may vote in a round of this project that opens now; what it writes belongs to the transaction.
    /// </summary>
    public Roster Electorate(int project)
    {
        var current = file.Prepare("SELECT roster FROM project WHERE id = ? AND roster IS NOT NULL")
            .With(project).Rows(row => row.Long(0));
        if (current is [var id])
        {
            return RosterOf(id);
        }

        var members = file.Prepare("""
            SELECT registration.snapshotter
            FROM registration JOIN snapshotter ON snapshotter.id = registration.snapshotter
            WHERE project = ? AND is_active = 1 AND removed_ms IS NULL ORDER BY registration.snapshotter
            """).With(project).Rows(row => row.Int(0));
        file.Prepare("INSERT INTO roster (project, members) VALUES (?, ?)")
            .With(project).With(MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(members))).Run();
        var roster = new Roster(raw.sqlite3_last_insert_rowid(file.Connection), members);
        file.Prepare("UPDATE project SET roster = ? WHERE id = ?").With(roster.Id).With(project).Run();
        Keep(roster);
        return roster;
    }

    public void Decide(RoundKey key, Decision decision)
    {
        var statement = file.Prepare("""
            UPDATE round SET decided_ms = ?,
                choice = (SELECT choice FROM cid WHERE epoch_end = ? AND project = ? AND cid = ?), disagreement = ?
            WHERE epoch_end = ? AND project = ? AND decided_ms IS NULL
            """).With(decision.At).With(key.EpochEnd).With(key.Project)
            .With((decision.Verdict as Verdict.Finalized)?.Cid);
        statement = decision.Verdict is Verdict.Indeterminate indeterminate
            ? statement.With((int)indeterminate.Why)
            : statement.WithNull();
        statement.With(key.EpochEnd).With(key.Project).Run();
    }

    /// <summary>Forgets what a transaction that was rolled back may have put here.</summary>
    public void Forget() => _rosters.Clear();

    private Roster RosterOf(long id)
    {
        if (!_rosters.TryGetValue(id, out var roster))
        {
            var members = file.Prepare("SELECT members FROM roster WHERE id = ?").With(id).Rows(row => row.Bytes(0))[0];
            roster = new Roster(id, MemoryMarshal.Cast<byte, int>(members).ToArray());
            Keep(roster);
        }

        return roster;
    }

    private void Keep(Roster roster)
    {
        if (_rosters.Count >= MostRosters)
        {
            _rosters.Clear();
        }

        _rosters.Add(roster.Id, roster);
    }
}
