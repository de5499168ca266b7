using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Outpost.Chains;
using Outpost.Chains.Allora;
using Outpost.Chains.Cosmos;
using Outpost.Node.Blocks;
using Outpost.Node.Journal;

namespace Outpost.Node.Submission;

/// <summary>
/// Sees sent transactions into their block. While some are pending it searches each block that holds transactions: by
/// hash when few are pending, the whole block when many are. With nothing pending it asks nothing.
/// </summary>
public sealed partial class InclusionWatch(
    CosmosClient cosmos, BlockClock clock, TimeProvider time, ILogger<InclusionWatch> logger)
{
    /// <summary>Up to this many pending transactions are asked for by hash; for more the block is read.</summary>
    private const int FewPending = 3;

    /// <summary>Lookups by hash that are under way side by side; an endpoint is not flooded.</summary>
    private const int AskedAtOnce = 8;

    /// <summary>
    /// Blocks without inclusion after which the bytes are sent again: mempools drop what they cannot hold.
    /// </summary>
    private const int ResendAfterBlocks = 3;

    /// <summary>
    /// Blocks after the last possible one in which the question is asked again when no endpoint can answer it: a chain
    /// that goes on without answering must not hold a topic for ever.
    /// </summary>
    private const long PatienceBlocks = 20;

    /// <summary>A node indexes a block shortly after it announces it.</summary>
    private static readonly TimeSpan IndexingPause = TimeSpan.FromMilliseconds(200);

    private readonly ConcurrentDictionary<string, TaskCompletionSource<TransactionResult>> _pending =
        new(StringComparer.Ordinal);

    /// <summary>Waits for a block that holds it, or for the proof that there is none. On stop it throws.</summary>
    public async Task<Sighting> WaitAsync(Attempt attempt, CancellationToken stop)
    {
        var hash = attempt.Transaction.Hash;
        var source = new TaskCompletionSource<TransactionResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        _pending[hash] = source;
        try
        {
            // It may be in a block already: after a restart, or when a block was faster than the reply.
            if (await FindAsync(hash, stop) is { } early)
            {
                return new Sighting.InBlock(early);
            }

            var expired = clock.Reached(attempt.TimeoutHeight);
            for (var blocks = 1; !source.Task.IsCompleted && !expired.IsCancellationRequested; blocks++)
            {
                await Task.WhenAny(source.Task, clock.NextBlockAsync(stop));
                stop.ThrowIfCancellationRequested();
                if (!source.Task.IsCompleted && blocks % ResendAfterBlocks == 0 && !await ResendAsync(attempt, stop))
                {
                    return new Sighting.Dropped();
                }
            }

            return source.Task.IsCompleted
                ? new Sighting.InBlock(await source.Task)
                : await FindLateAsync(source.Task, attempt, stop);
        }
        finally
        {
            _pending.TryRemove(hash, out _);
        }
    }

    /// <summary>Looks for the pending transactions in a block that has just arrived.</summary>
    public async Task SeeAsync(Block block, CancellationToken stop)
    {
        if (block.TransactionCount == 0 || _pending.IsEmpty)
        {
            return;
        }

        if (_pending.Count > FewPending && await ReadAsync(block.Height, stop) is { } all)
        {
            Tell(all);
            return;
        }

        // One that cannot be answered hides no other, and many do not wait in one row.
        foreach (var few in _pending.Keys.Order(StringComparer.Ordinal).Chunk(AskedAtOnce))
        {
            Tell((await Task.WhenAll(few.Select(hash => FindAsync(hash, stop)))).OfType<TransactionResult>());
        }
    }

    /// <summary>All transactions of a block; null where no endpoint can tell, or none does now.</summary>
    private async Task<IReadOnlyList<TransactionResult>?> ReadAsync(Height height, CancellationToken stop)
    {
        try
        {
            return await cosmos.TransactionsAsync(height, stop);
        }
        catch (ChainException fault)
        {
            LookingFailed(height, fault.Message);
            return null;
        }
    }

    private void Tell(IEnumerable<TransactionResult> results)
    {
        foreach (var result in results)
        {
            if (_pending.TryGetValue(result.Hash, out var source))
            {
                source.TrySetResult(result);
            }
        }
    }

    /// <summary>After the last block: the verdict is worth some patience, since no later block can change it.</summary>
    private async Task<Sighting> FindLateAsync(
        Task<TransactionResult> told, Attempt attempt, CancellationToken stop)
    {
        for (var pause = IndexingPause; ; pause = pause * 2 < clock.BlockTime * 4 ? pause * 2 : clock.BlockTime * 4)
        {
            await Task.WhenAny(told, Task.Delay(pause, time, stop));
            stop.ThrowIfCancellationRequested();
            if (told.IsCompleted)
            {
                return new Sighting.InBlock(await told);
            }

            try
            {
                if (await cosmos.FindAsync(attempt.Transaction.Hash, stop) is { } result)
                {
                    return new Sighting.InBlock(result);
                }

                if (clock.Head > attempt.TimeoutHeight)
                {
                    return new Sighting.Never();
                }
            }
            catch (ChainException fault)
            {
                LookingFailed(attempt.TimeoutHeight, fault.Message);
                if (clock.Head - attempt.TimeoutHeight > PatienceBlocks)
                {
                    return new Sighting.Unknown(fault.Message);
                }
            }
        }
    }

    private async Task<TransactionResult?> FindAsync(string hash, CancellationToken stop)
    {
        try
        {
            return await cosmos.FindAsync(hash, stop);
        }
        catch (ChainException fault)
        {
            LookingFailed(clock.Head, fault.Message);
            return null;
        }
    }

    /// <summary>False when every node refuses the bytes, or finds them included already.</summary>
    private async Task<bool> ResendAsync(Attempt attempt, CancellationToken stop)
    {
        try
        {
            var check = await cosmos.BroadcastAsync(attempt.Transaction, stop);
            SentAgain(attempt.Transaction.Hash, check.Codespace, check.Code);
            return Refusals.Classify(check.Codespace, check.Code, check.Log)
                is Refusal.None or Refusal.AlreadyInMempool or Refusal.MempoolFull;
        }
        catch (ChainException fault)
        {
            LookingFailed(clock.Head, fault.Message);
            return true;
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Looking for transactions at block {Height} failed: {Detail}")]
    private partial void LookingFailed(Height height, string detail);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Sent {Hash} again, the answer was {Codespace} {Code}")]
    private partial void SentAgain(string hash, string codespace, uint code);
}
