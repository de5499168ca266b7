using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Outpost.Chains;
using Outpost.Chains.Allora;
using Outpost.Node.Blocks;
using Outpost.Node.Compute;
using Outpost.Node.Duties;
using Outpost.Node.Journal;
using Outpost.Node.Status;

namespace Outpost.Node.Windows;

/// <summary>The rooms that a topic is watched with.</summary>
public sealed record WatchRooms(
    TopicReadiness Readiness, DutyRunner Runner, BlockClock Clock, StatusBoard Board, TimeProvider Time, Random Random);

/// <summary>
/// One topic from start to stop: becomes ready, waits for its windows, and has each duty done. A window is known from
/// the chain's event; when the event is overdue, or the endpoint has none, the chain is asked once. Nothing that takes
/// time (a duty, a verdict, a question to the chain) keeps it from seeing the next window.
/// </summary>
public sealed partial class TopicWatch(
    TopicId topic, HttpEntrypoint entrypoint, WatchRooms rooms, ILogger<TopicWatch> logger)
{
    /// <summary>Events wait here for a moment; only the newest matter.</summary>
    private const int EventsKept = 8;

    /// <summary>
    /// A window found open by asking is taken when at least this many blocks can still include an answer.
    /// </summary>
    private const long LeastBlocksLeft = 2;

    /// <summary>Blocks that an event may be late before the chain is asked: a window can have three blocks.</summary>
    private const long OverdueBlocks = 1;

    /// <summary>However quiet it is, the loop looks around this often; it asks the chain nothing for that.</summary>
    private static readonly TimeSpan LongestSleep = TimeSpan.FromSeconds(30);

    // Null says no more than: look around.
    private readonly Channel<AlloraEvent?> _news = Channel.CreateBounded<AlloraEvent?>(
        new BoundedChannelOptions(EventsKept) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    private readonly Recheck _recheck = new(rooms.Time, rooms.Random);
    private readonly DutiesAtHand _atHand = new(rooms.Runner, entrypoint);
    private volatile bool _hasEvents = true;
    private volatile bool _isDoubted;
    private string _blockedBy = "";

    /// <summary>The topic while this account may work in it; null before that is known, and while it may not.</summary>
    private Topic? _ready;

    /// <summary>The newest duty, well done or not: its window is not entered again.</summary>
    private Duty? _last;

    private NextOpening _next;

    /// <summary>True when a window was left since too many duties were at hand.</summary>
    private bool _isBehind;

    /// <summary>Cancelled when the chain is to be asked since an event is overdue.</summary>
    private CancellationToken _isOverdue;

    public TopicId Topic => topic;

    /// <summary>
    /// False while blocks come without events: windows are then found by asking. What happened before a change was
    /// perhaps not seen, so the topic is looked at anew.
    /// </summary>
    public bool HasEvents
    {
        get => _hasEvents;
        set
        {
            if (_hasEvents != value)
            {
                _hasEvents = value;
                _isDoubted = true;
                _news.Writer.TryWrite(null);
            }
        }
    }

    /// <summary>Hands over an event of this topic.</summary>
    public void Tell(AlloraEvent happened) => _news.Writer.TryWrite(happened);

    /// <summary>
    /// Serves the topic until stopped; what an earlier run left open is finished beside, one after the other.
    /// </summary>
    public async Task RunAsync(IEnumerable<DutyRecord> unfinished, CancellationToken stop)
    {
        using var own = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Duty[] left = [.. unfinished.Select(record => record.Duty).OrderBy(duty => duty.Id.Nonce)];
        _last = left.LastOrDefault();
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

            while (_news.Reader.TryRead(out var happened))
            {
                Hear(happened, stop);
            }

            if (look is { IsCompleted: true })
            {
                var found = await look;
                look = null;
                Take(found, stop);
            }

            var isDue = _isOverdue.IsCancellationRequested || _recheck.Left <= TimeSpan.Zero;
            if (look is null && (_isDoubted || isDue))
            {
                _isDoubted = false;
                look = rooms.Readiness.CheckAsync(topic, stop);
            }

            if (_ready is not null && _blockedBy.Length == 0 && IsOver())
            {
                rooms.Board.Waiting(topic, _next.At);
            }

            await SleepAsync(look, stop);
        }
    }

    private void Hear(AlloraEvent? happened, CancellationToken stop)
    {
        switch (happened)
        {
            case AlloraEvent.WorkerWindowOpened opened when _ready is not null:
                Begin(opened.Nonce, opened.ClosesAt, stop);
                break;
            case AlloraEvent.WorkerWindowOpened or AlloraEvent.TopicStatusChanged:
                _isDoubted = true;
                break;
        }
    }

    private void Take(Readiness found, CancellationToken stop)
    {
        switch (found)
        {
            case Readiness.Ready { Topic: var info, Window: var window }:
                _ready = info;
                _recheck.Forget();
                _next = NextOpening.Of(info, window, rooms.Clock.Head);
                if (_blockedBy.Length > 0)
                {
                    rooms.Board.Waiting(topic, _next.At);
                }

                Say("");
                Plan();
                if (window.IsOpen && window.ClosesAt - rooms.Clock.Head >= LeastBlocksLeft)
                {
                    Begin(window.Nonce, window.ClosesAt, stop);
                }

                break;
            case Readiness.Unanswered { Line: var line }:
                // The account's standing is as good as it was: an event is still acted upon.
                Wait(line);
                break;
            case Readiness.Blocked { Line: var line }:
                _ready = null;
                Wait(line);
                break;
        }
    }

    private void Wait(string line)
    {
        Say(line);
        _isOverdue = CancellationToken.None;
        _recheck.Plan();
    }

    /// <summary>One duty for each nonce. With too many at hand it is left, and asked for when there is room.</summary>
    private void Begin(Height nonce, Height closesAt, CancellationToken stop)
    {
        if (nonce <= _last?.Id.Nonce || (_isBehind = _atHand.IsFull))
        {
            return;
        }

        _last = NewDuty(nonce, closesAt);
        _next = NextOpening.After(nonce, _ready!);
        Plan();
        _atHand.Begin(_last, stop);
    }

    /// <summary>
    /// Where blocks have no events the end of a window is worth a question too: the epoch may have become shorter.
    /// </summary>
    private void Plan()
    {
        var end = _last?.ClosesAt + 1;
        var isSooner = !HasEvents && end > rooms.Clock.Head && end < _next.At;
        _isOverdue = rooms.Clock.Reached(isSooner ? end!.Value : _next.At + (HasEvents ? OverdueBlocks : 0));
    }

    /// <summary>
    /// Asks the entrypoint ahead when it is time for that; until then, the time that is left. The lead is what its
    /// answers take, and as much more as the forecast may be off.
    /// </summary>
    private TimeSpan UntilAhead(CancellationToken stop)
    {
        if (_ready is null || !_next.IsForeseen || _next.At <= rooms.Clock.Head || rooms.Clock.IsStill
            || entrypoint.Lead is not { } lead)
        {
            return LongestSleep;
        }

        var forecast = rooms.Clock.Expect(_next.At);
        var left = forecast.Left - forecast.GiveOrTake - lead;
        if (left > TimeSpan.Zero)
        {
            return Shorter(left, LongestSleep);
        }

        entrypoint.AskAhead(NewDuty(_next.At, _next.At).Id, stop);
        return LongestSleep;
    }

    private async Task SleepAsync(Task? look, CancellationToken stop)
    {
        var isOver = IsOver() ? CancellationToken.None : rooms.Clock.Reached(_last!.ClosesAt);
        var pause = look is null ? Shorter(UntilAhead(stop), _recheck.Left ?? LongestSleep) : UntilAhead(stop);
        using var limit = new CancellationTokenSource(pause > TimeSpan.Zero ? pause : TimeSpan.Zero, rooms.Time);
        using var wake = CancellationTokenSource.CreateLinkedTokenSource(
            [isOver, look is null ? _isOverdue : CancellationToken.None, limit.Token, stop]);
        await Task.WhenAny(
        [
            _news.Reader.WaitToReadAsync(wake.Token).AsTask(), .. _atHand.Running,
            .. look is null ? Array.Empty<Task>() : [look],
        ]);
        await wake.CancelAsync();
        stop.ThrowIfCancellationRequested();
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private bool IsOver() => _last is null || rooms.Clock.Head >= _last.ClosesAt;

    private Duty NewDuty(Height nonce, Height closesAt) => new(new DutyId(Role.Inferer, topic, nonce), closesAt);

    private void Say(string line)
    {
        if (line == _blockedBy)
        {
            return;
        }

        _blockedBy = line;
        if (line.Length > 0)
        {
            rooms.Board.Blocked(topic, line);
            Blocked(topic, line);
        }
        else
        {
            Unblocked(topic);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Topic {Topic} waits: {Line}")]
    private partial void Blocked(TopicId topic, string line);

    [LoggerMessage(Level = LogLevel.Information, Message = "Topic {Topic} is ready")]
    private partial void Unblocked(TopicId topic);
}
