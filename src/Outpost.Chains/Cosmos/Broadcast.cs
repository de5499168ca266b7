using Outpost.Chains.Rpc;

namespace Outpost.Chains.Cosmos;

/// <summary>
/// Sends transactions to every usable endpoint at once. Each endpoint gets them one after another, in the order in
/// which they were handed in, since a mempool refuses a sequence that comes before its turn.
/// </summary>
internal sealed class Broadcast(EndpointSet endpoints, CancellationToken stopped)
{
    // An endpoint this far behind is left to itself; the others carry the transactions meanwhile.
    private const int MaxWaitingAtEndpoint = 32;

    private readonly Lock _lock = new();
    private readonly Dictionary<Endpoint, Queue> _queues = [];

    /// <summary>
    /// The first acceptance, else the most telling refusal. A cancelled caller stops waiting; what is under way to
    /// an endpoint goes on.
    /// </summary>
    public async Task<CheckResult> SendAsync(SignedTransaction transaction, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var targets = endpoints.Writable();
        var open = Enqueue(targets, transaction);
        CheckResult? refusal = null;
        var isUnanimous = true;
        while (open.Count > 0)
        {
            var done = await Task.WhenAny(open).WaitAsync(cancellationToken);
            open.Remove(done);
            if (await done is not { } answer)
            {
                isUnanimous = false;
                continue;
            }

            if (IsAccepted(answer))
            {
                return answer;
            }

            refusal = MoreTelling(refusal, answer);
        }

        cancellationToken.ThrowIfCancellationRequested();
        return refusal is null
            ? throw endpoints.NoneLeft($"broadcast {transaction.Hash}", targets)
            : refusal with { IsUnanimous = isUnanimous };
    }

    /// <summary>Done when nothing is under way any more.</summary>
    public Task DrainAsync()
    {
        lock (_lock)
        {
            return Task.WhenAll(_queues.Values.Select(queue => queue.Tail));
        }
    }

    // Code 19: the node has it already, as another endpoint passed it on.
    private static bool IsAccepted(CheckResult answer) => answer.Code == 0 || answer is { Codespace: "sdk", Code: 19 };

    // A full mempool speaks of the node; any other refusal speaks of the transaction.
    private static CheckResult MoreTelling(CheckResult? known, CheckResult answer) =>
        known is null or { Codespace: "sdk", Code: 20 } ? answer : known;

    private List<Task<CheckResult?>> Enqueue(IReadOnlyList<Endpoint> targets, SignedTransaction transaction)
    {
        lock (_lock)
        {
            return [.. targets.Select(endpoint => Enqueue(endpoint, transaction))];
        }
    }

    private Task<CheckResult?> Enqueue(Endpoint endpoint, SignedTransaction transaction)
    {
        if (!_queues.TryGetValue(endpoint, out var queue))
        {
            _queues[endpoint] = queue = new Queue();
        }

        if (queue.Waiting >= MaxWaitingAtEndpoint)
        {
            endpoints.Failed(endpoint, new ChainException(ChainFault.Timeout, $"broadcast {transaction.Hash}",
                endpoint.Url, $"{MaxWaitingAtEndpoint} earlier transactions wait for this endpoint"));
            return Task.FromResult<CheckResult?>(null);
        }

        queue.Waiting++;
        var sent = SendAfterAsync(queue, endpoint, transaction);
        queue.Tail = sent;
        return sent;
    }

    private async Task<CheckResult?> SendAfterAsync(Queue queue, Endpoint endpoint, SignedTransaction transaction)
    {
        // The caller holds the lock: no request is sent on its thread.
        await queue.Tail.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            await endpoints.VerifyAsync(endpoint, stopped);
            var reply = await endpoint.Transport.BroadcastAsync(transaction.Bytes, stopped);
            endpoints.Succeeded(endpoint);
            return new CheckResult(transaction.Hash, reply.Codespace, reply.Code, reply.RawLog, endpoint.Url);
        }
        catch (ChainException e) when (e.Fault is ChainFault.Refused)
        {
            // LCD and gRPC may refuse with a status instead of a code; 1 is the code of an error without one.
            return new CheckResult(transaction.Hash, e.Codespace, Math.Max(1, e.Code), e.Log, endpoint.Url);
        }
        catch (ChainException e)
        {
            endpoints.Failed(endpoint, e);
            return null;
        }
        catch (OperationCanceledException) when (stopped.IsCancellationRequested)
        {
            return null;
        }
        finally
        {
            lock (_lock)
            {
                queue.Waiting--;
            }
        }
    }

    private sealed class Queue
    {
        public int Waiting { get; set; }
        public Task Tail { get; set; } = Task.CompletedTask;
    }
}
