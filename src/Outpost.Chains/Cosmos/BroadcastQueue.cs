using Outpost.Chains.Rpc;
using Outpost.Chains.Wire.Cosmos.Abci;

namespace Outpost.Chains.Cosmos;

/// <summary>
/// The transactions that wait for one endpoint. One request is under way at a time, since only that keeps their order;
/// what has come meanwhile goes out as one batch, so that a long way to the endpoint is gone once for many.
/// </summary>
internal sealed class BroadcastQueue(EndpointSet endpoints, Endpoint endpoint, CancellationToken stopped)
{
    // An endpoint this far behind is left to itself; the others carry the transactions meanwhile.
    private const int MaxWaiting = 512;

    // Below CometBFT's limit for a body (max_body_bytes, 1 MB by default), base64 and all.
    private const int MaxBatchBytes = 500_000;

    // CometBFT allows 10 in a batch by default and providers none; tried in this order, each once.
    private static readonly int[] BatchSizes = [256, 10, 1];

    // Others have answered and this one has not: it gets no more until it has.
    private static readonly TimeSpan WriteSilence = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Queue<Waiting> _waiting = [];

    /// <summary>What did not get here, in the order in which it was handed in.</summary>
    private readonly List<SignedTransaction> _missed = [];
    private Task _pump = Task.CompletedTask;
    private int _sizeAt = endpoint.Transport is CometTransport ? 0 : BatchSizes.Length - 1;

    /// <param name="taken">The names of what other endpoints have taken: what of it was missed here goes first.</param>
    public Task<Delivery> Enqueue(SignedTransaction transaction, IReadOnlySet<string> taken)
    {
        lock (_lock)
        {
            if (_waiting.Count >= MaxWaiting)
            {
                var fault = new ChainException(ChainFault.Timeout, $"broadcast {transaction.Hash}", endpoint.Url,
                    $"{MaxWaiting} earlier transactions wait for this endpoint");
                endpoints.Failed(endpoint, fault);
                return Task.FromResult(new Delivery(null, fault));
            }

            _missed.RemoveAll(one => one.Hash == transaction.Hash || !taken.Contains(one.Hash));
            _missed.ForEach(one => _waiting.Enqueue(new Waiting(one)));
            _missed.Clear();
            var waiting = new Waiting(transaction);
            _waiting.Enqueue(waiting);
            if (_pump.IsCompleted)
            {
                _pump = PumpAsync();
            }

            return waiting.Done.Task;
        }
    }

    /// <summary>It was sent to others only.</summary>
    public void Miss(SignedTransaction transaction)
    {
        lock (_lock)
        {
            if (_missed.Exists(one => one.Hash == transaction.Hash))
            {
                return;
            }

            if (_missed.Count == MaxWaiting)
            {
                _missed.RemoveAt(0);
            }

            _missed.Add(transaction);
        }
    }

    public Task DrainAsync()
    {
        lock (_lock)
        {
            return _pump;
        }
    }

    private async Task PumpAsync()
    {
        // The caller holds the lock: no request is sent on its thread.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        while (Next() is { Count: > 0 } batch)
        {
            try
            {
                var request = SendAsync(batch);
                await LeaveIfSilentAsync(request);
                await request;
            }
            catch (ChainException e)
            {
                endpoints.Failed(endpoint, e);
                batch.ForEach(one => GiveUp(one, e));
                GiveUpWaiting(e);
            }
            catch (OperationCanceledException e) when (stopped.IsCancellationRequested)
            {
                var fault = new ChainException(
                    ChainFault.Timeout, "broadcast", endpoint.Url, "the client was closed meanwhile", e);
                batch.ForEach(one => one.Done.TrySetResult(new Delivery(null, fault)));
            }
        }
    }

    /// <summary>The next batch; empty ends the pump, in the same breath as it is seen to be.</summary>
    private List<Waiting> Next()
    {
        lock (_lock)
        {
            var batch = new List<Waiting>();
            var bytes = 0;
            while (batch.Count < BatchSizes[_sizeAt] && _waiting.TryPeek(out var next)
                && (batch.Count == 0 || bytes + next.Transaction.Bytes.Length * 4 / 3 <= MaxBatchBytes))
            {
                bytes += next.Transaction.Bytes.Length * 4 / 3;
                batch.Add(_waiting.Dequeue());
            }

            if (batch.Count == 0)
            {
                _pump = Task.CompletedTask;
            }

            return batch;
        }
    }

