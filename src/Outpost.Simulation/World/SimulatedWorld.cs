using System.Numerics;
using Outpost.Chains.Allora;
using Outpost.Chains.Cosmos;
using Outpost.Chains.Keys;
using Outpost.Devnet;
using Outpost.Devnet.Faults;
using Outpost.Node;
using Outpost.Simulation.Checks;
using Outpost.Simulation.Clock;
using Outpost.Simulation.Faults;

namespace Outpost.Simulation.World;

/// <summary>A chain, its models, one node and its disk, with the faults of a plan coming and going.</summary>
internal sealed class SimulatedWorld : IDisposable
{
    private static readonly TimeSpan BlockTime = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromMilliseconds(80);

    private static readonly TimeSpan BetweenReadings = TimeSpan.FromDays(5);

    // A transaction costs some four million uallo.
    private static readonly BigInteger Coins = BigInteger.Pow(10, 16);

    private readonly SimulationOptions _options;
    private readonly SimulatedTime _time;
    private readonly Devnet.Devnet _devnet;
    private readonly FaultBoard _models = new();
    private readonly NodeProcess _node;
    private readonly NodeProcess _other;
    private readonly JournalDisk _otherDisk;
    private readonly AccountKey _key;
    private readonly ServedTopics _topics;
    private readonly List<ITimer> _timers = [];

    public SimulatedWorld(SimulationOptions options, SimulatedTime time, Trace trace)
    {
        (_options, _time) = (options, time);
        var random = new Random(options.Seed);
        _key = NewKey(random);
        var devnetSeed = random.Next();
        _topics = new ServedTopics(options.Topics, random);
        Obstacles = new Obstacles(options.Nodes);
        _devnet = Devnet.Devnet.InMemory(
            new DevnetOptions
            {
                Seed = devnetSeed,
                BlockTime = BlockTime,
                Nodes = options.Nodes,
                Topics = _topics.OnChain,
                Balances = new Dictionary<string, BigInteger> { [_key.Address] = Coins },
                Version = options.Plan.Any(fault => fault.Kind == FaultKind.Upgrade)
                    ? EmissionsVersion.V9 : EmissionsVersion.V10,
            },
            time);
        Chain = new ChainSide(time, _key.Address, _topics.Roles);
        _devnet.Observer.Add(Chain);
        var delays = new Random(random.Next());
        var log = new SimulationLog(trace, line => Troubles.Add($"{_time.Elapsed:d\\.hh\\:mm\\:ss} {line}"));
        var machine = new Machine(
            _devnet.Network(() => LongestDelay * delays.NextDouble()),
            new ModelNetwork(_models, time, new Random(random.Next()), _key.Address), time, trace, log, random);
        var nodeOptions = NodeOptions();
        Disk = new JournalDisk();
        _otherDisk = new JournalDisk();
        _node = new NodeProcess(nodeOptions, _key, Disk, machine)
        {
            CanLosePower = options.Plan.Any(fault => fault.Kind == WorldFaults.PowerLoss),
            Broke = Troubles.Add,
            WasDown = (from, to) => Obstacles.Add(new Obstacle(WorldFaults.NodeKilled.Name, null, from, to)),
            LostRecords = (from, to) => Obstacles.Add(new Obstacle(Impediment.RecordsLost, null, from, to)),
        };
        _other = new NodeProcess(nodeOptions, _key, _otherDisk, machine) { Broke = Troubles.Add };
    }

    public ChainSide Chain { get; }

    public Obstacles Obstacles { get; }

    private JournalDisk Disk { get; }

    /// <summary>How each duty ended by the journal, as far as it has been read.</summary>
    public Dictionary<WindowName, string> Outcomes { get; } = [];

    /// <summary>What the node itself called an error, and that it broke.</summary>
    public List<string> Troubles { get; } = [];

    public void Start()
    {
        foreach (var fault in _options.Plan)
        {
            if (!IsOfHost(fault))
            {
                // When the process was really down is told by the process.
                Obstacles.Add(fault, _options.Length);
            }

            At(fault.From, () => Begin(fault));
            if (fault.For != Timeout.InfiniteTimeSpan)
            {
                At(fault.From + fault.For, () => End(fault));
            }
        }

        // The journal forgets what is long past; a long run reads it before.
        _timers.Add(_time.CreateTimer(_ => ReadJournal(), null, BetweenReadings, BetweenReadings));
        _node.Start();
    }

