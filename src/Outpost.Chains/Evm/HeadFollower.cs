using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Outpost.Sdk.Evm;

namespace Outpost.Chains.Evm;

/// <summary>
/// Follows the newest block of an EVM chain and finds reorganisations by the hashes of parents. It asks when a block is
/// due by the chain's own pace, and at once when a websocket tells of one. Used by one reader.
/// </summary>
public sealed partial class HeadFollower
{
    // A chain that moves while it is read is read again; more often than this it waits for the next look.
    private const int MaxTries = 3;

    // The first blocks below a head that hangs on nothing known; then twice as many, and so on.
    private const int FirstBelow = 8;

    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(1);

    private readonly EvmClient _client;
    private readonly HeadOptions _options;
    private readonly HeadPace _pace;
    private readonly ILogger _logger;
    private readonly HeaderTrail _trail;

    /// <param name="client">Stays with its owner.</param>
    public HeadFollower(EvmClient client, HeadOptions options, ILoggerFactory loggers)
    {
        (_client, _options) = (client, options);
        _logger = loggers.CreateLogger<HeadFollower>();
        _trail = new HeaderTrail(options.Depth);
        _pace = new HeadPace(client.Time);
    }

    /// <summary>The hash of a block of the branch that counts, as far as its headers are kept; else null.</summary>
    public Hash32? HashAt(long number) => _trail.At(number)?.Hash;

