using Microsoft.Extensions.Logging;
using Outpost.Chains;
using Outpost.Chains.Allora;
using Outpost.Node.Blocks;
using Outpost.Node.Roles;
using Outpost.Node.Duties;
using Outpost.Node.Journal;
using Outpost.Node.Status;

namespace Outpost.Node.Windows;

/// <summary>The rooms that a topic is watched with.</summary>
public sealed record WatchRooms(
    DutyRunner Runner, DutyJournal Journal, BlockClock Clock, Blackouts Blackouts,
    StatusBoard Board, TimeProvider Time, Random Random);

/// <summary>
/// One topic from start to stop: becomes ready, waits for its windows, and has each duty done. A window is known from
/// the chain's event; when the event is overdue, or the endpoint has none, the chain is asked once. Nothing that takes
/// time (a duty, a verdict, a question to the chain) keeps it from seeing the next window.
/// </summary>
public sealed class TopicWatch
{
    /// <summary>Blocks that must be left of a window that is found open by asking.</summary>
    private const long LeastBlocksLeft = 1;

    /// <summary>However quiet it is, the loop looks around this often; it asks the chain nothing for that.</summary>
    private static readonly TimeSpan LongestSleep = TimeSpan.FromSeconds(30);

    private readonly TopicId _topic;
    private readonly IRoleWork _work;
    private readonly TopicReadiness _readiness;
    private readonly WatchRooms _rooms;
    private readonly TopicNews _news = new();
    private readonly Recheck _recheck;
    private readonly DutiesAtHand _atHand;
    private readonly AskingAhead _ahead;
    private readonly TopicStanding _standing;
    private readonly PassedWindows _passed;
    private readonly NextEvent _event;
    private volatile bool _hasEvents = true;
    private volatile bool _isDoubted;

    /// <summary>The topic while this account may work in it; null before that is known, and while it may not.</summary>
    private Topic? _ready;

    /// <summary>The newest duty that was begun.</summary>
    private Duty? _last;

    private NextOpening _next;

    /// <summary>True when a window was left since too many duties were at hand.</summary>
    private bool _isBehind;

    public TopicWatch(
        TopicId topic, IRoleWork work, TopicReadiness readiness, WatchRooms rooms, ILogger<TopicWatch> logger)
    {
        (_topic, _work, _readiness, _rooms) = (topic, work, readiness, rooms);
        _recheck = new Recheck(rooms.Time, rooms.Random);
        _atHand = new DutiesAtHand(rooms.Runner, work);
        _ahead = new AskingAhead(work, rooms.Clock);
        _standing = new TopicStanding(topic, rooms.Board, logger);
        _passed = new PassedWindows(work.Role, topic, _standing, rooms);
        _event = new NextEvent(rooms.Clock);
    }

    public TopicId Topic => _topic;

    public Role Role => _work.Role;

    /// <summary>Events were perhaps left out until now: the topic is looked at anew.</summary>
    /// <param name="hasEvents">False while blocks come without events: windows are then found by asking.</param>
    public void Doubt(bool hasEvents)
    {
        _hasEvents = hasEvents;
        _passed.Trail.Doubt();
        _isDoubted = true;
        _news.Add(null);
    }

    /// <summary>Hands over an event of this topic.</summary>
    public void Tell(AlloraEvent happened) => _news.Add(happened);

    /// <summary>
    /// Serves the topic until stopped; what an earlier run left open is finished beside, one after the other.
    /// </summary>
    /// <param name="known">The two newest nonces that an earlier run knew of, newest first, if any.</param>
    public async Task RunAsync(
        IEnumerable<DutyRecord> unfinished, IReadOnlyList<Height> known, CancellationToken stop)
    {
        using var own = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Duty[] left = [.. unfinished.Select(record => record.Duty).OrderBy(duty => duty.Id.Nonce)];
        _last = left.LastOrDefault();
        _passed.Trail.Start(known);
        _atHand.Resume(left, own.Token);
        try
        {
            await ServeAsync(own.Token);
        }
        finally
        {
            await own.CancelAsync();
            await _atHand.EndAsync();
        }
    }

    private async Task ServeAsync(CancellationToken stop)
    {
        _isDoubted = true;
        Task<Readiness>? look = null;
        while (true)
        {
            if (await _atHand.ReapAsync() || (_isBehind && !_atHand.IsFull))
            {
                (_isDoubted, _isBehind) = (true, false);
            }

            while (_news.TryRead(out var happened))
            {
                Hear(happened, stop);
            }

            if (look is { IsCompleted: true })
            {
                Take(await look, stop);
                look = null;
            }

            _passed.LookBack();
            var isDue = _event.IsOverdue.IsCancellationRequested || _recheck.Left <= TimeSpan.Zero;
            if (look is null && (_isDoubted || isDue))
            {
                _isDoubted = false;
                _passed.Trail.Doubt();
                look = _readiness.CheckAsync(_topic, stop);
            }

            if (IsOver())
            {
                _standing.Show(_ready is not null, look is null ? _next.At : null);
            }

            await SleepAsync(look, stop);
        }
    }

