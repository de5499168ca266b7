using System.Globalization;
using Outpost.Chains;
using Outpost.Node.Duties;

namespace Outpost.Node.Journal;

/// <summary>
/// What happened, in order, for each duty and for the node itself. A long story keeps its first and its newest entries;
/// the gap in their positions tells how many are gone between them.
/// </summary>
internal sealed class StoryTable(JournalDatabase database)
{
    /// <summary>Entries kept of a duty: how it began and how it ended are what is asked for.</summary>
    public const int FirstKept = 100;

    public const int NewestKept = 100;

    /// <summary>A chain's log can be pages long.</summary>
    private const int LongestDetail = 500;

    private const string OfDuty = "WHERE role = $role AND topic = $topic AND nonce = $nonce";

    public void Add(DutyId? duty, StoryEntry entry)
    {
        var key = KeyOf(duty);
        var position = database.Number($"SELECT coalesce(max(position), -1) + 1 FROM story {OfDuty}", key);
        database.Execute(
            "INSERT INTO story VALUES "
            + "($role, $topic, $nonce, $position, $at, $kind, $detail, $block, $hash, $endpoint)",
            [
                .. key, ("$position", position), ("$at", entry.At.ToUnixTimeMilliseconds()),
                ("$kind", (int)entry.Kind), ("$detail", Short(entry.Detail)), ("$block", entry.Block?.Value),
                ("$hash", entry.Hash), ("$endpoint", entry.Endpoint),
            ]);

        // Of the node itself the newest count, and nothing of how it once began.
        var (first, newest) = duty is null ? (0, FirstKept + NewestKept) : (FirstKept, NewestKept);
        if (position >= first + newest)
        {
            database.Execute(
                $"DELETE FROM story {OfDuty} AND position = $gone", [.. key, ("$gone", position - newest)]);
        }
    }

    public IReadOnlyList<StoryEntry> Of(DutyId? duty)
    {
        var rows = database.Query(
            $"SELECT position, at_ms, kind, detail, block, hash, endpoint FROM story {OfDuty} ORDER BY position",
            row => (Position: row.GetInt64(0), Entry: new StoryEntry(
                DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(1)), (StoryKind)row.GetInt32(2), row.GetString(3),
                row.IsDBNull(4) ? null : new Height(row.GetInt64(4)), row.IsDBNull(5) ? null : row.GetString(5),
                row.IsDBNull(6) ? null : row.GetString(6))),
            KeyOf(duty));
        var story = new List<StoryEntry>(rows.Count + 1);
        foreach (var (index, (position, entry)) in rows.Index())
        {
            if (index > 0 && position - rows[index - 1].Position - 1 is > 0 and var missing)
            {
                story.Add(new StoryEntry(entry.At, StoryKind.LeftOut,
                    string.Create(CultureInfo.InvariantCulture, $"{missing} entries were left out")));
            }

            story.Add(entry);
        }

        return story;
    }

    private static (string, object?)[] KeyOf(DutyId? duty) =>
        duty is null ? [("$role", 0), ("$topic", 0), ("$nonce", 0)] : JournalDatabase.KeyOf(duty);

    private static string Short(string detail) =>
        detail.Length <= LongestDetail ? detail : detail[..LongestDetail] + "…";
}
