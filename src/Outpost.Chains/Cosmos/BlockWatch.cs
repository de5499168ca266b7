using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Outpost.Chains.Rpc;

namespace Outpost.Chains.Cosmos;

/// <summary>
/// The one reader of what followers tell, for one reading of the stream. It hears the first to tell a block, looks at
/// the endpoints' heads when a block is overdue, and has a follower leave a socket that stays silent.
/// </summary>
internal sealed partial class BlockWatch(
    NewestHead heads, BlockFeed feed, BlockPace pace, IReadOnlyList<BlockFollower> followers, TimeProvider time,
    ILogger logger)
{
    public static readonly TimeSpan AssumedBlockTime = TimeSpan.FromSeconds(5);

    private const int BlockTimeSample = 20;

    /// <summary>Blocks by which an endpoint may well be ahead of what the sockets have told.</summary>
    private const int UsualLead = 5;

    /// <summary>A socket may be late by three quarters of a block time, within these bounds.</summary>
    private const double Lateness = 0.75;
    private static readonly TimeSpan LeastLateness = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan MostLateness = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan ShortestPoll = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPoll = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    /// <summary>One reader asks for all topics: that it soon sees an endpoint which is back costs little.</summary>
    private static readonly TimeSpan LongestPauseAfterFailure = TimeSpan.FromSeconds(4);

    /// <summary>An empty block waits this long at most for what the other socket says of it.</summary>
    private static readonly TimeSpan LongestHold = TimeSpan.FromMilliseconds(250);

    private readonly Dictionary<BlockFollower, Seat> _seats = [];
    private Task<bool>? _reading;
    private FollowerNews.Told? _held;
    private long _heldAt;
    private long _lookedAt;
    private int _failedLooks;
    private bool _isPaceKnown;

    /// <summary>Ends by cancellation only.</summary>
    public async Task RunAsync(ChannelReader<FollowerNews> news, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var following = Task.WhenAll(followers.Select(one => one.RunAsync(stop.Token)));
        try
        {
            await LookAsync(cancellationToken);
            while (true)
            {
                if (await NewsAsync(news, cancellationToken))
                {
                    while (news.TryRead(out var happened))
                    {
                        await HearAsync(happened, cancellationToken);
                    }
                }
                else if (_held is { } held)
                {
                    _held = null;
                    await PassAsync(held, cancellationToken);
                }
                else
                {
                    await LookAsync(cancellationToken);
                }

                await OvertakeAsync(cancellationToken);
                LeaveSilentOnes();
            }
        }
        finally
        {
            await stop.CancelAsync();
            await following.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private TimeSpan Overdue
    {
        get
        {
            var late = pace.BlockTime * Lateness;
            return pace.BlockTime + (late < LeastLateness ? LeastLateness : late > MostLateness ? MostLateness : late);
        }
    }

    /// <summary>False when nothing was told until something has to be done.</summary>
    private async Task<bool> NewsAsync(ChannelReader<FollowerNews> news, CancellationToken cancellationToken)
    {
        var left = _held is null
            ? UntilLook()
            : Shorter(pace.BlockTime / 4, LongestHold) - time.GetElapsedTime(_heldAt);
        if (left <= TimeSpan.Zero)
        {
            return news.TryPeek(out _);
        }

        // One wait outlives its limits: nothing is cancelled, and a limit that is reached is no exception.
        _reading ??= news.WaitToReadAsync(cancellationToken).AsTask();
        await ((Task)_reading).WaitAsync(left, time, cancellationToken)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
        if (!_reading.IsCompleted)
        {
            return false;
        }

        var hasNews = await _reading;
        _reading = null;
        return hasNews;
    }

    private async Task HearAsync(FollowerNews happened, CancellationToken cancellationToken)
    {
        switch (happened)
        {
            case FollowerNews.Opened opened:
                _seats[opened.From] = new Seat(opened.At, feed.Last ?? 0, time.GetTimestamp());
                Following(opened.At.Name, feed.Last ?? 0);
                await CatchUpAsync(opened.At, cancellationToken);
                break;
            case FollowerNews.Closed closed:
                _seats.Remove(closed.From);
                break;
            case FollowerNews.Told told:
                _seats[told.From] = new Seat(told.At, told.Results.Height, time.GetTimestamp());
                await HearAsync(told, cancellationToken);
                break;
        }
    }

    /// <summary>
    /// A block without events may be one whose events were left out: the other socket has a moment to say more.
    /// </summary>
    private async Task HearAsync(FollowerNews.Told told, CancellationToken cancellationToken)
    {
        if (_held is { } held)
        {
            _held = null;
            if (held.Results.Height < told.Results.Height || told.Results.Events.Count == 0)
            {
                await PassAsync(held, cancellationToken);
            }
        }

        var isNext = told.Results.Height == feed.Last + 1;
        if (isNext && told.Results.Events.Count == 0
            && _seats.Any(seat => seat.Key != told.From && seat.Value.Told == feed.Last))
        {
            (_held, _heldAt) = (told, time.GetTimestamp());
            return;
        }

        await PassAsync(told, cancellationToken);
    }

    private async Task PassAsync(FollowerNews.Told told, CancellationToken cancellationToken)
    {
        if (!await feed.PassAsync(told.At, told.Results, cancellationToken))
        {
            told.From.Leave();
        }
    }

    /// <summary>What came before the subscription stood is fetched.</summary>
    private async Task CatchUpAsync(Endpoint opened, CancellationToken cancellationToken)
    {
        try
        {
            var head = (await opened.Transport.HeadAsync(cancellationToken)).Height;
            await feed.CatchUpAsync(new HeadClaim(opened, head), cancellationToken);
        }
        catch (ChainException e)
        {
            LookFailed(e.Message);
        }
    }

    /// <summary>
    /// One endpoint is asked when a block is due and no socket is there to tell it; all are when it is overdue.
    /// </summary>
    private async Task LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (feed.Last is null || feed.Silence < Overdue)
            {
                await feed.CatchUpAsync(await heads.AskBestAsync(cancellationToken), cancellationToken);
            }
            else
            {
                await LookEverywhereAsync(cancellationToken);
            }

            if (!_isPaceKnown && feed.Last is not null)
            {
                pace.Guess(await heads.PaceAsync(BlockTimeSample, cancellationToken));
                _isPaceKnown = true;
            }

            _failedLooks = 0;
        }
        catch (ChainException e)
        {
            _failedLooks++;
            feed.HeldUpBy = e.Message;
            LookFailed(e.Message);
        }

        _lookedAt = time.GetTimestamp();
    }

    private async Task LookEverywhereAsync(CancellationToken cancellationToken)
    {
        var isAnswered = false;
        await foreach (var claim in heads.AskAsync(except: null, cancellationToken))
        {
            isAnswered = true;
            if (await feed.CatchUpAsync(claim, cancellationToken))
            {
                return;
            }
        }

        if (!isAnswered)
        {
            feed.HeldUpBy = "no endpoint told its newest block";
        }
    }

    /// <summary>
    /// Sockets that tell every block can all be at endpoints that lag: then another one's word, given to whoever asked
    /// it, is followed up, and the sockets are left for being late.
    /// </summary>
    private async Task OvertakeAsync(CancellationToken cancellationToken)
    {
        if (feed.Last is { } last && heads.ToldBeyond(last + UsualLead) is { } claim)
        {
            await feed.CatchUpAsync(claim, cancellationToken);
        }
    }

    private TimeSpan UntilLook()
    {
        var sinceLook = time.GetElapsedTime(_lookedAt);
        if (_failedLooks > 0)
        {
            return Shorter(ShortestPoll * Math.Pow(2, Math.Min(_failedLooks, 16)), LongestPauseAfterFailure)
                - sinceLook;
        }

        // The longer it is quiet, the less often it is asked; a socket tells when it goes on.
        var hasSocket = _seats.Values.Any(seat => seat.Told >= feed.Last);
        var step = Clamp(pace.BlockTime / 10, LongestPoll);
        var due = hasSocket ? Overdue : pace.BlockTime - step;
        if (feed.Silence < due)
        {
            return due - feed.Silence;
        }

        var pause = hasSocket ? Clamp(feed.Silence / 2, LongestPause) : Clamp(feed.Silence / 10, LongestPoll);
        return pause - sinceLook;
    }

    private void LeaveSilentOnes()
    {
        foreach (var (follower, seat) in _seats)
        {
            var isSilent = seat.Told < feed.Last && time.GetElapsedTime(seat.Since) >= Overdue;
            if (isSilent || !heads.IsInUse(seat.At))
            {
                follower.Leave();
            }
        }
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private static TimeSpan Clamp(TimeSpan step, TimeSpan longest) =>
        step < ShortestPoll ? ShortestPoll : Shorter(step, longest);

    [LoggerMessage(LogLevel.Debug, "Following new blocks at {Endpoint} from block {Height}.")]
    private partial void Following(string endpoint, long height);

    [LoggerMessage(LogLevel.Warning, "No endpoint could be asked for new blocks: {Problem}")]
    private partial void LookFailed(string problem);

    /// <summary>An open socket: the newest block that it told, and when.</summary>
    private readonly record struct Seat(Endpoint At, long Told, long Since);
}
