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
using Outpost.Node.Duties;
using Outpost.Node.Journal;
using Outpost.Node.Submission;
using BlockClock = Outpost.Node.Blocks.BlockClock;

namespace Outpost.Benchmarks;

/// <summary>
/// 100,000 transactions through one lane on a chain in memory, while mempools lose them, replies get lost and the lane
/// is stopped and started anew on its journal. The faults of a seed are always the same; a window that opens for all
/// topics at once follows the other.
/// </summary>
internal sealed class LaneHundredThousand : IChainWitness
{
    private const int Topics = 400;
    private const int Rounds = 250;
    private const int Epoch = 104;
    private const int Window = 100;
    private const int RoundsPerRun = 25;
    private const uint WrongSequence = 32;

    private static readonly FaultKind[] Kinds = [FaultKind.TxEvicted, FaultKind.TxLostReply];
    private static readonly TimeSpan BlockTime = TimeSpan.FromMilliseconds(20);

    private readonly HashSet<PayloadName> _delivered = [];
    private readonly AccountKey _key = AccountKey.FromPrivateKey(Convert.FromHexString(new string('7', 64)));
    private readonly BlockClock _clock = new(TimeProvider.System, BlockTime);
    private int _wrong;
    private int _duplicates;
    private int _transactions;

    internal static async Task<IReadOnlyList<Figure>> MeasureAsync(CancellationToken cancellationToken) =>
        await new LaneHundredThousand().RunAsync(new Random(1), cancellationToken);

    public void Opened(WindowOpening opening)
    {
    }

    public void Checked(CheckedTransaction transaction) => Judge(transaction.Codespace, transaction.Code);

    public void Committed(CommittedBlock block)
    {
        foreach (var transaction in block.Transactions)
        {
            _transactions++;
            Judge(transaction.Codespace, transaction.Code);
            _duplicates += transaction.Payloads.Count(name => !_delivered.Add(name));
        }
    }

    private void Judge(string codespace, uint code) => _wrong += codespace == "sdk" && code == WrongSequence ? 1 : 0;

    private async Task<IReadOnlyList<Figure>> RunAsync(Random chance, CancellationToken cancellationToken)
    {
        var shape = new Devnet.TopicOptions
        {
            Id = new TopicId(1),
            EpochLength = Epoch,
            GroundTruthLag = Epoch,
            WorkerWindow = Window,
            RegisteredWorkers = [_key.Address],
        };
        await using var devnet = Devnet.Devnet.InMemory(
            new DevnetOptions
            {
                BlockTime = null,
                Topics = DevnetOptions.ManyTopics(Topics, shape),
                Balances = new Dictionary<string, BigInteger> { [_key.Address] = BigInteger.Pow(10, 24) },
            },
            TimeProvider.System);
        devnet.Observer.Add(this);
        using var network = devnet.Network();
        var folder = Directory.CreateTempSubdirectory("outpost-bench-").FullName;
        var began = TimeProvider.System.GetTimestamp();
        var included = 0;
        for (var round = 0; round < Rounds; round += RoundsPerRun)
        {
            included += await ServeAsync(devnet, network, Path.Combine(folder, "lane.db"), chance, cancellationToken);
            Console.Error.WriteLine($"{included} included, {_wrong} wrong sequences, {_duplicates} duplicates");
        }

        var seconds = TimeProvider.System.GetElapsedTime(began).TotalSeconds;
        Directory.Delete(folder, recursive: true);
        Console.Error.WriteLine($"{_transactions} transactions in blocks, {included / seconds:F0} included a second");
        return
        [
            Figure.AtMost(0, "lane-100k-wrong-sequences", _wrong, "answers"),
            Figure.AtMost(0, "lane-100k-duplicates", _duplicates, "duties"),
            Figure.AtMost(0, "lane-100k-lost", (Rounds * Topics) - included, "duties"),
            Figure.AtMost(10, "lane-100k-time", seconds * 1000 / Math.Max(1, included), "ms per transaction"),
        ];
    }

