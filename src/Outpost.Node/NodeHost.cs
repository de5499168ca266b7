using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Outpost.Chains;
using Outpost.Chains.Allora;
using Outpost.Chains.Cosmos;
using Outpost.Chains.Keys;
using Outpost.Node.Blocks;
using Outpost.Node.Control;
using Outpost.Node.Journal;
using Outpost.Node.Status;
using Outpost.Node.Submission;
using Outpost.Node.Windows;

namespace Outpost.Node;

/// <summary>What the world gives to a node: the network, time, chance and a place for log lines.</summary>
public sealed record NodeSurroundings(
    HttpMessageHandler ChainNetwork, HttpMessageHandler ModelNetwork, TimeProvider Time, Random Random,
    ILoggerFactory Loggers);

/// <summary>One node: builds its rooms, runs them until it is told to stop, and shows what they do.</summary>
public sealed partial class NodeHost
{
    /// <summary>Until the chain's headers tell, blocks are thought to come this often.</summary>
    private static readonly TimeSpan FirstBlockTime = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan StallPeriod = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan JournalPeriod = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Blocks that wait to be searched for our transactions; the late search finds what a lost one held.
    /// </summary>
    private const int BlocksKept = 64;

    private readonly NodeOptions _options;
    private readonly AccountKey _key;
    private readonly NodeSurroundings _around;
    private readonly ILogger<NodeHost> _logger;
    private readonly StatusBoard _board;
    private readonly BlockClock _clock;
    private readonly Blackouts _blackouts = new();
    private volatile DutyJournal? _journal;
    private volatile SubmissionLane? _lane;
    private volatile FundsForecast? _funds;

    public NodeHost(NodeOptions options, AccountKey key, NodeSurroundings surroundings)
    {
        _options = options;
        _key = key;
        _around = surroundings;
        _logger = surroundings.Loggers.CreateLogger<NodeHost>();
        _board = new StatusBoard(key.Address, options.Topics.Select(topic => topic.Topic), surroundings.Time);
        _clock = new BlockClock(surroundings.Time, FirstBlockTime);
    }

    /// <summary>The newest picture of the node; cheap, and safe to read from any thread.</summary>
    public NodeStatus Status
    {
        get
        {
            var picture = _board.Picture(_clock);
            string?[] notices = [picture.Line, _lane?.Notice, _journal?.Trouble];
            return picture with { Line = string.Join("; ", notices.OfType<string>()), BalanceDays = _funds?.DaysLeft };
        }
    }

    /// <summary>
    /// Runs until cancelled. On cancellation it takes no new duties and returns when what is being sent stands in the
    /// journal. Throws only what no waiting can mend: a journal that cannot be used, or a fault in Outpost itself.
    /// </summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var start = new NodeStart(_around, _clock, _board);
        using var journal = await start.OpenJournalAsync(_options.JournalPath, cancellationToken);
        if (journal is null)
        {
            return;
        }

        _journal = journal;
        await using var cosmos = new CosmosClient(
            _options.Chain, _around.ChainNetwork, _around.Time, _around.Random, _around.Loggers);
        await using var control = ControlSocket.Start(
            _options.JournalPath, cosmos, _around.Time, _around.Loggers.CreateLogger<ControlSocket>());
        var allora = new AlloraClient(cosmos);
        using var models = new HttpMessageInvoker(_around.ModelNetwork, disposeHandler: false);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            await start.ConnectAsync(cosmos, allora, _key.Address, stop.Token);
            journal.Claim(cosmos.ChainId, _key.Address);

            var lane = new SubmissionLane(_options.Lane, _key, new LaneSurroundings(
                cosmos, journal, _clock, _around.Time, _around.Loggers.CreateLogger<SubmissionLane>()));
            _lane = lane;
            _funds = new FundsForecast(lane.Spending, _around.Time, _around.Loggers.CreateLogger<FundsForecast>());
            var runner = new DutyRunner(
                new DutyRooms(allora, journal, _clock, _around.Time, lane, _board),
                _around.Loggers.CreateLogger<DutyRunner>());
            await using var entrypoints = new Entrypoints(models, _around.Time, _around.Loggers);
            var rooms = new ReadinessRooms(cosmos, allora, lane, _clock, _board);
            using var readiness = new TopicReadiness(_key.Address, _options.Lane.FeeGranter, rooms);
            using var watches = new Watches(
                _options, _key, _around, entrypoints, rooms, readiness,
                random => new WatchRooms(runner, journal, _clock, _blackouts, _board, _around.Time, random), models);