    /// <summary>
    /// What waits behind a request without a reply would come too late, and before its turn where a mempool has lost
    /// that one meanwhile. Whoever needs it sends it again.
    /// </summary>
    private void GiveUpWaiting(ChainException fault)
    {
        lock (_lock)
        {
            while (_waiting.TryDequeue(out var waiting))
            {
                GiveUp(waiting, fault);
            }
        }
    }

    private void GiveUp(Waiting waiting, ChainException fault)
    {
        Miss(waiting.Transaction);
        waiting.Done.TrySetResult(new Delivery(null, fault));
    }

    private async Task SendAsync(List<Waiting> batch)
    {
        await endpoints.VerifyAsync(endpoint, stopped);
        await endpoints.TurnAsync(endpoint, stopped);
        var start = endpoints.Time.GetTimestamp();
        if (batch.Count == 1)
        {
            Tell(batch[0], await CheckAsync(batch[0].Transaction));
        }
        else if (await CheckAllAsync(batch) is { } answers)
        {
            foreach (var (waiting, answer) in batch.Zip(answers))
            {
                Tell(waiting, answer);
            }
        }
        else
        {
            _sizeAt++;
            foreach (var part in batch.Chunk(BatchSizes[_sizeAt]))
            {
                await SendAsync([.. part]);
            }

            return;
        }

        endpoints.Answered(endpoint, endpoints.Time.GetElapsedTime(start));
    }

    private async Task<TxResponse> CheckAsync(SignedTransaction transaction)
    {
        try
        {
            return await ((ITransport)endpoint.Transport).BroadcastAsync(transaction.Bytes, stopped);
        }
        catch (ChainException e) when (e.Fault is ChainFault.Refused)
        {
            // LCD and gRPC may refuse with a status instead of a code; 1 is the code of an error without one.
            return new TxResponse { Codespace = e.Codespace, Code = Math.Max(1, e.Code), RawLog = e.Log };
        }
    }

    /// <summary>
    /// Null when the batch was not taken as one. Where that is not certain it is sent again in parts: a node answers
    /// equal bytes with the code that says that it has them.
    /// </summary>
    private async Task<IReadOnlyList<TxResponse?>?> CheckAllAsync(List<Waiting> batch)
    {
        try
        {
            return await ((CometTransport)endpoint.Transport).BroadcastAsync(
                [.. batch.Select(one => one.Transaction.Bytes)], stopped);
        }
        catch (ChainException e) when (e.Fault is ChainFault.BadReply or ChainFault.Refused or ChainFault.UnknownPath)
        {
            return null;
        }
    }

    private void Tell(Waiting waiting, TxResponse? reply)
    {
        if (reply is null)
        {
            waiting.Done.TrySetResult(new Delivery(null, new ChainException(ChainFault.BadReply,
                $"broadcast {waiting.Transaction.Hash}", endpoint.Url, "the answer says nothing of the transaction")));
            return;
        }

        var answer = new CheckResult(
            waiting.Transaction.Hash, reply.Codespace, reply.Code, reply.RawLog, endpoint.Url);
        if (Broadcast.IsAccepted(answer))
        {
            endpoints.Wrote(endpoint);
        }

        waiting.Done.TrySetResult(new Delivery(answer, null));
    }

    // The request goes on: it may still arrive, and its answer brings the endpoint back.
    private async Task LeaveIfSilentAsync(Task request)
    {
        var (begun, start) = (endpoints.Now, endpoints.Time.GetTimestamp());
        while (!request.IsCompleted)
        {
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(stopped);
            await Task.WhenAny(request, Task.Delay(WriteSilence, endpoints.Time, ended.Token));
            await ended.CancelAsync();
            if (!request.IsCompleted && endpoints.HasAnotherAnswered(endpoint, begun))
            {
                var waited = endpoints.Time.GetElapsedTime(start);
                endpoints.Overtaken(endpoint, "broadcast", waited, byWrite: true);
                GiveUpWaiting(EndpointFaults.Overtaken("broadcast", endpoint.Url, waited));
                return;
            }
        }
    }

    private sealed record Waiting(SignedTransaction Transaction)
    {
        public TaskCompletionSource<Delivery> Done { get; } =
            new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
