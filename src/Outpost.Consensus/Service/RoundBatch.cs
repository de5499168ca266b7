using Outpost.Consensus.Rounds;
using Outpost.Consensus.Store;

namespace Outpost.Consensus.Service;

/// <summary>
/// One transaction of the writer: tasks applied to rounds, and their changes written. Keeps the rounds.
/// </summary>
internal sealed class RoundBatch(IStoreWriter store, ConsensusOptions options, ClosingTimes closing)
{
    private readonly RoundTable _rounds = new();
    private readonly Dictionary<RoundKey, Roster> _electorates = [];
    private readonly HashSet<RoundKey> _touched = [];
    private List<Change> _changes = [];

    /// <summary>Rounds in memory; may be asked from any thread.</summary>
    public int Held => _rounds.Count;

    /// <summary>
    /// Does what the tasks ask for. All of it is on disk when this returns; when it throws, nothing is, and memory is
    /// as if nothing had been asked.
    /// </summary>
    public async ValueTask<IReadOnlyList<Change>> WriteAsync(List<WriterTask> tasks, DateTimeOffset now)
    {
        var due = closing.TakeDue(now);
        _changes = [];
        _touched.Clear();
        _electorates.Clear();
        try
        {
            await store.BeginAsync(CancellationToken.None);
            await RegisterAsync(tasks, now);
            await VoidAsync(tasks);
            await FindAsync(tasks, due);
            foreach (var task in tasks)
            {
                await ApplyAsync(task, now);
            }

            foreach (var (key, _) in due)
            {
                Close(key, now);
            }

            if (_changes.Count == 0)
            {
                await store.RollBackAsync();
            }
            else
            {
                await store.WriteAsync(_changes, CancellationToken.None);
                await store.CommitAsync(CancellationToken.None);
            }
        }
        catch (ConsensusException)
        {
            await UndoAsync(due);
            throw;
        }

        Remember(now);
        return _changes;
    }

    private async ValueTask RegisterAsync(List<WriterTask> tasks, DateTimeOffset now)
    {
        foreach (var task in tasks)
        {
            if (task is WriterTask.Register register)
            {
                (register.Project, var isNew) = await store.RegisterAsync(
                    register.ProjectName, register.Stream, register.Snapshotter, now, CancellationToken.None);
                if (isNew)
                {
                    _changes.Add(new Change.Registered(register.Project, register.Snapshotter, now));
                }
            }
        }
    }

    /// <summary>An epoch that is released anew has no rounds: what was voted on its former blocks is void.</summary>
    private async ValueTask VoidAsync(List<WriterTask> tasks)
    {
        foreach (var release in tasks.OfType<WriterTask.Release>().Where(release => release.Epoch.Releases > 1))
        {
            foreach (var project in await store.VoidAsync(release.Stream, release.Epoch, CancellationToken.None))
            {
                _rounds.Forget(new RoundKey(project, release.Epoch.Epoch.End));
            }
        }
    }

    private async ValueTask FindAsync(
        List<WriterTask> tasks, IReadOnlyList<(RoundKey Key, DateTimeOffset ClosesAt)> due)
    {
        foreach (var task in tasks)
        {
            if (task is WriterTask.Submit submit)
            {
                foreach (var submission in submit.Submissions)
                {
                    _touched.Add(submission.Key);
                }
            }
            else if (task is WriterTask.Adopt adopt)
            {
                _touched.UnionWith(adopt.Keys);
            }
            else if (task is WriterTask.Release release && options.WindowStart == WindowStart.EpochRelease)
            {
                release.Projects = await store.ProjectsAsync(release.Stream, CancellationToken.None);
                _touched.UnionWith(release.Projects.Select(project => new RoundKey(project, release.Epoch.Epoch.End)));
            }
        }

        foreach (var (key, _) in due)
        {
            _touched.Add(key);
        }

        await FindAsync([.. _touched.Select(key => new RoundNeed(key, _rounds.Find(key)))]);
    }

    private async ValueTask FindAsync(IReadOnlyCollection<RoundNeed> needs)
    {
        foreach (var found in await store.FindAsync(needs, CancellationToken.None))
        {
            if (found.Round is { } round)
            {
                _rounds.Add(found.Key, round);
                if (round.Decision is null)
                {
                    closing.Add(found.Key, round.ClosesAt);
                }
            }
            else
            {
                _rounds.Forget(found.Key);
                _electorates[found.Key] = found.Electorate!;
            }
        }
    }

