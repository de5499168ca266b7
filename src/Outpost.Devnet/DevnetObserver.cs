using System.Collections.Concurrent;
using System.Globalization;
using System.Numerics;
using Outpost.Chains;
using Outpost.Chains.Allora;
using Outpost.Devnet.Allora;
using Outpost.Devnet.Blocks;
using Outpost.Devnet.Ledger;

namespace Outpost.Devnet;

/// <summary>The name of one actor's work for a nonce: what a duty is, seen from the chain.</summary>
/// <param name="Worker">The address of the actor, a reputer's where the role says so.</param>
public readonly record struct PayloadName(TopicId Topic, Height Nonce, string Worker)
{
    /// <summary>A payload that carries an inference and a forecast has a name for each.</summary>
    public ActorRole Role { get; init; }
}

/// <summary>An inference that got into the active set, and the block that took it.</summary>
public sealed record AdmittedInference(PayloadName Name, Height IncludedAt);

/// <summary>The first broadcast of a payload.</summary>
/// <param name="SinceOpening">From the block that opened the window; null when it was not open yet.</param>
public sealed record FirstArrival(PayloadName Name, TimeSpan? SinceOpening);

/// <summary>
/// What an independent onlooker at the chain's side saw: for tests and benchmarks. Safe to read at any time; lists
/// keep the newest 100,000 entries only, counts keep all.
/// </summary>
public sealed class DevnetObserver(TimeProvider time)
{
    private const int Kept = 100_000;
    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<string, long> _queries = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Codespace, uint Code), long> _checked = [];
    private readonly Dictionary<(string Codespace, uint Code), long> _delivered = [];
    private readonly NewestEntries<(TopicId Topic, Height Nonce, bool IsReputers), long> _openings = new(Kept);
    private readonly NewestEntries<PayloadName, FirstArrival> _arrivals = new(Kept);
    private readonly PayloadCount _included = new(Kept);
    private readonly Queue<AdmittedInference> _admitted = new();
    private IChainWitness[] _witnesses = [];
    private long _windowsOpened;

    /// <summary>Calls by method: /cosmos.auth.v1beta1.Query/Account, or rpc/status for CometBFT's own.</summary>
    public IReadOnlyDictionary<string, long> Queries => _queries;

    /// <summary>First answers to broadcasts, by codespace and code; ("", 0) is acceptance.</summary>
    public IReadOnlyDictionary<(string Codespace, uint Code), long> Checked => Read(() => _checked.ToDictionary());

    /// <summary>Transactions in blocks, by codespace and code.</summary>
    public IReadOnlyDictionary<(string Codespace, uint Code), long> Delivered => Read(() => _delivered.ToDictionary());

    public long WindowsOpened => Read(() => _windowsOpened);

    public IReadOnlyList<AdmittedInference> Admitted => Read(() => _admitted.ToArray());

    /// <summary>Payloads that were in blocks more than once, whatever came of them, with how often.</summary>
    public IReadOnlyDictionary<PayloadName, int> Duplicates => Read(_included.Repeated);

    /// <summary>How many times a payload was in a block that had been in one before.</summary>
    public long DuplicateCount => Read(() => _included.Repetitions);

    /// <summary>
    /// Payloads of nonces so old that it is forgotten whether they were in a block before. Zero, unless a payload
    /// came more than 100,000 payloads late.
    /// </summary>
    public long UnjudgedCount => Read(() => _included.Unjudged);

    public IReadOnlyList<FirstArrival> FirstArrivals => Read(() => _arrivals.Values.ToArray());

    /// <summary>Tells this witness everything from now on.</summary>
    public void Add(IChainWitness witness)
    {
        lock (_gate)
        {
            _witnesses = [.. _witnesses, witness];
        }
    }

    /// <summary>How many calls of this method there were.</summary>
    public long QueryCount(string method) => _queries.GetValueOrDefault(method);

    internal void Query(string method) => _queries.AddOrUpdate(method, 1, static (_, count) => count + 1);

    internal void Arrived(byte[] bytes, Arrival arrival, MessageTypes types, string node)
    {
        var (codespace, code) = arrival switch
        {
            Arrival.Checked { Result: var result } => (result.Codespace, result.Code),
            Arrival.Known => ("sdk", 19u),
            Arrival.Full => ("sdk", 20u),
            _ => ("sdk", 21u),
        };
        var tx = (arrival as Arrival.Checked)?.Tx ?? DecodedTx.Decode(bytes, types, out _);
        IReadOnlyList<PayloadName> payloads = tx?.Payloads ?? [];
        lock (_gate)
        {
            Count(_checked, (codespace, code));
            foreach (var name in payloads)
            {
                if (!_arrivals.Contains(name))
                {
                    _arrivals.Set(name, new(name, _openings.TryGet(
                        (name.Topic, name.Nonce, name.Role == ActorRole.Reputer), out var opened)
                        ? time.GetElapsedTime(opened)
                        : null));
                }
            }
        }

        foreach (var witness in _witnesses)
        {
            witness.Checked(new(
                arrival.Hash, Signer(tx), tx?.Sequence ?? 0, codespace, code, node, payloads));
        }
    }

    internal void Committed(Block block)
    {
        var (opened, closed) = EventReader.Windows(block.Events, block.Time, "Worker");
        var reputers = EventReader.Windows(block.Events, block.Time, "Reputer");
        var admitted = block.Transactions.Select(item => EventReader.Admissions(item.Result.Events)).ToArray();
        lock (_gate)
        {
            foreach (var opening in opened)
            {
                _windowsOpened++;
                _openings.Set((opening.Topic, opening.Nonce, false), time.GetTimestamp());
            }

            foreach (var opening in reputers.Opened)
            {
                _openings.Set((opening.Topic, opening.Nonce, true), time.GetTimestamp());
            }

            foreach (var (index, transaction) in block.Transactions.Index())
            {
                Count(_delivered, (transaction.Result.Codespace, transaction.Result.Code));
                foreach (var name in transaction.Tx?.Payloads ?? [])
                {
                    _included.Add(name);
                }

                foreach (var name in admitted[index].Where(name => name.Role == ActorRole.Inferer))
                {
                    _admitted.Enqueue(new(name, new(block.Height)));
                }
            }

            while (_admitted.Count > Kept)
            {
                _admitted.Dequeue();
            }
        }

        if (_witnesses.Length > 0)
        {
            Tell(block, (opened, closed), reputers, admitted);
        }
    }

    private void Tell(
        Block block, (List<WindowOpening> Opened, List<WindowClosing> Closed) workers,
        (List<WindowOpening> Opened, List<WindowClosing> Closed) reputers, IReadOnlyList<PayloadName>[] admitted)
    {
        var committed = new CommittedBlock(
            new(block.Height), block.Time,
            [.. block.Transactions.Select((item, index) => new CommittedTransaction(
                item.Hash, Signer(item.Tx), item.Tx?.Sequence ?? 0, item.Result.Codespace, item.Result.Code,
                item.Tx?.Payloads ?? [], admitted[index], Fee(item.Tx)))],
            workers.Opened, workers.Closed)
        {
            ReputerOpened = reputers.Opened,
            ReputerClosed = reputers.Closed,
            Payouts = EventReader.Payouts(block.Events),
        };
        foreach (var witness in _witnesses)
        {
            foreach (var opening in workers.Opened)
            {
                witness.Opened(opening);
            }

            witness.Committed(committed);
        }
    }

    private static string Signer(DecodedTx? tx) => tx is { Messages.Count: > 0 } ? tx.Messages[0].Signer : "";

    private static BigInteger Fee(DecodedTx? tx) => tx?.Auth.Fee is { Amount.Count: 1 } fee
        && BigInteger.TryParse(fee.Amount[0].Amount, NumberStyles.None, CultureInfo.InvariantCulture, out var amount)
            ? amount
            : BigInteger.Zero;

    private static void Count<TKey>(Dictionary<TKey, long> counts, TKey key)
        where TKey : notnull => counts[key] = counts.GetValueOrDefault(key) + 1;

    private T Read<T>(Func<T> read)
    {
        lock (_gate)
        {
            return read();
        }
    }
}