            var blocks = Channel.CreateBounded<Block>(
                new BoundedChannelOptions(BlocksKept) { FullMode = BoundedChannelFullMode.DropOldest });
            var isFollowing = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await AllAsync(stop,
                lane.RunAsync(stop.Token),
                FollowAsync(cosmos, start, watches, blocks.Writer, isFollowing, stop.Token),
                SearchAsync(lane, blocks.Reader, stop.Token),
                ServeAsync(watches, journal, isFollowing.Task, stop),
                BalanceAsync(cosmos, stop.Token),
                new StandstillWatch(
                    cosmos, _clock, _around.Time, _around.Loggers.CreateLogger<StandstillWatch>()).RunAsync(stop.Token),
                LookForStallsAsync(stop.Token),
                KeepJournalAsync(journal, stop.Token));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            _board.Node("Stopped", isWatching: false);
        }
    }

    /// <summary>The one reader of the chain's blocks: time first, then the windows, then our transactions.</summary>
    private async Task FollowAsync(
        CosmosClient cosmos, NodeStart start, Watches watches,
        ChannelWriter<Block> searched, TaskCompletionSource isFollowing, CancellationToken stop)
    {
        bool? hasEvents = null;
        await foreach (var block in cosmos.BlocksAsync(stop))
        {
            start.Note(block, _blackouts);
            await _clock.AdvanceAsync(block.Newest);
            foreach (var happened in AlloraEvent.Read(block.Events ?? []))
            {
                watches.Tell(happened);
            }

            if (hasEvents != (block.Events is not null) || block.IsAfterDoubtful)
            {
                hasEvents = block.Events is not null;
                watches.Doubt(hasEvents.Value);
            }

            isFollowing.TrySetResult();
            searched.TryWrite(block);
        }
    }

    private static async Task SearchAsync(SubmissionLane lane, ChannelReader<Block> blocks, CancellationToken stop)
    {
        await foreach (var block in blocks.ReadAllAsync(stop))
        {
            await lane.SeeAsync(block, stop);
        }
    }

    private async Task ServeAsync(
        Watches watches, DutyJournal journal, Task isFollowing, CancellationTokenSource stop)
    {
        await isFollowing.WaitAsync(stop.Token);
        _board.Node($"Watching {watches.Count} {(watches.Count == 1 ? "topic" : "topics")}", isWatching: true);
        Watching(watches.Count, _clock.Head);
        await AllAsync(stop, watches.Run(journal, _clock, stop.Token));
    }

    /// <summary>
    /// Keeps the balance on the board true while duties spend it: asked after a window, never while idle.
    /// </summary>
    private async Task BalanceAsync(CosmosClient cosmos, CancellationToken stop)
    {
        for (var ended = -1; ;)
        {
            var picture = Status;
            var endedNow = picture.Topics.Sum(topic => topic.Included + topic.Missed);
            if (endedNow != ended)
            {
                ended = endedNow;
                try
                {
                    var balance = await cosmos.BalanceAsync(_key.Address, stop);
                    _board.Balance(balance);
                    _funds!.Look(_options.Lane.FeeGranter ?? _key.Address,
                        _options.Lane.FeeGranter is { } payer ? await cosmos.BalanceAsync(payer, stop) : balance);
                }
                catch (ChainException fault)
                {
                    BalanceUnknown(fault.Message);
                }
            }

            await Task.Delay(LongestPause, _around.Time, stop);
        }
    }

    /// <summary>Says it loudly when a topic stands still without a word.</summary>
    private async Task LookForStallsAsync(CancellationToken stop)
    {
        var stalls = new Stalls();
        using var timer = new PeriodicTimer(StallPeriod, _around.Time);
        while (await timer.WaitForNextTickAsync(stop))
        {
            foreach (var (topic, line) in stalls.Look(Status))
            {
                Stalled(topic, line);
            }
        }
    }

    /// <summary>After a full disk the records of meanwhile are written, whether new ones come or not.</summary>
    private async Task KeepJournalAsync(DutyJournal journal, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(JournalPeriod, _around.Time);
        while (await timer.WaitForNextTickAsync(stop))
        {
            journal.WriteWaiting();
        }
    }

    /// <summary>Runs all until one ends; then stops the others and hands on what ended it.</summary>
    private static async Task AllAsync(CancellationTokenSource stop, params Task[] loops)
    {
        await Task.WhenAny(loops);
        await stop.CancelAsync();
        await Task.WhenAll(loops);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Watching {Count} topics from block {Head}")]
    private partial void Watching(int count, Height head);

    [LoggerMessage(Level = LogLevel.Error, Message = "Topic {Topic} stands still, a fault in Outpost: {Line}")]
    private partial void Stalled(TopicId topic, string line);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The balance is not known: {Detail}")]
    private partial void BalanceUnknown(string detail);
}
