using Outpost.Chains.Rpc;

namespace Outpost.Chains.Cosmos;

/// <summary>
/// Sends transactions to every usable endpoint at once. Each endpoint gets them in the order in which they were handed
/// in, since a mempool refuses a sequence that comes before its turn. One that could not be reached meanwhile gets what
/// others took since the newest block before it gets anything else: it may not have heard of it from them yet.
/// </summary>
internal sealed class Broadcast(EndpointSet endpoints, CancellationToken stopped)
{
    // Endpoints that are well answer sooner; one that is not is left by then.
    private static readonly TimeSpan OthersWait = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<Endpoint, BroadcastQueue> _queues = [];

    /// <summary>What an endpoint took since the newest block; what a block did not hold is handed in again.</summary>
    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);
    private long _takenSince;

    /// <summary>
    /// The first acceptance, else the most telling refusal. A cancelled caller stops waiting; what is under way to
    /// an endpoint goes on.
    /// </summary>
    /// <param name="hearsAll">The acceptance comes with what the others say against it.</param>
    public async Task<CheckResult> SendAsync(
        SignedTransaction transaction, bool hearsAll, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var open = Enqueue(endpoints.Writable(), transaction);
        CheckResult? refusal = null;
        var faults = new List<ChainException>();
        while (open.Count > 0)
        {
            var done = await Task.WhenAny(open).WaitAsync(cancellationToken);
            open.Remove(done);
            var (answer, fault) = await done;
            if (fault is not null)
            {
                faults.Add(fault);
            }
            else if (answer is not null && IsAccepted(answer))
            {
                Taken(transaction);
                return hearsAll
                    ? answer with { Against = await OthersAsync(refusal, open, cancellationToken) }
                    : answer;
            }
            else if (answer is not null)
            {
                refusal = MoreTelling(refusal, answer);
            }
        }

        cancellationToken.ThrowIfCancellationRequested();
        return refusal is null
            ? throw EndpointFaults.NoneLeft($"broadcast {transaction.Hash}", faults)
            : refusal with { IsUnanimous = faults.Count == 0 };
    }

    /// <summary>The most telling refusal of those that have not answered yet; a silent one holds nobody up.</summary>
    private async Task<CheckResult?> OthersAsync(
        CheckResult? refusal, List<Task<Delivery>> open, CancellationToken cancellationToken)
    {
        await ((Task)Task.WhenAll(open)).WaitAsync(OthersWait, endpoints.Time, cancellationToken)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
        foreach (var done in open.FindAll(one => one.IsCompletedSuccessfully))
        {
            var (answer, _) = await done;
            refusal = answer is null || IsAccepted(answer) ? refusal : MoreTelling(refusal, answer);
        }

        return refusal;
    }

    /// <summary>Done when nothing is under way any more.</summary>
    public Task DrainAsync()
    {
        lock (_lock)
        {
            return Task.WhenAll(endpoints.All.Where(_queues.ContainsKey).Select(one => _queues[one].DrainAsync()));
        }
    }

    // Code 19: the node has it already, as another endpoint passed it on.
    internal static bool IsAccepted(CheckResult answer) => answer.Code == 0 || answer is { Codespace: "sdk", Code: 19 };

    // A full mempool speaks of the node; any other refusal speaks of the transaction.
    private static CheckResult MoreTelling(CheckResult? known, CheckResult answer) =>
        known is null or { Codespace: "sdk", Code: 20 } ? answer : known;

    private void Taken(SignedTransaction transaction)
    {
        lock (_lock)
        {
            _taken.Add(transaction.Hash);
        }
    }

    // Under one lock, so that all endpoints get the transactions in the same order.
    private List<Task<Delivery>> Enqueue(IReadOnlyList<Endpoint> targets, SignedTransaction transaction)
    {
        lock (_lock)
        {
            if (endpoints.SeenHeight is var seen && seen != _takenSince)
            {
                _takenSince = seen;
                _taken.Clear();
            }

            foreach (var endpoint in endpoints.All.Except(targets))
            {
                QueueOf(endpoint).Miss(transaction);
            }

            return [.. targets.Select(endpoint => QueueOf(endpoint).Enqueue(transaction, _taken))];
        }
    }

    private BroadcastQueue QueueOf(Endpoint endpoint)
    {
        if (!_queues.TryGetValue(endpoint, out var queue))
        {
            _queues[endpoint] = queue = new BroadcastQueue(endpoints, endpoint, stopped);
        }

        return queue;
    }
}

/// <summary>What became of one transaction at one endpoint: its answer, or why there is none.</summary>
internal readonly record struct Delivery(CheckResult? Answer, ChainException? Fault);
