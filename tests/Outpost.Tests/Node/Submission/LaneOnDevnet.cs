using System.Numerics;
using Microsoft.Extensions.Logging.Abstractions;
using Outpost.Chains;
using Outpost.Chains.Allora;
using Outpost.Chains.Cosmos;
using Outpost.Chains.Keys;
using Outpost.Chains.Wire;
using Outpost.Devnet;
using Outpost.Devnet.Faults;
using Outpost.Node;
using Outpost.Node.Compute;
using Outpost.Node.Duties;
using Outpost.Node.Journal;
using Outpost.Node.Roles;
using Outpost.Node.Status;
using Outpost.Node.Submission;
using Outpost.Tests.Devnet;
using BlockClock = Outpost.Node.Blocks.BlockClock;
using DevnetChain = Outpost.Devnet.Devnet;

namespace Outpost.Tests.Node.Submission;

/// <summary>
/// The lane alone on a chain in memory. Blocks come when the test makes them; time moves when the test moves it, and by
/// small steps while the lane waits for a reply.
/// </summary>
internal sealed class LaneOnDevnet : IAsyncDisposable
{
    public static readonly TimeSpan BlockTime = TimeSpan.FromSeconds(5);
    private static readonly Height Nonce = new(2);

    private readonly HttpMessageHandler _network;
    private readonly string _folder = Directory.CreateTempSubdirectory("lane").FullName;
    private readonly LaneOptions _options;
    private TimeSpan _step;
    private CancellationTokenSource _stop = new();
    private CosmosClient _cosmos = null!;
    private DutyJournal _journal = null!;
    private Task _running = Task.CompletedTask;

    private LaneOnDevnet(
        DevnetChain devnet, ManualTime time, LaneOptions options, TimeSpan delay, DelegatingHandler? around)
    {
        (Devnet, Time, _options) = (devnet, time, options);
        _network = devnet.Network(delay == TimeSpan.Zero ? null : () => delay);
        if (around is not null)
        {
            around.InnerHandler = _network;
            _network = around;
        }

        Clock = new BlockClock(time, BlockTime);
        devnet.Observer.Add(Witness);
    }

    public static AccountKey Key { get; } = AccountKey.FromPrivateKey(Convert.FromHexString(new string('7', 64)));

    public DevnetChain Devnet { get; }

    public ManualTime Time { get; }

    public BlockClock Clock { get; private set; }

    public SubmissionLane Lane { get; private set; } = null!;

    public RecordingWitness Witness { get; } = new();

    public string JournalPath => Path.Combine(_folder, "lane.db");

    /// <summary>Answers "incorrect account sequence", at the door or in a block.</summary>
    public int WrongSequences =>
        Witness.Checks.Count(one => one is { Codespace: "sdk", Code: 32 })
        + Committed.Count(one => one is { Codespace: "sdk", Code: 32 });

    public IEnumerable<CommittedTransaction> Committed => Witness.Blocks.SelectMany(block => block.Transactions);

    public int Duplicates => Committed.SelectMany(one => one.Payloads).GroupBy(name => name).Count(group => group.Count() > 1);

    /// <summary>Topics 1 to <paramref name="topics"/> open together at block 2, for so many blocks.</summary>
    public static async Task<LaneOnDevnet> StartAsync(
        int topics = 8, long window = 20, LaneOptions? lane = null, Func<DevnetOptions, DevnetOptions>? shape = null,
        TimeSpan delay = default, int stepMilliseconds = 5, DelegatingHandler? around = null)
    {
        var time = new ManualTime();
        var topic = new Outpost.Devnet.TopicOptions
        {
            Id = new TopicId(1),
            EpochLength = Math.Max(12, window * 2),
            GroundTruthLag = Math.Max(12, window * 2),
            WorkerWindow = window,
            FirstOpening = Nonce.Value,
            RegisteredWorkers = [Key.Address],
        };
        var options = new DevnetOptions
        {
            BlockTime = null,
            Topics = DevnetOptions.ManyTopics(topics, topic),
            Balances = new Dictionary<string, BigInteger> { [Key.Address] = BigInteger.Pow(10, 24) },
        };
        var world = new LaneOnDevnet(
            DevnetChain.InMemory(shape?.Invoke(options) ?? options, time), time, lane ?? new LaneOptions(), delay, around)
        {
            _step = TimeSpan.FromMilliseconds(stepMilliseconds),
        };
        await world.Clock.AdvanceAsync(new Height(world.Devnet.Height));
        await world.RunAsync();
        await world.BlockAsync();
        return world;
    }

