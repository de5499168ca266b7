using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Outpost.Chains.Rpc;

namespace Outpost.Chains.Cosmos;

/// <summary>What a follower tells: its socket stands, a block came by it, or it is gone.</summary>
internal abstract record FollowerNews(BlockFollower From)
{
    public sealed record Opened(BlockFollower From, Endpoint At) : FollowerNews(From);

    public sealed record Told(BlockFollower From, Endpoint At, BlockResults Results) : FollowerNews(From);

    public sealed record Closed(BlockFollower From) : FollowerNews(From);
}

/// <summary>Which endpoints have a follower: two followers never sit at one.</summary>
internal sealed class FollowerSeats(EndpointSet endpoints)
{
    private readonly Lock _lock = new();
    private readonly HashSet<Endpoint> _taken = [];

    public EndpointSet Endpoints => endpoints;

    /// <summary>
    /// The best free RPC endpoint, or after failures the ones behind it in turn; null when none is free.
    /// </summary>
    public Endpoint? Take(int failures)
    {
        lock (_lock)
        {
            List<Endpoint> free =
            [
                .. endpoints.Candidates().Where(one => one.Transport is CometTransport && !_taken.Contains(one)),
            ];
            if (free.Count == 0)
            {
                return null;
            }

            var taken = free[failures % free.Count];
            _taken.Add(taken);
            return taken;
        }
    }

    public void Leave(Endpoint endpoint)
    {
        lock (_lock)
        {
            _taken.Remove(endpoint);
        }
    }
}

/// <summary>
/// Keeps one websocket open, at one endpoint after the other: the first retry comes at once, the next ones after
/// pauses that grow.
/// </summary>
internal sealed partial class BlockFollower(
    FollowerSeats seats, BlockSocket sockets, ChannelWriter<FollowerNews> news, TimeProvider time, Random random,
    ILogger logger)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(15);

    private volatile TaskCompletionSource _isLeft = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Gives the socket up, since it does not tell what it should.</summary>
    public void Leave() => _isLeft.TrySetResult();

    /// <summary>Ends by cancellation only.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        for (var failures = 0; ;)
        {
            if (seats.Take(failures) is not { } endpoint)
            {
                await Task.Delay(LongestPause, time, cancellationToken);
                continue;
            }

            bool hasTold;
            try
            {
                hasTold = await FollowAsync(endpoint, cancellationToken);
            }
            finally
            {
                seats.Leave(endpoint);
            }

            // A socket that carried blocks before it broke starts the count again.
            failures = hasTold ? 1 : failures + 1;
            if (failures > 1)
            {
                await Task.Delay(Pause(failures - 1), time, cancellationToken);
            }
        }
    }

    /// <summary>Until the socket breaks or is given up; true when it told a block.</summary>
    private async Task<bool> FollowAsync(Endpoint endpoint, CancellationToken cancellationToken)
    {
        using var own = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _isLeft = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var (isOpen, hasTold) = (false, false);
        try
        {
            await VerifyAsync(endpoint, cancellationToken);
            using var subscription = await sockets.OpenAsync(endpoint.Url, cancellationToken);
            isOpen = true;
            await news.WriteAsync(new FollowerNews.Opened(this, endpoint), cancellationToken);
            while (true)
            {
                // Cancelling a receive breaks the socket, so it is done only when the socket is given up.
                var next = subscription.NextAsync(own.Token);
                if (await Task.WhenAny(next, _isLeft.Task) != next)
                {
                    SocketGivenUp(endpoint.Name);
                    await own.CancelAsync();
                    await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                    break;
                }

                await news.WriteAsync(new FollowerNews.Told(this, endpoint, await next), cancellationToken);
                hasTold = true;
            }
        }
        catch (ChainException e)
        {
            SocketBroke(endpoint.Name, e.Message);
        }

        if (isOpen)
        {
            await news.WriteAsync(new FollowerNews.Closed(this), cancellationToken);
        }

        return hasTold;
    }

    private async Task VerifyAsync(Endpoint endpoint, CancellationToken cancellationToken)
    {
        try
        {
            await seats.Endpoints.VerifyAsync(endpoint, cancellationToken);
        }
        catch (ChainException e) when (EndpointSet.IsOfEndpoint(e))
        {
            seats.Endpoints.Failed(endpoint, e);
            throw;
        }
    }

    private TimeSpan Pause(int failures)
    {
        var milliseconds = Math.Min(
            FirstPause.TotalMilliseconds * Math.Pow(2, Math.Min(failures, 16) - 1), LongestPause.TotalMilliseconds);
        return TimeSpan.FromMilliseconds(milliseconds * (0.5 + random.NextDouble()));
    }

    [LoggerMessage(LogLevel.Warning, "The websocket to {Endpoint} broke, another is opened: {Problem}")]
    private partial void SocketBroke(string endpoint, string problem);

    [LoggerMessage(LogLevel.Warning, "The websocket to {Endpoint} is silent though the chain moves, and is left.")]
    private partial void SocketGivenUp(string endpoint);
}