    private void Hear(AlloraEvent? happened, CancellationToken stop)
    {
        switch (happened)
        {
            case AlloraEvent.WorkerWindowOpened opened:
                Meet(NewDuty(opened.Nonce, opened.ClosesAt), stop);
                break;
            case AlloraEvent.WorkerWindowClosed closed:
                _event.Closed(closed.Nonce);
                break;
            case AlloraEvent.TopicStatusChanged:
                _passed.Trail.Break();
                _isDoubted = true;
                break;
        }
    }

    /// <summary>A window was told by its event.</summary>
    private void Meet(Duty duty, CancellationToken stop)
    {
        if (duty.ClosesAt <= _rooms.Clock.Head)
        {
            _passed.Miss(duty);
        }
        else if (_ready is not null)
        {
            Begin(duty, stop);
        }
        else if (_passed.Trail.IsNew(duty.Id.Nonce))
        {
            _passed.Leave(duty);
            _isDoubted = true;
        }
    }

    private void Take(Readiness found, CancellationToken stop)
    {
        switch (found)
        {
            case Readiness.Ready { Topic: var info, Window: var window }:
                Enter(info, window, stop);
                break;
            case Readiness.Unanswered { Line: var line }:
                // The account's standing is as good as it was: an event is still acted upon.
                Wait(Reason.ChainUnreachable, line);
                _event.AwaitBlocks();
                break;
            case Readiness.Blocked { Line: var line, Reason: var reason, Topic: var info }:
                _ready = null;
                if (info is not null)
                {
                    _passed.Told(info);
                }

                Wait(reason, line);
                break;
        }
    }

    /// <summary>The topic is ready: what passed until now had the obstacle in its way that is gone now.</summary>
    private void Enter(Topic info, WorkerWindow window, CancellationToken stop)
    {
        _ready = info;
        _work.Learn(info);
        _recheck.Forget();
        _next = NextOpening.Of(info, window, _rooms.Clock.Head);
        _event.Plan(_next, _last, _hasEvents);
        var open = window.IsOpen ? NewDuty(window.Nonce, window.ClosesAt) : _passed.Open;
        _passed.Told(info);
        if (open is not null && open.ClosesAt - _rooms.Clock.Head < LeastBlocksLeft)
        {
            _passed.Miss(open);
            open = null;
        }

        _standing.Change(null);
        if (open is not null)
        {
            Begin(open, stop);
        }

        _passed.Foresee(_next);
    }

    private void Wait(Reason? reason, string line)
    {
        _standing.Change(new Obstacle(reason, line));
        _event.Forget();
        _recheck.Plan();
    }

    /// <summary>One duty for each nonce. With too many at hand it is left, and asked for when there is room.</summary>
    private void Begin(Duty duty, CancellationToken stop)
    {
        if (!_passed.Trail.IsNew(duty.Id.Nonce))
        {
            return;
        }

        if (_isBehind = _atHand.IsFull)
        {
            _passed.Leave(duty);
            return;
        }

        // An epoch of another length than the chain told: it has changed since.
        _isDoubted |= _passed.Trail.Newest is { } before && duty.Id.Nonce - before < _ready!.EpochLengthBlocks;
        _passed.Reach(duty.Id.Nonce);
        _last = duty;
        _next = NextOpening.After(duty.Id.Nonce, _ready!);
        _event.Plan(_next, _last, _hasEvents);
        _atHand.Begin(duty, stop);
    }

    private TimeSpan UntilAhead(CancellationToken stop) =>
        _ready is not null && _next.IsForeseen && _ahead.AskOrWait(NewDuty(_next.At, _next.At).Id, stop) is { } left
            ? Shorter(left, LongestSleep)
            : LongestSleep;

    private async Task SleepAsync(Task? look, CancellationToken stop)
    {
        var isOver = IsOver() ? CancellationToken.None : _rooms.Clock.Reached(_last!.ClosesAt);
        var isLost = _passed.Open is { } left ? _rooms.Clock.Reached(left.ClosesAt) : CancellationToken.None;
        var pause = look is null ? Shorter(UntilAhead(stop), _recheck.Left ?? LongestSleep) : UntilAhead(stop);
        using var limit = new CancellationTokenSource(pause > TimeSpan.Zero ? pause : TimeSpan.Zero, _rooms.Time);
        using var wake = CancellationTokenSource.CreateLinkedTokenSource(
            [isOver, isLost, look is null ? _event.IsOverdue : CancellationToken.None, limit.Token, stop]);
        await Task.WhenAny(
        [
            _news.WaitAsync(wake.Token), .. _atHand.Running,
            .. look is null ? Array.Empty<Task>() : [look],
        ]);
        await wake.CancelAsync();
        stop.ThrowIfCancellationRequested();
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private bool IsOver() => _last is null || _rooms.Clock.Head >= _last.ClosesAt;

    private Duty NewDuty(Height nonce, Height closesAt) => new(new DutyId(_work.Role, _topic, nonce), closesAt);
}