    private async ValueTask ApplyAsync(WriterTask task, DateTimeOffset now)
    {
        switch (task)
        {
            case WriterTask.Submit submit:
                foreach (var submission in submit.Submissions)
                {
                    await SubmitAsync(submission, now);
                }

                break;
            case WriterTask.Release release:
                Release(release, now);
                break;
            case WriterTask.Invalidate invalidate:
                _changes.Add(new Change.EpochInvalidated(invalidate.Stream, invalidate.Epoch, invalidate.At));
                break;
            case WriterTask.Record record:
                _changes.AddRange(record.Records);
                break;
            case WriterTask.Adopt adopt:
                foreach (var key in adopt.Keys)
                {
                    Close(key, now);
                }

                break;
            case WriterTask.Prune prune:
                var old = await store.PrunableAsync(prune.Before, prune.Most, CancellationToken.None);
                _changes.AddRange(old.Select(key => new Change.VotesPruned(key)));
                prune.Count = old.Count;
                break;
            case WriterTask.Report report:
                _changes.Add(report.Issue);
                break;
        }
    }

    /// <summary>
    /// Where windows begin with the release, all of them begin here, also those in which nobody will vote.
    /// </summary>
    private void Release(WriterTask.Release release, DateTimeOffset now)
    {
        _changes.Add(new Change.EpochReleased(release.Stream, release.Epoch));
        foreach (var key in release.Projects.Select(project => new RoundKey(project, release.Epoch.Epoch.End)))
        {
            if (_rounds.Find(key) is null && _electorates[key] is { Count: > 0 } roster)
            {
                Open(key, roster, release.Epoch.ReleasedAt, now);
            }
        }
    }

    private async ValueTask SubmitAsync(Submission submission, DateTimeOffset now)
    {
        var key = submission.Key;
        var round = _rounds.Find(key);
        var roster = round?.Roster ?? _electorates[key];
        submission.IsOutsider = !roster.Contains(submission.Snapshotter)
            && (round is null || !await store.IsRegisteredAsync(
                key.Project, submission.Snapshotter, CancellationToken.None));
        if (submission.IsOutsider)
        {
            return;
        }

        submission.IsPruned = round is { IsPruned: true };
        if (submission.IsPruned)
        {
            return;
        }

        round ??= Open(key, roster, submission.ReleasedAt, now);
        submission.CastInto(round, now, _changes);
    }

    private Round Open(RoundKey key, Roster roster, DateTimeOffset releasedAt, DateTimeOffset now)
    {
        var start = options.WindowStart == WindowStart.EpochRelease ? releasedAt : now;
        var round = new Round(roster, options.Criteria, start + options.Window);
        _rounds.Add(key, round);
        _changes.Add(new Change.RoundOpened(key, now, round.ClosesAt, roster, round.Criteria));
        return round;
    }

    private void Close(RoundKey key, DateTimeOffset now)
    {
        if (_rounds.Find(key) is not { } round)
        {
            return;
        }

        if (round.Decision is not null)
        {
            _rounds.Decided(key, round);
            return;
        }

        round.CloseWhenOver(now);
        if (round.Decision is { } decision)
        {
            _changes.Add(new Change.Decided(key, decision));
        }
    }

    private void Remember(DateTimeOffset now)
    {
        foreach (var change in _changes)
        {
            if (change is Change.RoundOpened opened)
            {
                closing.Add(opened.Key, opened.ClosesAt);
            }
            else if (change is Change.Decided decided && _rounds.Find(decided.Key) is { } round)
            {
                _rounds.Decided(decided.Key, round);
            }
            else if (change is Change.VotesPruned pruned)
            {
                _rounds.Forget(pruned.Key);
            }
        }

        _rounds.Trim(now);
    }

    private async ValueTask UndoAsync(IReadOnlyList<(RoundKey Key, DateTimeOffset ClosesAt)> due)
    {
        await store.RollBackAsync();
        foreach (var key in _touched)
        {
            _rounds.Forget(key);
        }

        foreach (var (key, closesAt) in due)
        {
            closing.Add(key, closesAt);
        }
    }
}
