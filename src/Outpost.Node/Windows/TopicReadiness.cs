using Outpost.Chains;
using Outpost.Chains.Allora;
using Outpost.Chains.Cosmos;
using Outpost.Node.Blocks;
using Outpost.Node.Duties;
using Outpost.Node.Status;
using Outpost.Node.Submission;

namespace Outpost.Node.Windows;

/// <summary>Whether this account may work in a topic now.</summary>
public abstract record Readiness
{
    private Readiness() { }

    public sealed record Ready(Topic Topic, WorkerWindow Window) : Readiness;

    /// <param name="Open">The nonces that wait for a reputer's losses now, oldest first.</param>
    /// <param name="Passed">Those that took losses unseen and take none any more, oldest first.</param>
    /// <param name="PassedUpTo">No nonce up to this one takes losses any more.</param>
    public sealed record ReadyToRepute(
        Topic Topic, IReadOnlyList<ReputerNonce> Open, IReadOnlyList<ReputerNonce> Passed,
        Height PassedUpTo) : Readiness;

    /// <summary>Something is missing; <paramref name="Line"/> says what and what to do.</summary>
    /// <param name="Reason">Why windows are missed meanwhile; null: they are none that this node could serve.</param>
    /// <param name="Topic">As the chain knows it; null when it does not.</param>
    public sealed record Blocked(string Line, Reason? Reason = null, Topic? Topic = null) : Readiness;

    /// <summary>No endpoint tells; <paramref name="Line"/> says what they said.</summary>
    public sealed record Unanswered(string Line) : Readiness;
}

/// <summary>What readiness is found out with.</summary>
public sealed record ReadinessRooms(
    CosmosClient Cosmos, AlloraClient Allora, SubmissionLane Lane, BlockClock Clock, StatusBoard Board);

/// <summary>
/// Finds out what stands between an account and a topic, in the order in which it has to be mended: topic, whitelist,
/// funds, registration. Registers by itself; everything else is said in one line, to be asked again later.
/// </summary>
public sealed class TopicReadiness(string address, string? feeGranter, ReadinessRooms rooms) : IDisposable
{
    /// <summary>
    /// Topics asked about at once: a node with hundreds of them must not flood its endpoint at start.
    /// </summary>
    private readonly SemaphoreSlim _turn = new(16);
    private readonly Registration _registration = new(address, feeGranter, rooms);

    public async Task<Readiness> CheckAsync(TopicId id, CancellationToken stop)
    {
        await _turn.WaitAsync(stop);
        try
        {
            return await FindOutAsync(id, stop);
        }
        catch (ChainException fault)
        {
            return new Readiness.Unanswered($"the chain does not answer: {fault.Message}");
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    private async Task<Readiness> FindOutAsync(TopicId id, CancellationToken stop)
    {
        if (await rooms.Allora.TopicAsync(id, stop) is not { } topic)
        {
            return new Readiness.Blocked(
                $"topic {id} does not exist on {rooms.Cosmos.ChainId}: correct its id, or wait until it is created");
        }

        rooms.Board.Named(id, topic.Metadata);
        var window = await rooms.Allora.WorkerWindowAsync(id, address, stop);
        if (!window.IsWhitelisted)
        {
            return new Readiness.Blocked(
                $"{address} is not whitelisted in topic {id}: ask the topic's creator to add it; "
                + "this node goes on by itself",
                Reason.NotWhitelisted, topic);
        }

        if (!window.IsRegistered && await _registration.RegisterAsync(
            id, version => WorkerMessages.Register(version, id, address), stop) is { } missing)
        {
            return missing with { Topic = topic };
        }

        // A topic that has just fallen asleep still takes answers in the window that is open.
        if (!window.IsTopicActive && !window.IsOpen)
        {
            return new Readiness.Blocked(
                $"topic {id} is not active: it lacks stake or funding, and opens windows again once it has them",
                Reason.WindowClosed, topic);
        }

        return new Readiness.Ready(
            topic, window.IsRegistered ? window : await rooms.Allora.WorkerWindowAsync(id, address, stop));
    }
}
