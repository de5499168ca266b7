using Outpost.Devnet.Faults;

namespace Outpost.Devnet.Blocks;

/// <summary>Makes blocks by the block time or when asked, one at a time, as the faults let it.</summary>
internal sealed class BlockProduction : IAsyncDisposable
{
    private static readonly TimeSpan LongestPeriod = TimeSpan.FromDays(30);
    private readonly DevnetFaults _faults;
    private readonly TimeSpan? _blockTime;
    private readonly Action<DateTimeOffset> _produce;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _producing = new(1, 1);
    private readonly CancellationTokenSource _stopping = new();
    private Task _ticking = Task.CompletedTask;
    private long _jump;

    /// <param name="blockTime">Null: blocks come only when they are asked for.</param>
    /// <param name="produce">Makes one block with the time that is given.</param>
    public BlockProduction(
        DevnetFaults faults, TimeSpan? blockTime, Action<DateTimeOffset> produce, TimeProvider time)
    {
        (_faults, _blockTime, _produce, _time) = (faults, blockTime, produce, time);
        faults.Changed += Hear;
    }

    /// <summary>With a block time, blocks come by themselves from now on.</summary>
    public void Start()
    {
        if (_blockTime is { } blockTime)
        {
            _ticking = TickAsync(blockTime, _stopping.Token);
        }
    }

    /// <summary>Makes blocks now: none while the chain halts, more where it jumps.</summary>
    public async Task ProduceAsync(int count, CancellationToken cancellationToken)
    {
        for (var made = 0; made < count; made++)
        {
            await _producing.WaitAsync(cancellationToken);
            try
            {
                if (_faults.Find(FaultKind.ChainHalts) is not null)
                {
                    return;
                }

                for (var left = Math.Max(1, Interlocked.Exchange(ref _jump, 0)); left > 0; left--)
                {
                    _produce(_time.GetUtcNow());
                }
            }
            finally
            {
                _producing.Release();
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        _faults.Changed -= Hear;
        await _stopping.CancelAsync();
        await _ticking;
        _stopping.Dispose();
        _producing.Dispose();
    }

    private void Hear(Fault fault, bool isBeginning)
    {
        if (isBeginning && fault.Kind == FaultKind.ChainJumps)
        {
            Interlocked.Add(ref _jump, (long)fault.Amount);
        }
    }

    private async Task TickAsync(TimeSpan blockTime, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(blockTime, _time);
        void Pace(Fault fault, bool isBeginning)
        {
            if (fault.Kind == FaultKind.ChainSlows)
            {
                timer.Period = Period(blockTime);
            }
        }

        _faults.Changed += Pace;
        try
        {
            // Off the caller's thread, also for the first block.
            await Task.Yield();
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                await ProduceAsync(1, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Disposed: no more blocks.
        }
        finally
        {
            _faults.Changed -= Pace;
        }
    }

    private TimeSpan Period(TimeSpan blockTime)
    {
        var ticks = blockTime.Ticks * _faults.Factor(FaultKind.ChainSlows);
        return TimeSpan.FromTicks((long)Math.Clamp(
            ticks, TimeSpan.TicksPerMillisecond, LongestPeriod.Ticks));
    }
}
