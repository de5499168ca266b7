using Microsoft.Extensions.Logging;
using Outpost.Chains;
using Outpost.Chains.Allora;
using Outpost.Node.Duties;
using Outpost.Node.Journal;
using Outpost.Node.Roles;

namespace Outpost.Node.Windows;

/// <summary>
/// A reputer's topic from start to stop: becomes ready, and has the losses of every open nonce computed and sent, the
/// oldest first. Windows come from the chain's events; when an epoch passes without one, the chain is asked.
/// </summary>
public sealed class ReputerWatch
{
    /// <summary>Blocks that an event may be late before the chain is asked.</summary>
    private const long OverdueBlocks = 2;

    /// <summary>Nonces that wait or were begun; the chain keeps at most 300 of them open.</summary>
    private const int MostKnown = 512;

    private static readonly TimeSpan LongestSleep = TimeSpan.FromSeconds(30);

    private readonly TopicId _topic;
    private readonly IRoleWork _work;
    private readonly ReputerReadiness _readiness;
    private readonly WatchRooms _rooms;
    private readonly TopicNews _news = new();
    private readonly Recheck _recheck;
    private readonly DutiesAtHand _atHand;
    private readonly TopicStanding _standing;
    private readonly UnservedWindows _unserved;
    private readonly bool _isShown;

    /// <summary>Open windows that are not begun, by nonce.</summary>
    private readonly SortedDictionary<long, Duty> _waiting = [];

    private readonly SortedSet<long> _begun = [];
    private volatile bool _isDoubted;

    /// <summary>The topic while this account may repute in it.</summary>
    private Topic? _ready;

    /// <summary>The topic as it was known last.</summary>
    private Topic? _known;

    /// <summary>Of nonces up to this one nothing needs to be said; null before that is known.</summary>
    private Height? _since;

    private CancellationToken _isOverdue;

    /// <param name="isShown">False when a worker's watch of the same topic tells the board of it.</param>
    public ReputerWatch(
        TopicId topic, IRoleWork work, ReputerReadiness readiness, bool isShown, WatchRooms rooms,
        ILogger<ReputerWatch> logger)
    {
        (_topic, _work, _readiness, _isShown, _rooms) = (topic, work, readiness, isShown, rooms);
        _recheck = new Recheck(rooms.Time, rooms.Random);
        _atHand = new DutiesAtHand(rooms.Runner, work);
        _standing = new TopicStanding(topic, rooms.Board, logger);
        _unserved = new UnservedWindows(_standing, rooms);
    }

    public TopicId Topic => _topic;

    /// <summary>Events were perhaps left out until now: the topic is looked at anew.</summary>
    public void Doubt()
    {
        _isDoubted = true;
        _news.Add(null);
    }

    /// <summary>Hands over an event of this topic.</summary>
    public void Tell(AlloraEvent happened) => _news.Add(happened);