    /// <summary>An answer for a topic whose window is open; the window ends by itself unless told otherwise.</summary>
    public Task<LaneAnswer> Submit(int topic, long? closesAt = null, Attempt? earlier = null, long nonce = 2)
    {
        var id = new DutyId(Role.Inferer, new TopicId((ulong)topic), new Height(nonce));
        var window = Devnet.Options.Topics[topic - 1].WorkerWindow;
        var duty = new Duty(id, new Height(closesAt ?? nonce + window));
        _journal.OpenDuty(duty);
        return Lane.SubmitAsync(new LaneRequest(MessageOf(id), duty.ClosesAt, id, earlier), _stop.Token);
    }

    public static Google.Protobuf.WellKnownTypes.Any MessageOf(DutyId id)
    {
        Assert.True(DecimalText.TryParse("3012.45", out var value, out _));
        return WorkerMessages.Inference(EmissionsVersion.V10, id.Topic, id.Nonce, value, Key);
    }

    /// <summary>Registers in a topic, which is no duty.</summary>
    public Task<LaneAnswer> Register(int topic, int forBlocks = 30) => Lane.SubmitAsync(
        new LaneRequest(
            WorkerMessages.Register(EmissionsVersion.V10, new TopicId((ulong)topic), Key.Address),
            new Height(Devnet.Height + forBlocks), null),
        _stop.Token);

    /// <summary>The whole life of a duty of the windows that opened at block 2.</summary>
    public async Task<Outcome> RunDutyAsync(int topic)
    {
        using var model = new HttpMessageInvoker(new ScriptedModel(ScriptedModel.Says("3012.45")));
        var options = new HttpEntrypointOptions { UrlTemplate = "http://model.local/{TopicId}" };
        await using var entrypoint = new EntrypointLadder(
            options, new HttpEntrypoint(options, model), null, Time, new Random(1), NullLogger.Instance);
        var allora = new AlloraClient(_cosmos);
        var rooms = new DutyRooms(
            allora, _journal, Clock, Time, Lane, new StatusBoard(Key.Address, [IdOf(topic).Topic], Time));
        var running = new DutyRunner(rooms, NullLogger<DutyRunner>.Instance).RunAsync(
            new Duty(IdOf(topic), new Height(Nonce.Value + Devnet.Options.Topics[topic - 1].WorkerWindow)),
            new WorkerWork(entrypoint, null, allora, Key, Time), _stop.Token);

        // It waits for the chain in between, and the lane is idle meanwhile: a block comes only when it has come to rest.
        for (var steps = 1; !running.IsCompleted; steps++)
        {
            await PassAsync(Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, _stop.Token));
            if (steps % 20 == 0)
            {
                await BlockAsync();
            }
        }