    /// <summary>One life of the lane: some rounds, each under a fault that ends in mid-window.</summary>
    private async Task<int> ServeAsync(
        Devnet.Devnet devnet, HttpMessageHandler network, string path, Random chance,
        CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var journal = DutyJournal.Open(path, TimeProvider.System);
        await using var cosmos = new CosmosClient(
            new CosmosOptions
            {
                Endpoints = [new EndpointOptions(EndpointKind.Rpc, devnet.Rpc)],
                AttemptTimeout = TimeSpan.FromMilliseconds(60),
            },
            network, TimeProvider.System, new Random(1), NullLoggerFactory.Instance);
        await ConnectAsync(cosmos, cancellationToken);
        var lane = new SubmissionLane(new LaneOptions(), _key, new LaneSurroundings(
            cosmos, journal, _clock, TimeProvider.System, NullLogger<SubmissionLane>.Instance));
        await _clock.AdvanceAsync(new Height(devnet.Height));
        var running = lane.RunAsync(stop.Token);
        var included = 0;
        for (var round = 0; round < RoundsPerRun; round++)
        {
            var nonce = devnet.Height + 1;
            while ((nonce - 2) % Epoch != 0)
            {
                nonce++;
            }

            await BlocksAsync(devnet, cosmos, lane, nonce, Task.CompletedTask, cancellationToken);
            var fault = Fault.Of(Kinds[chance.Next(Kinds.Length)]);
            devnet.Faults.Begin(fault);
            var duties = Enumerable.Range(1, Topics)
                .Select(topic => SubmitAsync(lane, journal, topic, nonce, stop.Token)).ToList();
            await BlocksAsync(devnet, cosmos, lane, nonce + 1 + chance.Next(3), null, cancellationToken);
            devnet.Faults.End(fault);
            var all = Task.WhenAll(duties);
            await BlocksAsync(devnet, cosmos, lane, nonce + Window + 2, all, cancellationToken);
            var ends = await all.WaitAsync(TimeSpan.FromSeconds(30), cancellationToken);
            included += ends.Count(isIncluded => isIncluded);
        }

        await stop.CancelAsync();
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return included;
    }

    private static async Task ConnectAsync(CosmosClient cosmos, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                await cosmos.ConnectAsync(cancellationToken);
                return;
            }
            catch (ChainException) when (tries < 20)
            {
                await Task.Delay(BlockTime, cancellationToken);
            }
        }
    }

    private async Task<bool> SubmitAsync(
        SubmissionLane lane, DutyJournal journal, int topic, long nonce, CancellationToken stop)
    {
        var id = new DutyId(Role.Inferer, new TopicId((ulong)topic), new Height(nonce));
        var closesAt = new Height(nonce + Window);
        journal.OpenDuty(new Duty(id, closesAt));
        if (!DecimalText.TryParse("3012.45", out var value, out var problem))
        {
            throw new InvalidOperationException(problem);
        }

        var message = WorkerMessages.Inference(EmissionsVersion.V10, id.Topic, id.Nonce, value, _key);
        var answer = await lane.SubmitAsync(new LaneRequest(message, closesAt, id), stop);
        journal.RecordEnd(id, answer is LaneAnswer.InBlock { Result: var result }
            ? new Outcome.Included(result.Height, result.Hash)
            : new Outcome.Missed(((LaneAnswer.NotIncluded)answer).Reason, ((LaneAnswer.NotIncluded)answer).Detail));
        return answer is LaneAnswer.InBlock { Result.Code: 0 };
    }

    private async Task BlocksAsync(
        Devnet.Devnet devnet, CosmosClient cosmos, SubmissionLane lane, long until, Task? all,
        CancellationToken cancellationToken)
    {
        while (devnet.Height < until)
        {
            // Blocks of seconds leave the lane time to finish; blocks of milliseconds have to wait for it.
            // Nobody waits for those in which nothing is left to be done.
            while (all is not { IsCompleted: true })
            {
                await Task.Delay(BlockTime / 4, cancellationToken);
                if (lane.IsIdle)
                {
                    break;
                }
            }

            await devnet.ProduceBlocksAsync(1, cancellationToken);
            var height = new Height(devnet.Height);
            cosmos.Saw(height);
            await _clock.AdvanceAsync(height);
            await lane.SeeAsync(new Block(height, null, null), cancellationToken);
        }
    }
}
