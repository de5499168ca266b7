namespace Outpost.Node.Snapshots;

/// <summary>
/// Runs many pieces of plain asynchronous code in turn, and calls for what they have asked for when none of them can go
/// on: the end of a round. So what all of them want is known at once and is fetched at once (the idea of Haxl and of
/// DataLoader). One piece runs at a time, in an order that does not depend on the machine.
/// </summary>
internal sealed class Rounds : SynchronizationContext
{
    private readonly Lock _gate = new();
    private readonly Queue<(SendOrPostCallback Callback, object? State)> _ready = [];
    private TaskCompletionSource? _woken;

    /// <summary>True in the code that is run here, and in no other.</summary>
    public bool IsHere => Current == this;

    /// <summary>Starts all of them and returns when all have ended, with exceptions inside of their tasks.</summary>
    /// <param name="fetch">
    /// Answers what was asked for since the last call; false when nothing was. What it throws ends the rounds.
    /// </param>
    public async Task<IReadOnlyList<Task<T>>> RunAsync<T>(
        IReadOnlyList<Func<Task<T>>> pieces, Func<CancellationToken, Task<bool>> fetch,
        CancellationToken cancellationToken)
    {
        var running = new Task<T>[pieces.Count];
        Post(_ =>
        {
            foreach (var (index, piece) in pieces.Index())
            {
                running[index] = Guard(piece);
            }
        }, null);
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            RunReady();
            if (running.All(one => one.IsCompleted))
            {
                return running;
            }

            if (!await fetch(cancellationToken))
            {
                // Somebody waits for something that is not of the chain: a model, a file, a pause.
                await Task.WhenAny([WokenAsync(), .. running.Where(one => !one.IsCompleted)])
                    .WaitAsync(cancellationToken);
            }
        }
    }

    public override void Post(SendOrPostCallback d, object? state)
    {
        TaskCompletionSource? woken;
        lock (_gate)
        {
            _ready.Enqueue((d, state));
            (woken, _woken) = (_woken, null);
        }

        woken?.TrySetResult();
    }

    public override void Send(SendOrPostCallback d, object? state) =>
        throw new NotSupportedException("A round does not wait for a piece of it.");

    public override SynchronizationContext CreateCopy() => this;

    private static Task<T> Guard<T>(Func<Task<T>> piece)
    {
        try
        {
            return piece();
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            // A method that is not async throws at once.
            return Task.FromException<T>(fault);
        }
    }

    private void RunReady()
    {
        var outer = Current;
        SetSynchronizationContext(this);
        try
        {
            while (TryTake(out var next))
            {
                next.Callback(next.State);
            }
        }
        finally
        {
            SetSynchronizationContext(outer);
        }
    }

    private bool TryTake(out (SendOrPostCallback Callback, object? State) next)
    {
        lock (_gate)
        {
            return _ready.TryDequeue(out next);
        }
    }

    private Task WokenAsync()
    {
        lock (_gate)
        {
            return _ready.Count > 0
                ? Task.CompletedTask
                : (_woken = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }
}