    /// <summary>Serves the topic until stopped; what an earlier run left open is finished beside.</summary>
    /// <param name="known">The newest nonce that an earlier run knew of; empty: none.</param>
    public async Task RunAsync(
        IEnumerable<DutyRecord> unfinished, IReadOnlyList<Height> known, CancellationToken stop)
    {
        _since = known.Count > 0 ? known[0] : null;
        using var own = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Duty[] left = [.. unfinished.Select(record => record.Duty).OrderBy(duty => duty.Id.Nonce)];
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
            _isDoubted |= await _atHand.ReapAsync();
            while (_news.TryRead(out var happened))
            {
                Hear(happened);
            }

            LetPass();
            if (look is { IsCompleted: true })
            {
                Take(await look);
                look = null;
            }

            if (look is null && (_isDoubted || _isOverdue.IsCancellationRequested || _recheck.Left <= TimeSpan.Zero))
            {
                _isDoubted = false;
                _isOverdue = CancellationToken.None;
                look = _readiness.CheckAsync(_topic, _begun.Concat(_waiting.Keys).ToHashSet(), _since, stop);
            }

            Begin(stop);
            if (_isShown && _waiting.Count == 0)
            {
                _standing.Show(_ready is not null, null);
            }

            await SleepAsync(look, stop);
        }
    }

    private void Hear(AlloraEvent? happened)
    {
        switch (happened)
        {
            case AlloraEvent.ReputerWindowOpened opened:
                Meet(opened);
                break;
            case AlloraEvent.TopicStatusChanged:
                _isDoubted = true;
                break;
        }
    }

    private void Take(Readiness found)
    {
        switch (found)
        {
            case Readiness.ReadyToRepute ready:
                Enter(ready);
                break;
            case Readiness.Unanswered { Line: var line }:
                Wait(Reason.ChainUnreachable, line);
                break;
            case Readiness.Blocked { Line: var line, Reason: var reason, Topic: var topic }:
                (_ready, _known) = (null, topic ?? _known);
                Wait(reason, line);
                break;
        }
    }

    /// <summary>The topic is ready: what passed until now had the obstacle in its way that is gone now.</summary>
    private void Enter(Readiness.ReadyToRepute found)
    {
        (_ready, _known) = (found.Topic, found.Topic);
        _work.Learn(found.Topic);
        foreach (var nonce in found.Passed)
        {
            _unserved.Record(NewDuty(nonce));
        }

        // Before the first look nothing was missed.
        _since = _since > found.PassedUpTo ? _since : found.PassedUpTo;
        _recheck.Forget();
        _standing.Change(null);
        // What opens later may lie elsewhere by then: its event tells, or the next look.
        foreach (var nonce in found.Open.Where(
            one => one.OpensAt <= _rooms.Clock.Head && !_begun.Contains(one.Nonce.Value)))
        {
            _waiting.TryAdd(nonce.Nonce.Value, NewDuty(nonce));
        }

        Plan();
    }

    private void Wait(Reason? reason, string line)
    {
        _standing.Change(new Obstacle(reason, line));
        _recheck.Plan();
    }

    /// <summary>A window was told by its event: open, or about to be.</summary>
    private void Meet(AlloraEvent.ReputerWindowOpened told)
    {
        if (_begun.Contains(told.Nonce.Value))
        {
            return;
        }

        // Some versions of the chain tell of a window before all of them would take losses. One that ends elsewhere
        // than is known of the topic shows that its epochs have changed: it is open, and the topic is looked at anew.
        var window = _known?.ReputerWindowOf(told.Nonce);
        var isAsKnown = window?.ClosesAt == told.ClosesAt;
        _isDoubted |= !isAsKnown;
        _waiting[told.Nonce.Value] = NewDuty(
            isAsKnown ? window! : new ReputerNonce(told.Nonce, told.Nonce, told.ClosesAt));
        Plan();
    }

    private Duty NewDuty(ReputerNonce nonce) =>
        new(new DutyId(Role.Reputer, _topic, nonce.Nonce), nonce.ClosesAt) { OpensAt = nonce.OpensAt };

    /// <summary>As many as there is room for, the oldest first.</summary>
    private void Begin(CancellationToken stop)
    {
        foreach (var (nonce, duty) in _waiting.ToArray())
        {
            if (_ready is null || _atHand.IsFull)
            {
                return;
            }

            if (duty.OpensAt <= _rooms.Clock.Head)
            {
                _waiting.Remove(nonce);
                _begun.Add(nonce);
                _atHand.Begin(duty, stop);
            }
        }

        while (_begun.Count > MostKnown)
        {
            _begun.Remove(_begun.Min);
        }
    }

    /// <summary>Records what could not be begun in its window, with what stood in the way.</summary>
    private void LetPass()
    {
        foreach (var (nonce, duty) in _waiting.Where(waiting => waiting.Value.ClosesAt <= _rooms.Clock.Head).ToArray())
        {
            _waiting.Remove(nonce);
            _begun.Add(nonce);
            _unserved.Record(duty);
        }
    }

    /// <summary>
    /// A reputer's windows open where epochs begin. Counted from there and not from now: each look that comes a little
    /// late would move the next one, until a window is over.
    /// </summary>
    private void Plan()
    {
        if (_ready is { EpochLengthBlocks: var epoch, EpochLastEnded: var began })
        {
            var head = _rooms.Clock.Head;
            _isOverdue = _rooms.Clock.Reached(head + (epoch - (Math.Max(0, head - began) % epoch)) + OverdueBlocks);
        }
    }

    private async Task SleepAsync(Task<Readiness>? look, CancellationToken stop)
    {
        var pause = look is null && _recheck.Left is { } left && left < LongestSleep ? left : LongestSleep;
        var opens = _ready is null || _atHand.IsFull || _waiting.Count == 0
            ? CancellationToken.None
            : _rooms.Clock.Reached(_waiting.Values.Min(duty => duty.OpensAt));
        using var limit = new CancellationTokenSource(pause > TimeSpan.Zero ? pause : TimeSpan.Zero, _rooms.Time);
        using var wake = CancellationTokenSource.CreateLinkedTokenSource(
            [opens, look is null ? _isOverdue : CancellationToken.None, limit.Token, stop]);
        await Task.WhenAny(
        [
            _news.WaitAsync(wake.Token), .. _atHand.Running, .. look is null ? Array.Empty<Task>() : [look],
        ]);
        await wake.CancelAsync();
        stop.ThrowIfCancellationRequested();
    }
}