        return await running;
    }

    /// <summary>As a run leaves it that has computed the answer and sent nothing.</summary>
    public void Computed(int topic)
    {
        _journal.OpenDuty(new Duty(IdOf(topic), new Height(Nonce.Value + Devnet.Options.Topics[topic - 1].WorkerWindow)));
        _journal.RecordValue(IdOf(topic), "3012.45");
    }

    public static DutyId IdOf(int topic) => new(Role.Inferer, new TopicId((ulong)topic), Nonce);

    /// <summary>What the journal tells of a duty of the windows that opened at block 2.</summary>
    public IReadOnlyList<StoryEntry> Story(int topic) => _journal.Story(IdOf(topic));

    public IReadOnlyList<Attempt> OpenAttempts() => _journal.OpenAttempts();

    /// <summary>What the journal would give to a node that starts again.</summary>
    public Attempt? Earlier(int topic) =>
        _journal.Find(new DutyId(Role.Inferer, new TopicId((ulong)topic), Nonce))!.LastAttempt;

    /// <summary>What a node does with a duty, new or unfinished, to its end in the journal.</summary>
    public async Task<LaneAnswer> ServeAsync(int topic, long nonce)
    {
        var id = new DutyId(Role.Inferer, new TopicId((ulong)topic), new Height(nonce));
        var journal = _journal;
        var answer = await Submit(topic, nonce: nonce, earlier: journal.Find(id)?.LastAttempt);
        journal.RecordEnd(id, answer is LaneAnswer.InBlock { Result: var result }
            ? new Outcome.Included(result.Height, result.Hash)
            : new Outcome.Missed(((LaneAnswer.NotIncluded)answer).Reason, "in a test"));
        return answer;
    }

    public void Begin(FaultKind kind, decimal? amount = null) => Devnet.Faults.Begin(Fault.Of(kind, null, amount));

    public void End(FaultKind kind, decimal? amount = null) => Assert.True(Devnet.Faults.End(Fault.Of(kind, null, amount)));

    /// <summary>Another process with the same key: signs and sends by itself.</summary>
    public async Task<CheckResult> SendElsewhereAsync(ulong sequence, int topic, ulong gas = 400_000)
    {
        var account = (await _cosmos.AccountAsync(Key.Address, _stop.Token))!;
        var id = new DutyId(Role.Inferer, new TopicId((ulong)topic), Nonce);
        var draft = new TransactionDraft([MessageOf(id)], new Fee(gas * 10, gas), null, "elsewhere");
        var context = new SigningContext(Devnet.Options.ChainId, account.Number, sequence);
        return await _cosmos.BroadcastAsync(Transaction.Sign(draft, context, Key), _stop.Token);
    }

    /// <summary>Lets a block's time pass, makes blocks, and shows each to the lane.</summary>
    public async Task BlockAsync(int count = 1)
    {
        for (var made = 0; made < count; made++)
        {
            Time.Advance(BlockTime);
            await QuietAsync();
            await Devnet.ProduceBlocksAsync(1, TestContext.Current.CancellationToken);
            var height = new Height(Devnet.Height);
            _cosmos.Saw(height);
            await Clock.AdvanceAsync(height);
            await PassAsync(Lane.SeeAsync(new Block(height, null, null), _stop.Token));
            await QuietAsync();
        }
    }

    /// <summary>Until the lane has nothing to do but to wait.</summary>
    public async Task QuietAsync()
    {
        var from = TimeProvider.System.GetTimestamp();
        for (var looks = 1; !Lane.IsIdle; looks++)
        {
            Assert.False(_running.IsCompleted, _running.Exception?.ToString());
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, TestContext.Current.CancellationToken);
            if (looks % 4 == 0)
            {
                Time.Advance(_step);
            }

            Assert.True(TimeProvider.System.GetElapsedTime(from) < TimeSpan.FromSeconds(20), "the lane does not come to rest");
        }
    }

    /// <summary>Lets time pass until it is so, whatever the lane waits for.</summary>
    public Task PassUntilAsync(Func<bool> isSo)
    {
        return PassAsync(UntilAsync());

        async Task UntilAsync()
        {
            for (var looks = 0; !isSo(); looks++)
            {
                Assert.True(looks < 2_000, "it does not become so");
                await Task.Delay(
                    TimeSpan.FromMilliseconds(1), TimeProvider.System, TestContext.Current.CancellationToken);
            }
        }
    }

    public async Task RestartAsync()
    {
        await StopAsync();
        await StartAgainAsync();
    }

    public async Task StartAgainAsync()
    {
        Clock = new BlockClock(Time, BlockTime);
        await Clock.AdvanceAsync(new Height(Devnet.Height));
        await RunAsync();
    }

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        while (!_running.IsCompleted)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, TestContext.Current.CancellationToken);
            Time.Advance(_step);
        }

        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
        _journal.Dispose();
        await _cosmos.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await Devnet.DisposeAsync();
        _network.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Lets time pass until it is done.</summary>
    private async Task PassAsync(Task task)
    {
        while (!task.IsCompleted)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, TestContext.Current.CancellationToken);
            Time.Advance(_step);
        }

        await task;
    }

    private async Task RunAsync()
    {
        _stop = new CancellationTokenSource();
        _journal = DutyJournal.Open(JournalPath, Time);
        var endpoints = new CosmosOptions
        {
            Endpoints = [.. Devnet.Nodes.Select(node => new EndpointOptions(EndpointKind.Rpc, node.Rpc))],
        };
        _cosmos = new CosmosClient(endpoints, _network, Time, new Random(1), NullLoggerFactory.Instance);
        await PassAsync(_cosmos.ConnectAsync(_stop.Token));
        Lane = new SubmissionLane(_options, Key, new LaneSurroundings(
            _cosmos, _journal, Clock, Time, NullLogger<SubmissionLane>.Instance));
        _running = Lane.RunAsync(_stop.Token);
    }
}
