using Microsoft.Extensions.Logging;
using Outpost.Chains.Keys;
using Outpost.Node;
using Outpost.Simulation.Checks;
using Outpost.Simulation.Clock;
using Outpost.Simulation.Faults;

namespace Outpost.Simulation.World;

/// <summary>Where a process runs.</summary>
internal sealed record Machine(
    HttpMessageHandler Chain, HttpMessageHandler Models, SimulatedTime Time, Trace Trace, ILoggerFactory Loggers,
    Random Random);

/// <summary>An Outpost process on a machine whose disk outlives it. Starts, stops, freezes and dies as told.</summary>
internal sealed class NodeProcess(NodeOptions options, AccountKey key, JournalDisk disk, Machine machine) : IDisposable
{
    private Life _life = new();
    private ProcessTime? _time;
    private ProcessNetwork? _chain;
    private ProcessNetwork? _models;
    private CancellationTokenSource? _stop;
    private Task _running = Task.CompletedTask;
    private ITimer? _restart;
    private bool _isNameless;
    private TimeSpan _durableAt;
    private TimeSpan? _fullSince;
    private TimeSpan _freeSince;

    /// <summary>Null while it runs.</summary>
    public TimeSpan? DownSince { get; private set; } = TimeSpan.Zero;

    /// <summary>Told when it is down and when it is up again.</summary>
    public Action<TimeSpan, TimeSpan>? WasDown { get; set; }

    /// <summary>
    /// Told when it ended with records that were not on the disk, with the span that they are of: what was not durable
    /// when the power went, and what waited for room on a full disk.
    /// </summary>
    public Action<TimeSpan, TimeSpan>? LostRecords { get; set; }

    /// <summary>Told when it ended by itself, which it never should.</summary>
    public Action<string>? Broke { get; set; }

    /// <summary>True when what was not made durable may be lost: costs a copy of the journal a broadcast.</summary>
    public bool CanLosePower { get; init; }

    public void Start()
    {
        if (DownSince is not { } since)
        {
            return;
        }

        DownSince = null;
        if (since > TimeSpan.Zero)
        {
            WasDown?.Invoke(since, machine.Time.Elapsed);
        }

        _life = new Life();
        _time = new ProcessTime(machine.Time, _life);
        _chain = Network(machine.Chain);
        _models = Network(machine.Models);
        _stop?.Dispose();
        _stop = new CancellationTokenSource();
        if (CanLosePower)
        {
            _chain.Broadcasting = () =>
            {
                disk.MakeDurable();
                _durableAt = machine.Time.Elapsed;
            };
        }

        var host = new NodeHost(options with { JournalPath = disk.Path }, key, new NodeSurroundings(
            _chain, _models, _time, new Random(machine.Random.Next()), machine.Loggers));
        machine.Trace.Add("node", "starts");
        _running = RunAsync(host, _life, _stop.Token);
    }

    /// <summary>Kill -9, at a point of its work or now; it is started again after a while.</summary>
    public void Kill(DeathPoint point, bool losesPower, TimeSpan downFor)
    {
        if (DownSince is not null)
        {
            return;
        }

        if (point == DeathPoint.Now)
        {
            Die(losesPower, downFor);
        }
        else
        {
            _chain!.DieAt(point, () => Die(losesPower, downFor));
        }
    }

    public async Task StopAsync()
    {
        _restart?.Dispose();
        if (DownSince is null)
        {
            machine.Trace.Add("node", "is told to stop");
            DownSince = machine.Time.Elapsed;
            await _stop!.CancelAsync();
            await _running;
            LoseUnwritten();
        }
    }

    /// <summary>While the disk is full, and for a moment after, what is recorded lives in the process only.</summary>
    public void FillDisk(bool isFull)
    {
        if (isFull)
        {
            (_fullSince, _freeSince) = (machine.Time.Elapsed, TimeSpan.MaxValue);
        }
        else
        {
            _freeSince = machine.Time.Elapsed;
        }

        disk.Fill(isFull);
    }

    public void Freeze() => _life.Freeze();

    public void Thaw() => _life.Thaw();

    public void SetClockForward(TimeSpan offset) => _time!.WallClockOffset = offset;

    public void LoseNames(bool isNameless)
    {
        _isNameless = isNameless;
        _chain!.IsNameless = _models!.IsNameless = isNameless;
    }

    public void Dispose()
    {
        _restart?.Dispose();
        _stop?.Dispose();
    }

    private ProcessNetwork Network(HttpMessageHandler outside) =>
        new(outside, _life, machine.Trace) { IsNameless = _isNameless };

    private void Die(bool losesPower, TimeSpan downFor)
    {
        machine.Trace.Add("node", losesPower ? "loses its power" : "is killed");
        DownSince = machine.Time.Elapsed;
        if (losesPower)
        {
            LostRecords?.Invoke(_durableAt, machine.Time.Elapsed);
        }

        LoseUnwritten();
        _life.End();
        disk.Crash(losesPower);
        _restart?.Dispose();
        _restart = machine.Time.CreateTimer(_ => Start(), null, downFor, Timeout.InfiniteTimeSpan);
    }

    private void LoseUnwritten()
    {
        var hasWritten = _freeSince < machine.Time.Elapsed - Impediment.Of(WorldFaults.DiskFull.Name).Recovery;
        if (_fullSince is { } since && !hasWritten)
        {
            LostRecords?.Invoke(since, machine.Time.Elapsed);
        }
    }

    private async Task RunAsync(NodeHost host, Life life, CancellationToken stop)
    {
        // Not on the thread of whoever starts it: a process begins by itself.
        await Task.Yield();
        try
        {
            await host.RunAsync(stop);
            if (!stop.IsCancellationRequested)
            {
                Broke?.Invoke("the node ended without being told to");
            }
        }
        catch (Exception fault) when (!life.IsDead)
        {
            Broke?.Invoke($"the node broke: {fault}");
        }
    }
}
