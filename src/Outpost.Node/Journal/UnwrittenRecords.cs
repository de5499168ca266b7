using System.Globalization;

namespace Outpost.Node.Journal;

/// <summary>
/// What is to be written, in order: usually one record for a moment, and all that happened while the disk was full.
/// Not safe for use from several threads.
/// </summary>
internal sealed class UnwrittenRecords(JournalDatabase database, StoryTable story, TimeProvider time)
{
    /// <summary>Some 10 MB at most: four windows of 1,000 topics. Beyond it the oldest are lost.</summary>
    private const int Most = 20_000;

    /// <summary>Written in one transaction.</summary>
    private const int ChunkSize = 500;

    /// <summary>While the disk is full it is not tried for each record.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Queue<Action> _waiting = new();
    private long? _failedAt;
    private long _lost;

    /// <summary>What stands in the way; null when nothing does.</summary>
    public string? Trouble { get; private set; }

    public void Add(Action write)
    {
        _waiting.Enqueue(write);
        if (_waiting.Count > Most)
        {
            _waiting.Dequeue();
            _lost++;
        }
    }

    /// <summary>What keeps it from being written; null when all is written, or it is too early to try again.</summary>
    public JournalException? TryWrite(bool isLast = false)
    {
        if (!isLast && _failedAt is { } at && time.GetElapsedTime(at) < Pause)
        {
            return null;
        }

        try
        {
            WriteAll();
            return null;
        }
        catch (JournalException fault)
        {
            return fault;
        }
    }

    /// <summary>Throws when it cannot; what is not written then waits on.</summary>
    public void WriteAll()
    {
        while (_waiting.Count > 0)
        {
            var chunk = _waiting.Take(ChunkSize).ToList();
            try
            {
                database.InTransaction(() => chunk.ForEach(write => write()));
            }
            catch (JournalException fault)
            {
                _failedAt = time.GetTimestamp();
                Trouble = fault.Message;
                throw;
            }

            chunk.ForEach(_ => _waiting.Dequeue());
            _failedAt = null;
            Trouble = null;
            if (_lost > 0)
            {
                var loss = new StoryEntry(time.GetUtcNow(), StoryKind.Obstacle, string.Create(
                    CultureInfo.InvariantCulture,
                    $"{_lost} records were lost while the journal could not be written"));
                _lost = 0;
                Add(() => story.Add(null, loss));
            }
        }
    }
}