    /// <summary>
    /// Every change of the newest block from now on, the first at once; a reader that is slow gets fewer and larger
    /// changes. Ends only by cancellation: endpoints that fail are waited for.
    /// </summary>
    public async IAsyncEnumerable<HeadChange> FollowAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var sockets = _client.Sockets(_logger);
        var listening = sockets.RunAsync(ended.Token);
        try
        {
            await foreach (var change in LoopAsync(sockets.Hints, cancellationToken))
            {
                yield return change;
            }
        }
        finally
        {
            await ended.CancelAsync();
            await listening.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Asks for the newest block once; null when it is the one that was known.</summary>
    public async Task<HeadChange?> LookAsync(CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await LookOnceAsync(cancellationToken);
            }
            catch (ChainException e)
                when (attempt < MaxTries && e.Fault is ChainFault.BadReply or ChainFault.NotFound)
            {
                LookFailed(LogLevel.Debug, e.Message);
            }
        }
    }

    private async IAsyncEnumerable<HeadChange> LoopAsync(
        ChannelReader<long> hints, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var isHinted = false;
        for (var failures = 0; ;)
        {
            HeadChange? change = null;
            var pause = PauseAfterFailure;
            try
            {
                change = await LookAsync(cancellationToken);
                pause = _pace.Next(change is not null, isHinted, _trail.BlockTime);
                failures = 0;
            }
            catch (ChainException e)
            {
                // One failure may be an accident; the second one is told, and the same again is no news.
                LookFailed(++failures == 2 ? LogLevel.Warning : LogLevel.Debug, e.Message);
            }

            if (change is not null)
            {
                yield return change;
            }

            isHinted = await WaitAsync(hints, pause, cancellationToken);
        }
    }

    /// <summary>True when a websocket told of a block before the pause was over.</summary>
    private async Task<bool> WaitAsync(
        ChannelReader<long> hints, TimeSpan pause, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var over = Task.Delay(pause, _client.Time, either.Token);
        await Task.WhenAny(over, hints.WaitToReadAsync(either.Token).AsTask());
        cancellationToken.ThrowIfCancellationRequested();
        await either.CancelAsync();
        return hints.TryRead(out _);
    }

    private async Task<HeadChange?> LookOnceAsync(CancellationToken cancellationToken)
    {
        var head = _options.Tag == BlockId.Latest
            ? await _client.HeadAsync(cancellationToken)
            : await _client.HeaderAsync(_options.Tag, cancellationToken);
        if (head is null || head.Hash == _trail.Head?.Hash)
        {
            return null;
        }

        if (_trail.Head is not { } before)
        {
            _trail.Take([.. await BelowAsync(head, _options.Depth - 1, cancellationToken), head]);
            return new HeadChange(head, -1, IsReorganisation: false, IsBeyondTrail: false);
        }

        if (_trail.Contains(head))
        {
            return Lower(head, before);
        }

        return await BranchAsync(head, before, cancellationToken);
    }

    /// <summary>A known block below the newest one: an endpoint lags, unless none stands by newer ones.</summary>
    private HeadChange? Lower(EvmHeader head, EvmHeader before)
    {
        if (_client.SeenHeight >= before.Number || _options.Tag != BlockId.Latest)
        {
            return null;
        }

        _trail.CutTo(head.Number);
        BlocksLeft(before.Number - head.Number, head.Number);
        return new HeadChange(head, head.Number, IsReorganisation: true, IsBeyondTrail: false);
    }

    private async Task<HeadChange?> BranchAsync(
        EvmHeader head, EvmHeader before, CancellationToken cancellationToken)
    {
        var branch = await ToTrailAsync(head, before, cancellationToken);
        var isBeyond = !_trail.HoldsParentOf(branch[0]);
        var lastCommon = branch[0].Number - 1;
        if (isBeyond && lastCommon > before.Number)
        {
            // A long pause: the blocks between are too many to keep, and the known ones are still there or not.
            return await AfterPauseAsync(branch, before, cancellationToken);
        }

        var isReorganisation = lastCommon < before.Number;
        if (isReorganisation && !await IsBelievedAsync(branch[0], cancellationToken))
        {
            return null;
        }

        _trail.Take(branch);
        if (isReorganisation)
        {
            BlocksLeft(before.Number - lastCommon, lastCommon);
        }

        return new HeadChange(head, lastCommon, isReorganisation, isBeyond);
    }

    /// <summary>The branch from the first block that is not known up to its head.</summary>
    private async Task<List<EvmHeader>> ToTrailAsync(
        EvmHeader head, EvmHeader before, CancellationToken cancellationToken)
    {
        List<EvmHeader> branch = [head];
        var oldest = Math.Max(0, _trail.Oldest!.Number - 1);
        var below = head.Number - before.Number - 1;
        while (!_trail.HoldsParentOf(branch[0]) && branch[0].Number - 1 > oldest && branch.Count < _options.Depth)
        {
            var most = Math.Min(branch[0].Number - 1 - oldest, _options.Depth - branch.Count);
            var count = Math.Clamp(below > 0 ? below : Math.Max(FirstBelow, branch.Count), 1, most);
            branch.InsertRange(0, await BelowAsync(branch[0], count, cancellationToken));
            below = 0;
        }

        var first = branch.FindLastIndex(_trail.HoldsParentOf);
        return first > 0 ? branch[first..] : branch;
    }

    private async Task<HeadChange?> AfterPauseAsync(
        List<EvmHeader> branch, EvmHeader before, CancellationToken cancellationToken)
    {
        var now = await _client.HeadersAsync(_trail.Oldest!.Number, before.Number, cancellationToken);
        var common = now.LastOrDefault(_trail.Contains);
        var isReorganisation = common?.Number != before.Number;
        if (isReorganisation && !await IsBelievedAsync(now[^1], cancellationToken))
        {
            return null;
        }

        _trail.Take(branch);
        return new HeadChange(
            branch[^1], common?.Number ?? now[0].Number - 1, isReorganisation, IsBeyondTrail: common is null);
    }

    /// <summary>Known blocks are left only for one that most endpoints show.</summary>
    private async Task<bool> IsBelievedAsync(EvmHeader header, CancellationToken cancellationToken)
    {
        var isAgreed = await _client.IsAgreedAsync(header.Number, header.Hash, cancellationToken);
        if (!isAgreed)
        {
            BranchDoubted(header.Number, header.Hash);
        }

        return isAgreed;
    }

    /// <summary>The blocks right below this one, oldest first; they hang together, and the block on them.</summary>
    private async Task<IReadOnlyList<EvmHeader>> BelowAsync(
        EvmHeader header, long count, CancellationToken cancellationToken)
    {
        var from = Math.Max(0, header.Number - count);
        var headers = await _client.HeadersAsync(from, header.Number - 1, cancellationToken);
        return headers.Count == 0 || header.Follows(headers[^1])
            ? headers
            : throw new ChainException(ChainFault.BadReply, "blocks below the newest", null,
                $"{header} does not hang on {headers[^1]}: the chain moved; ask again");
    }

    [LoggerMessage(LogLevel.Information,
        "The chain left its last {Count} blocks: block {LastCommon} is the newest that stays.")]
    private partial void BlocksLeft(long count, long lastCommon);

    [LoggerMessage(LogLevel.Information,
        "An endpoint shows another block {Number} ({Hash}), and most endpoints do not: it does not count.")]
    private partial void BranchDoubted(long number, Hash32 hash);

    [LoggerMessage("The newest block was not found: {Problem}")]
    private partial void LookFailed(LogLevel level, string problem);
}
