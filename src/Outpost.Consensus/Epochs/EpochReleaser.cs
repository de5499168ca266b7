using Microsoft.Extensions.Logging;
using Outpost.Chains;
using Outpost.Chains.Evm;
using Outpost.Sdk.Evm;

namespace Outpost.Consensus.Epochs;

/// <summary>
/// Releases the epochs of one chain's streams as its head moves, all that are due at once; invalidates those whose
/// blocks the chain has left, also while nobody looked, and releases them anew. What it knows stands in the ledger; it
/// may stop at any time.
/// </summary>
public sealed partial class EpochReleaser
{
    // Epochs that may be invalidated: at Ethereum's pace, ten blocks each, these are eight hours.
    private const int Watched = 256;

    // End blocks that are asked for at once while it catches up.
    private const int ReleasedAtOnce = 100;

    // Blocks behind the head that one endpoint's word is not enough for.
    private const int Doubtful = 64;

    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(1);

    private readonly IEpochLedger _ledger;
    private readonly EvmClient _client;
    private readonly HeadFollower _heads;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly List<Stream> _streams;

    /// <param name="streams">Of the chain that the client serves.</param>
    /// <param name="client">Stays with its owner.</param>
    public EpochReleaser(
        IEpochLedger ledger, IReadOnlyList<EpochStart> streams, EvmClient client, HeadFollower heads,
        TimeProvider time, ILoggerFactory loggers)
    {
        (_ledger, _client, _heads, _time) = (ledger, client, heads, time);
        _logger = loggers.CreateLogger<EpochReleaser>();
        _streams = [.. streams.Select(one => new Stream(one.Stream, one.BeginBlock))];
    }