    public async Task StopAsync()
    {
        _timers.ForEach(timer => timer.Dispose());
        await _other.StopAsync();
        await _node.StopAsync();
        ReadJournal();
        await _devnet.DisposeAsync();
    }

    public void Dispose()
    {
        _node.Dispose();
        _other.Dispose();
        Disk.Dispose();
        _otherDisk.Dispose();
        _key.Dispose();
    }

    private void ReadJournal()
    {
        foreach (var (name, outcome) in Disk.Outcomes())
        {
            Outcomes[name] = outcome;
        }
    }

    private void Begin(Fault fault)
    {
        if (fault.Kind == WorldFaults.NodeKilled || fault.Kind == WorldFaults.PowerLoss)
        {
            _node.Kill(
                (DeathPoint)(int)fault.Amount, losesPower: fault.Kind == WorldFaults.PowerLoss, fault.For);
        }
        else if (fault.Kind == WorldFaults.NodeStopped)
        {
            _ = _node.StopAsync();
        }
        else if (fault.Kind == WorldFaults.NodeFrozen)
        {
            _node.Freeze();
        }
        else if (fault.Kind == WorldFaults.ClockJumps)
        {
            _node.SetClockForward(TimeSpan.FromSeconds((double)fault.Amount));
        }
        else if (fault.Kind == WorldFaults.DiskFull)
        {
            _node.FillDisk(isFull: true);
        }
        else if (fault.Kind == WorldFaults.DnsGone)
        {
            _node.LoseNames(isNameless: true);
        }
        else if (fault.Kind == WorldFaults.SecondSigner)
        {
            _other.Start();
        }
        else if (WorldFaults.All.Contains(fault.Kind))
        {
            _models.Begin(fault);
        }
        else
        {
            _devnet.Faults.Begin(fault);
        }
    }

    private void End(Fault fault)
    {
        if (fault.Kind == WorldFaults.NodeStopped)
        {
            _node.Start();
        }
        else if (fault.Kind == WorldFaults.NodeFrozen)
        {
            _node.Thaw();
        }
        else if (fault.Kind == WorldFaults.ClockJumps)
        {
            _node.SetClockForward(TimeSpan.Zero);
        }
        else if (fault.Kind == WorldFaults.DiskFull)
        {
            _node.FillDisk(isFull: false);
        }
        else if (fault.Kind == WorldFaults.DnsGone)
        {
            _node.LoseNames(isNameless: false);
        }
        else if (fault.Kind == WorldFaults.SecondSigner)
        {
            _ = _other.StopAsync();
        }
        else if (IsOfHost(fault))
        {
            // A dead process is started again by its machine.
        }
        else if (WorldFaults.All.Contains(fault.Kind))
        {
            _models.End(fault);
        }
        else
        {
            _devnet.Faults.End(fault);
        }
    }

    private static bool IsOfHost(Fault fault) => fault.Kind == WorldFaults.NodeKilled
        || fault.Kind == WorldFaults.PowerLoss || fault.Kind == WorldFaults.NodeStopped;

    private void At(TimeSpan when, Action happening) => _timers.Add(
        _time.CreateTimer(_ => happening(), null, when - _time.Elapsed, Timeout.InfiniteTimeSpan));

    private NodeOptions NodeOptions() => new()
    {
        Chain = new CosmosOptions
        {
            ChainId = _devnet.Options.ChainId,
            Endpoints = [.. _devnet.Nodes.Select(node => new EndpointOptions(EndpointKind.Rpc, node.Rpc))],
        },
        Topics = _topics.OfNode,
    };

    private static AccountKey NewKey(Random random)
    {
        Span<byte> bytes = stackalloc byte[32];
        random.NextBytes(bytes);
        // Below the order of the curve, and not zero.
        bytes[0] &= 0x7F;
        bytes[31] |= 1;
        return AccountKey.FromPrivateKey(bytes);
    }
}
