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
/// the chain's event; when the event is overdue, or the endpoint has none, the chain is asked once.
/// </summary>
public sealed partial class TopicWatch(
    TopicId topic, HttpEntrypoint entrypoint, WatchRooms rooms, ILogger<TopicWatch> logger)
{
    /// <summary>Events wait here while a duty runs; only the newest matter.</summary>
    private const int EventsKept = 8;

    /// <summary>
    /// A window found open at start is taken when at least this many blocks can still include an answer.
    /// </summary>
    private const long LeastBlocksLeft = 2;

    /// <summary>Blocks that an event may be late before the chain is asked.</summary>
    private const long OverdueBlocks = 2;

    /// <summary>However quiet it is, the loop looks around this often; it asks the chain nothing for that.</summary>
    private static readonly TimeSpan LongestSleep = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan ShortestRecheck = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestRecheck = TimeSpan.FromSeconds(60);

    private readonly Channel<AlloraEvent> _events = Channel.CreateBounded<AlloraEvent>(
        new BoundedChannelOptions(EventsKept) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    private string _blockedBy = "";

    /// <summary>The newest nonce that was served, well or not: its window is not entered again.</summary>
    private Height _newest;

    public TopicId Topic => topic;

    /// <summary>False when the endpoint gives blocks without events: windows are then found by asking.</summary>
    public bool HasEvents { get; set; } = true;

    /// <summary>Hands over an event of this topic.</summary>
    public void Tell(AlloraEvent happened) => _events.Writer.TryWrite(happened);

    /// <summary>Finishes what an earlier run left open, then serves the topic until stopped.</summary>
    public async Task RunAsync(IEnumerable<DutyRecord> unfinished, CancellationToken stop)
    {
        foreach (var record in unfinished)
        {
            await rooms.Runner.RunAsync(record.Duty, entrypoint, stop);
        }

        var recheck = ShortestRecheck;
        while (true)
        {
            switch (await rooms.Readiness.CheckAsync(topic, stop))
            {
                case Readiness.Blocked blocked:
                    Say(blocked.Line);
                    await NewsAsync(recheck * (0.75 + (rooms.Random.NextDouble() / 2)), stop);
                    recheck = recheck * 2 < LongestRecheck ? recheck * 2 : LongestRecheck;
                    break;
                case Readiness.Ready ready:
                    Say("");
                    recheck = ShortestRecheck;
                    await ServeAsync(ready, stop);
                    break;
            }
        }
    }

    /// <summary>Does one duty after the other; returns when the topic has to be looked at anew.</summary>
    private async Task ServeAsync(Readiness.Ready ready, CancellationToken stop)
    {
        var (info, window) = (ready.Topic, ready.Window);
        var duty = window.IsOpen && window.Nonce > _newest && window.ClosesAt - rooms.Clock.Head >= LeastBlocksLeft
            ? NewDuty(window.Nonce, window.ClosesAt)
            : null;
        var opensAt = Expected(info, window);
        while (true)
        {
            if (duty is not null)
            {
                _newest = duty.Id.Nonce;
                var outcome = await rooms.Runner.RunAsync(duty, entrypoint, stop);
                opensAt = duty.Id.Nonce + info.EpochLengthBlocks;
                if (outcome is Outcome.Missed { Reason: var reason } && DoubtsStanding(reason))
                {
                    return;
                }
            }

            duty = await NextDutyAsync(duty, opensAt, stop);
            if (duty is null)
            {
                return;
            }
        }
    }

    /// <summary>Null when the next window is overdue or the topic has changed.</summary>
    private async Task<Duty?> NextDutyAsync(Duty? last, Height opensAt, CancellationToken stop)
    {
        if (last is null)
        {
            rooms.Board.Waiting(topic, opensAt);
        }

        var isOver = last is null ? CancellationToken.None : rooms.Clock.Reached(last.ClosesAt);
        var isOverdue = rooms.Clock.Reached(opensAt + (HasEvents ? OverdueBlocks : 0));
        while (true)
        {
            while (_events.Reader.TryRead(out var happened))
            {
                switch (happened)
                {
                    case AlloraEvent.WorkerWindowOpened opened when last is null || opened.Nonce > last.Id.Nonce:
                        return NewDuty(opened.Nonce, opened.ClosesAt);
                    case AlloraEvent.TopicStatusChanged:
                        return null;
                }
            }

            if (isOverdue.IsCancellationRequested)
            {
                return null;
            }

            if (isOver.IsCancellationRequested)
            {
                rooms.Board.Waiting(topic, opensAt);
                isOver = CancellationToken.None;
            }

            using var limit = new CancellationTokenSource(LongestSleep, rooms.Time);
            using var wake = CancellationTokenSource.CreateLinkedTokenSource(isOver, isOverdue, limit.Token, stop);
            await NewsAsync(wake.Token);
            stop.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Waits for an event, at most as long as given.</summary>
    private async Task NewsAsync(TimeSpan pause, CancellationToken stop)
    {
        using var limit = new CancellationTokenSource(pause, rooms.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stop);
        await NewsAsync(either.Token);
        stop.ThrowIfCancellationRequested();
        while (_events.Reader.TryRead(out _))
        {
            // The topic is looked at anew: whatever was announced is seen there.
        }
    }

    private async Task NewsAsync(CancellationToken wake)
    {
        try
        {
            await _events.Reader.WaitToReadAsync(wake);
        }
        catch (OperationCanceledException) when (wake.IsCancellationRequested)
        {
            // The caller looks at what woke it.
        }
    }

    private Duty NewDuty(Height nonce, Height closesAt) => new(new DutyId(Role.Inferer, topic, nonce), closesAt);

    /// <summary>The block at which to look for the next window, if no event comes first.</summary>
    private Height Expected(Topic info, WorkerWindow window)
    {
        var head = rooms.Clock.Head;
        var next = window.NextOpensAt.Value > 0 ? window.NextOpensAt : info.EpochLastEnded + info.EpochLengthBlocks;
        if (next > head)
        {
            return next;
        }

        // Just due: the endpoint that answered has not seen the block yet. Long due: the topic skips epochs.
        return head + (head - next < info.WorkerWindowBlocks ? 1 : Math.Max(1, info.EpochLengthBlocks / 4));
    }

    /// <summary>Reasons after which the account's standing in the topic is looked at again.</summary>
    private static bool DoubtsStanding(Reason reason) =>
        reason == Reason.NotRegistered || reason == Reason.NotWhitelisted || reason == Reason.Refused
        || reason == Reason.OutOfFunds;

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
