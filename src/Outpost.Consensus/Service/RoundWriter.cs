using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Outpost.Consensus.Store;

namespace Outpost.Consensus.Service;

/// <summary>
/// The one writer: takes what has gathered, applies it to the rounds, writes it in one transaction, and answers when it
/// is on disk. Nobody else touches a round, so nothing is locked; readers read the store. Closing times are kept in the
/// store and so outlive the process.
/// </summary>
internal sealed partial class RoundWriter : IAsyncDisposable
{
    /// <summary>Tasks that wait; beyond them the service says that it is busy.</summary>
    private const int MostWaiting = 65_536;

    /// <summary>In one transaction: more would make the first of them wait for the last.</summary>
    private const int MostInBatch = 8192;

    /// <summary>After a failed transaction, before rounds that are due are tried again.</summary>
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(1);

    private readonly Channel<WriterTask> _tasks = Channel.CreateBounded<WriterTask>(
        new BoundedChannelOptions(MostWaiting) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    private readonly IStoreWriter _store;
    private readonly RoundBatch _batch;
    private readonly ClosingTimes _closing;
    private readonly SteadyClock _clock;
    private readonly TimeProvider _time;
    private readonly ILogger _log;

    public RoundWriter(
        IStoreWriter store, ConsensusOptions options, SteadyClock clock, TimeProvider time, ILogger<RoundWriter> log)
    {
        _store = store;
        _clock = clock;
        _time = time;
        _log = log;
        _closing = new ClosingTimes(clock, time, () => _tasks.Writer.TryWrite(new WriterTask.Tick()));
        _batch = new RoundBatch(store, options, _closing);
    }

    /// <summary>
    /// Hears of all that was written, after it is on disk and before its askers are answered; must be quick, and must
    /// not throw.
    /// </summary>
    public event Action<IReadOnlyList<Change>>? Committed;

    /// <summary>Rounds in memory.</summary>
    public int RoundsHeld => _batch.Held;

    /// <summary>Asks for something; the task's end says that it is on disk.</summary>
    public Task WriteAsync(WriterTask task)
    {
        if (!_tasks.Writer.TryWrite(task))
        {
            task.Fail(new ConsensusException("The service has more to write than it can; ask again in a second.")
            {
                IsTransient = true,
            });
        }

        return task.Written;
    }

    /// <summary>Writes until the token stops it; what was taken before is still answered.</summary>
    /// <param name="open">The rounds that an earlier run left open.</param>
    public async Task RunAsync(IEnumerable<OpenRound> open, CancellationToken cancellationToken)
    {
        foreach (var round in open)
        {
            _closing.Add(round.Key, round.ClosesAt);
        }

        using var stop = cancellationToken.Register(() => _tasks.Writer.TryComplete());
        _closing.Start();
        var tasks = new List<WriterTask>();
        try
        {
            while (await _tasks.Reader.WaitToReadAsync(CancellationToken.None))
            {
                while (tasks.Count < MostInBatch && _tasks.Reader.TryRead(out var task))
                {
                    tasks.Add(task);
                }

                await TakeAsync(tasks);
                tasks.Clear();
            }
        }
        finally
        {
            // After a fault of this program nobody is left waiting.
            _tasks.Writer.TryComplete();
            while (_tasks.Reader.TryRead(out var task))
            {
                tasks.Add(task);
            }

            var stopped = new ConsensusException("The service has stopped.") { IsTransient = true };
            tasks.ForEach(task => task.Fail(stopped));
        }
    }

    public async ValueTask DisposeAsync()
    {
        _tasks.Writer.TryComplete();
        _closing.Dispose();
        await _store.DisposeAsync();
    }

    private async Task TakeAsync(List<WriterTask> tasks)
    {
        var now = _clock.Now;
        try
        {
            var changes = await _batch.WriteAsync(tasks, now);
            if (changes.Count > 0)
            {
                Committed?.Invoke(changes);
            }

            tasks.ForEach(task => task.Complete());
            _closing.Start();
        }
        catch (ConsensusException fault)
        {
            Failed(tasks.Count, fault.Message);
            tasks.ForEach(task => task.Fail(fault));
            _closing.StartAfter(RetryPause);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Count} changes could not be written and were refused: {Reason}")]
    private partial void Failed(int count, string reason);
}