    /// <summary>
    /// Releases until cancelled. Endpoints that fail and a disk that is full are waited for; a ledger that cannot be
    /// used at all ends it with its exception.
    /// </summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await foreach (var change in _heads.FollowAsync(cancellationToken))
        {
            while (!await TryTakeAsync(change, cancellationToken))
            {
                await Task.Delay(PauseAfterFailure, _time, cancellationToken);
            }
        }
    }

    /// <summary>Does what a change of the head asks for. May be called again where it failed half-way.</summary>
    public async Task TakeAsync(HeadChange change, CancellationToken cancellationToken)
    {
        foreach (var stream in _streams)
        {
            stream.IsDoubted |= change.IsReorganisation;
            if (stream.IsDoubted)
            {
                stream.IsDoubted = !await AreStandingAsync(stream.Of, change.Head.Number, cancellationToken);
            }

            await ReleaseAsync(stream, change.Head.Number, cancellationToken);
        }
    }

    private async Task<bool> TryTakeAsync(HeadChange change, CancellationToken cancellationToken)
    {
        try
        {
            await TakeAsync(change, cancellationToken);
            return true;
        }
        catch (ChainException e)
        {
            ReleaseWaits(e.Message);
        }
        catch (ConsensusException e) when (e.IsTransient)
        {
            ReleaseWaits(e.Message);
        }

        return false;
    }

    private async Task ReleaseAsync(Stream stream, long head, CancellationToken cancellationToken)
    {
        var begin = EpochPlan.Begin(_ledger.Last(stream.Of)?.Epoch, stream.Begin ?? 0, head);

        // Where nothing is released yet, the first head that was seen stays the beginning.
        stream.Begin = begin;
        var due = EpochPlan.Due(stream.Of, begin, head).ToList();
        if (due.Count > 0 && !await IsAgreedAsync(due[^1], cancellationToken))
        {
            // Deeper than this no endpoint's branch of its own goes on for long.
            due.RemoveAll(epoch => epoch.End > head - Doubtful);
        }

        foreach (var epochs in due.Chunk(ReleasedAtOnce))
        {
            var hashes = await HashesAsync([.. epochs.Select(epoch => epoch.End)], cancellationToken);
            foreach (var epoch in epochs)
            {
                await _ledger.ReleaseAsync(stream.Of, epoch, hashes[epoch.End].ToString(), cancellationToken);
                stream.Begin = epoch.End + 1;
                Released(epoch, stream.Of);
            }
        }
    }

    /// <summary>True when more than one endpoint's word says that this is the chain, where there are several.</summary>
    private async Task<bool> IsAgreedAsync(Epoch epoch, CancellationToken cancellationToken)
    {
        var hash = (await HashesAsync([epoch.End], cancellationToken))[epoch.End];
        return await _client.IsAgreedAsync(epoch.End, hash, cancellationToken);
    }

    /// <summary>
    /// Invalidates epochs whose last block is another one now, and releases them anew with that. False while it cannot
    /// be said of all, since the chain has not come back to where it was.
    /// </summary>
    private async Task<bool> AreStandingAsync(EpochStream stream, long head, CancellationToken cancellationToken)
    {
        var isDone = true;
        var left = new Stack<(Epoch Epoch, Hash32 Hash)>();
        foreach (var one in _ledger.Newest(stream, Watched))
        {
            if (one.LastBlockHash is null)
            {
                continue;
            }

            if (one.Epoch.End > head)
            {
                isDone = false;
                continue;
            }

            var hash = (await HashesAsync([one.Epoch.End], cancellationToken))[one.Epoch.End];
            if (one.InvalidatedAt is null
                && string.Equals(hash.ToString(), one.LastBlockHash, StringComparison.OrdinalIgnoreCase))
            {
                // What hangs on the same block is the same: older epochs stand too.
                break;
            }

            if (!await _client.IsAgreedAsync(one.Epoch.End, hash, cancellationToken))
            {
                isDone = false;
                left.Clear();
                continue;
            }

            if (await _ledger.InvalidateAsync(stream, one.Epoch, cancellationToken))
            {
                Invalidated(one.Epoch, stream, one.LastBlockHash, hash);
            }

            left.Push((one.Epoch, hash));
        }

        return await ReleaseAnewAsync(stream, left, head, cancellationToken) && isDone;
    }

    /// <summary>
    /// Oldest first: should it end half-way, what still is invalid is newer than all that stands. False when some are
    /// not yet as far behind the head as epochs have to be.
    /// </summary>
    private async Task<bool> ReleaseAnewAsync(
        EpochStream stream, Stack<(Epoch Epoch, Hash32 Hash)> left, long head, CancellationToken cancellationToken)
    {
        while (left.TryPop(out var one))
        {
            if (one.Epoch.End > head - stream.HeadOffset)
            {
                return false;
            }

            await _ledger.ReleaseAsync(stream, one.Epoch, one.Hash.ToString(), cancellationToken);
            ReleasedAnew(one.Epoch, stream, one.Hash);
        }

        return true;
    }

    private async Task<Dictionary<long, Hash32>> HashesAsync(
        IReadOnlyList<long> numbers, CancellationToken cancellationToken)
    {
        var hashes = new Dictionary<long, Hash32>();
        foreach (var number in numbers)
        {
            if (_heads.HashAt(number) is { } known)
            {
                hashes.Add(number, known);
            }
        }

        foreach (var header in await _client.HeadersAsync(
            [.. numbers.Where(number => !hashes.ContainsKey(number))], cancellationToken))
        {
            hashes.Add(header.Number, header.Hash);
        }

        return hashes;
    }

    [LoggerMessage(LogLevel.Information, "Epoch {Epoch} of {Stream} is released.")]
    private partial void Released(Epoch epoch, EpochStream stream);

    [LoggerMessage(LogLevel.Warning,
        "Epoch {Epoch} of {Stream} is invalid: the chain left its last block {Old} for {Now}. A larger head offset"
        + " makes this rarer.")]
    private partial void Invalidated(Epoch epoch, EpochStream stream, string old, Hash32 now);

    [LoggerMessage(LogLevel.Warning, "Epoch {Epoch} of {Stream} is released anew, with the last block {Hash}: votes on"
        + " its former blocks are void.")]
    private partial void ReleasedAnew(Epoch epoch, EpochStream stream, Hash32 hash);

    [LoggerMessage(LogLevel.Warning, "Epochs wait: {Problem}")]
    private partial void ReleaseWaits(string problem);

    /// <summary>What is remembered of a stream while it runs.</summary>
    private sealed class Stream(EpochStream of, long beginBlock)
    {
        public EpochStream Of => of;

        /// <summary>The first block of the next epoch where the ledger has none.</summary>
        public long? Begin { get; set; } = beginBlock > 0 ? beginBlock : null;

        /// <summary>True while epochs may be of blocks that the chain has left; at a start nobody knows.</summary>
        public bool IsDoubted { get; set; } = true;
    }
}
