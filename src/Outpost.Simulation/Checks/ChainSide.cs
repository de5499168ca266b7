using Outpost.Chains;
using Outpost.Chains.Allora;
using Outpost.Devnet;

namespace Outpost.Simulation.Checks;

/// <summary>One window as the chain opened and closed it.</summary>
internal sealed record Window(
    WindowName Name, TimeSpan OpenedAt, TimeSpan ClosedAt, IReadOnlyList<TimeSpan> Blocks);

/// <summary>A moment in which the chain said no, or got something twice.</summary>
internal readonly record struct Offence(TimeSpan At, string Hash, string What);

/// <summary>What happened, as seen from the chain alone.</summary>
/// <param name="served">The roles of the account; windows of others are none of its.</param>
internal sealed class ChainSide(
    TimeProvider time, string account, IReadOnlySet<(ulong Topic, ActorRole Role)> served) : IChainWitness
{
    private const uint Undecodable = 2;
    private const uint TimedOut = 30;
    private const uint WrongSequence = 32;
    private const uint WorkerWindowNotOpen = 67;
    private const uint ReputerWindowNotOpen = 68;
    private const uint NonceUnknown = 75;

    private readonly long _begin = time.GetTimestamp();
    private readonly Dictionary<WindowName, (long OpensAt, long ClosesAt, TimeSpan At)> _open = [];
    private readonly Dictionary<WindowName, int> _delivered = [];
    private readonly HashSet<(ulong Topic, long Nonce)> _inferred = [];
    private readonly List<TimeSpan> _blocks = [];

    /// <summary>Those that have closed, in the order of their closing.</summary>
    public List<Window> Windows { get; } = [];

    /// <summary>What of the account's got into the active set.</summary>
    public HashSet<WindowName> Admitted { get; } = [];

    public List<Offence> WrongSequences { get; } = [];

    public List<Offence> Duplicates { get; } = [];

    /// <summary>Paid for, before or after the window that they are for.</summary>
    public List<Offence> OutOfWindow { get; } = [];

    /// <summary>Those that came a block too late, or after an upgrade that renamed them.</summary>
    public int Late { get; private set; }

    /// <summary>Transactions of the account in blocks.</summary>
    public int Transactions { get; private set; }

    private TimeSpan Now => time.GetElapsedTime(_begin);

    /// <summary>When the newest block was made that there was at this time.</summary>
    public TimeSpan BlockBefore(TimeSpan at) => _blocks.FindLast(block => block <= at);

    /// <summary>Where the account does not infer there are others whose inferences come without transactions.</summary>
    public bool MayHaveInferences(WindowName name) => _inferred.Contains((name.Topic, name.Nonce))
        || !served.Contains((name.Topic, ActorRole.Inferer));

    public void Opened(WindowOpening opening)
    {
        // A worker's window is one for its inference and its forecast: who forecasts alone has it as a forecaster.
        var role = served.Contains((opening.Topic.Value, ActorRole.Inferer)) ? ActorRole.Inferer : ActorRole.Forecaster;
        Open(role, opening, opening.Nonce);
    }

    public void Checked(CheckedTransaction transaction)
    {
        if (transaction.Signer == account && IsWrongSequence(transaction.Codespace, transaction.Code))
        {
            WrongSequences.Add(new(Now, transaction.Hash,
                $"{transaction.Node} refused {transaction.Hash} with sequence {transaction.Sequence}"));
        }
    }

    public void Committed(CommittedBlock block)
    {
        _blocks.Add(Now);
        _inferred.UnionWith(block.Transactions.SelectMany(transaction => transaction.Admitted)
            .Where(name => name.Role == ActorRole.Inferer).Select(name => (name.Topic.Value, name.Nonce.Value)));
        foreach (var transaction in block.Transactions.Where(transaction => transaction.Signer == account))
        {
            See(block, transaction);
        }

        foreach (var opening in block.ReputerOpened)
        {
            Open(ActorRole.Reputer, opening, block.Height);
        }

        var closed = _open.Where(entry => entry.Value.ClosesAt <= block.Height.Value)
            .OrderBy(entry => (entry.Key.Topic, entry.Key.Nonce, entry.Key.Role)).ToList();
        foreach (var (name, (opensAt, closesAt, at)) in closed)
        {
            _open.Remove(name);
            Windows.Add(new(name, at, Now,
                _blocks.GetRange((int)Math.Max(0, _blocks.Count - (closesAt - opensAt)),
                    (int)Math.Min(_blocks.Count, closesAt - opensAt))));
        }
    }

    private void Open(ActorRole role, WindowOpening opening, Height opensAt)
    {
        if (served.Contains((opening.Topic.Value, role)))
        {
            _open[NameOf(role, opening.Topic, opening.Nonce)] = (opensAt.Value, opening.ClosesAt.Value, Now);
        }
    }

    private void See(CommittedBlock block, CommittedTransaction transaction)
    {
        Transactions++;
        if (IsWrongSequence(transaction.Codespace, transaction.Code))
        {
            WrongSequences.Add(new(Now, transaction.Hash,
                $"block {block.Height} holds {transaction.Hash} with sequence {transaction.Sequence}"));
        }

        if (transaction.Codespace == "emissions"
            && transaction.Code is WorkerWindowNotOpen or ReputerWindowNotOpen or NonceUnknown)
        {
            OutOfWindow.Add(new(Now, transaction.Hash,
                $"block {block.Height} holds {transaction.Hash}, charged and refused: {transaction.Code}"));
        }

        // Refused before anything was charged or carried out: by an upgrade that renamed it while it waited, or because
        // the mempool handed it to the block after its last. It changes nothing on the chain, and is counted apart.
        var isLate = transaction is { Codespace: "sdk", Code: Undecodable or TimedOut };
        Late += isLate ? 1 : 0;
        foreach (var name in isLate ? [] : transaction.Payloads)
        {
            var key = NameOf(name.Role, name.Topic, name.Nonce);
            var count = _delivered[key] = _delivered.GetValueOrDefault(key) + 1;
            if (count > 1)
            {
                Duplicates.Add(new(Now, transaction.Hash,
                    $"block {block.Height} holds {key} for the {count}th time, "
                    + $"{transaction.Hash}: {transaction.Codespace} {transaction.Code}"));
            }
        }

        foreach (var name in transaction.Admitted)
        {
            Admitted.Add(NameOf(name.Role, name.Topic, name.Nonce));
        }
    }

    private static WindowName NameOf(ActorRole role, TopicId topic, Height nonce) =>
        new(role, topic.Value, nonce.Value);

    private static bool IsWrongSequence(string codespace, uint code) => codespace == "sdk" && code == WrongSequence;
}
