using Google.Protobuf;
using Outpost.Chains.Allora;
using Outpost.Devnet.Ledger;
using Outpost.Devnet.Wire;

namespace Outpost.Devnet.Allora;

/// <summary>
/// The emissions module of the chain: its topics, who may do what, and the version that names everything.
/// </summary>
internal sealed class EmissionsModule
{
    private readonly HashSet<string> _globalWorkers;
    private readonly HashSet<string> _globalReputers;
    private readonly TopicHistory? _history;
    private long _upgradedAt;

    public EmissionsModule(DevnetOptions options)
    {
        Limits = options.Limits;
        Version = options.Version;
        _globalWorkers = new(options.Limits.GlobalWorkers, StringComparer.Ordinal);
        _globalReputers = new(options.Limits.GlobalReputers, StringComparer.Ordinal);
        foreach (var topic in options.Topics)
        {
            var state = new TopicState(topic);
            foreach (var worker in topic.RegisteredWorkers)
            {
                state.Workers[worker] = worker;
            }

            foreach (var reputer in topic.RegisteredReputers)
            {
                state.Reputers[reputer.Address] = reputer.Address;
                state.Losses.Stakes[reputer.Address] = reputer.StakeUallo;
            }

            Seed(state, options.Seed);
            Topics.Add(topic.Id.Value, state);
        }

        _history = new TopicHistory(Topics);
    }

    /// <summary>The module of an earlier block, for queries and simulations.</summary>
    private EmissionsModule(EmissionsModule now, TopicHistory history, long height)
    {
        (Limits, _globalWorkers, _globalReputers) = (now.Limits, now._globalWorkers, now._globalReputers);
        Version = height < now._upgradedAt ? EmissionsVersion.V9 : now.Version;
        Topics = history.After(height);
    }

    public EmissionsLimits Limits { get; }

    public EmissionsVersion Version { get; private set; }

    /// <summary>What holds for the topics in this block.</summary>
    public TopicTerms Terms { get; set; } = TopicTerms.Usual;

    public SortedDictionary<ulong, TopicState> Topics { get; private init; } = [];

    /// <summary>Addresses of the seeded background workers, by topic.</summary>
    public Dictionary<ulong, IReadOnlyList<string>> Competitors { get; } = [];

    public string EventName(string name) => $"emissions.v{(int)Version}.{name}";

    /// <summary>With the block of this height it becomes v10.</summary>
    public void Upgrade(long height) => (Version, _upgradedAt) = (EmissionsVersion.V10, height);

    /// <summary>Call once after each block, before anything else changes.</summary>
    public void Commit(long height) => _history?.Commit(height);

    /// <summary>As it was after the block of this height; what is changed in it changes nothing here.</summary>
    public EmissionsModule AsOf(long height) =>
        _history is { } history ? new EmissionsModule(this, history, height) : this;

    public bool CanSubmitWorkerPayload(TopicState topic, string address) =>
        topic.Options.WorkerWhitelist is null
        || topic.Options.WorkerWhitelist.Contains(address)
        || (Limits.GlobalWorkerWhitelistEnabled && _globalWorkers.Contains(address));

    /// <summary>
    /// The chain refuses topics that it does not have only in a later step, so none is permitted here.
    /// </summary>
    public bool CanSubmitWorkerPayload(ulong topic, string address) =>
        !Topics.TryGetValue(topic, out var state) || CanSubmitWorkerPayload(state, address);

    public bool CanSubmitReputerPayload(TopicState topic, string address) =>
        topic.Options.ReputerWhitelist is null
        || topic.Options.ReputerWhitelist.Contains(address)
        || (Limits.GlobalReputerWhitelistEnabled && _globalReputers.Contains(address));

    public bool CanSubmitReputerPayload(ulong topic, string address) =>
        !Topics.TryGetValue(topic, out var state) || CanSubmitReputerPayload(state, address);

    /// <summary>The bound of every payload's size.</summary>
    public Refused? TooLong(IMessage payload)
    {
        var size = payload.CalculateSize();
        return size > Limits.MaxSerializedLength
            ? Refused.Emissions(53, $"serialized msg length {size} > {Limits.MaxSerializedLength}: query too large")
            : null;
    }

    /// <summary>What every payload costs its sender.</summary>
    public Refused? TakeDataFee(string sender, TxContext context)
    {
        var fee = Limits.DataSendingFee;
        if (context.Book.BalanceOf(sender) < fee)
        {
            return Refused.Emissions(73, "data sender does not have enough denom to pay the data sending fee");
        }

        if (context.Book.Move(sender, ModuleAccounts.Emissions, fee) is { } refused)
        {
            return refused;
        }

        context.Events.AddRange(Emit.Transfer(sender, ModuleAccounts.Emissions, fee));
        return null;
    }

    private void Seed(TopicState topic, int seed)
    {
        if (topic.Options.Competitors is not { } competitors)
        {
            return;
        }

        var addresses = new List<string>();
        for (var index = 0; index < competitors.Count; index++)
        {
            var address = Address.OfModule($"competitor/{seed}/{topic.Id}/{index}");
            addresses.Add(address);
            topic.Workers[address] = address;
            topic.Scores[address] = new(competitors.Score, 0);
        }

        Competitors[topic.Id] = addresses;
    }
}
