using Outpost.Consensus.Epochs;
using Outpost.Consensus.Rounds;
using Outpost.Consensus.Store;

namespace Outpost.Consensus.Service;

/// <summary>
/// Something that the writer is asked to do. It is answered when it is on disk, or fails with a
/// <see cref="ConsensusException"/>.
/// </summary>
internal abstract class WriterTask
{
    private readonly TaskCompletionSource _written = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Written => _written.Task;

    public void Complete() => _written.TrySetResult();

    public void Fail(Exception fault) => _written.TrySetException(fault);

    /// <summary>A snapshotter will vote for a project.</summary>
    public sealed class Register(string project, EpochStream stream, int snapshotter) : WriterTask
    {
        public string ProjectName { get; } = project;

        /// <summary>Of the project, should it be new.</summary>
        public EpochStream Stream { get; } = stream;

        public int Snapshotter { get; } = snapshotter;

        public Project? Project { get; set; }
    }

    /// <summary>Some submissions, all in one transaction.</summary>
    public sealed class Submit(Submission[] submissions) : WriterTask
    {
        public Submission[] Submissions { get; } = submissions;
    }

    /// <summary>Old votes leave the store.</summary>
    public sealed class Prune(DateTimeOffset before, int most) : WriterTask
    {
        /// <summary>Rounds that closed after this keep theirs.</summary>
        public DateTimeOffset Before { get; } = before;

        public int Most { get; } = most;

        /// <summary>How many rounds have lost theirs.</summary>
        public int Count { get; set; }
    }

    /// <summary>An epoch is released, if it is new, or anew with another hash.</summary>
    public sealed class Release(EpochStream stream, ReleasedEpoch epoch) : WriterTask
    {
        public EpochStream Stream { get; } = stream;

        public ReleasedEpoch Epoch { get; } = epoch;

        /// <summary>The projects whose windows begin with it.</summary>
        public IReadOnlyList<int> Projects { get; set; } = [];
    }

    public sealed class Invalidate(EpochStream stream, Epoch epoch, DateTimeOffset at) : WriterTask
    {
        public EpochStream Stream { get; } = stream;

        public Epoch Epoch { get; } = epoch;

        public DateTimeOffset At { get; } = at;
    }

    public sealed class Report(int snapshotter, DateTimeOffset at, string json) : WriterTask
    {
        public Change.IssueReported Issue { get; } = new(snapshotter, at, json);
    }

    /// <summary>Records of verdicts, made outside of the writer since signing takes its time.</summary>
    public sealed class Record(IReadOnlyList<Change.Recorded> records) : WriterTask
    {
        public IReadOnlyList<Change.Recorded> Records { get; } = records;
    }

    /// <summary>Rounds of another instance are overdue: they are closed here, should that one be gone.</summary>
    public sealed class Adopt(IReadOnlyList<RoundKey> keys) : WriterTask
    {
        public IReadOnlyList<RoundKey> Keys { get; } = keys;
    }

    /// <summary>Some round is due.</summary>
    public sealed class Tick : WriterTask;
}
