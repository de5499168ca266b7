using System.Collections.Concurrent;
using System.Text.Json;
using Outpost.Chains;
using Outpost.Chains.Allora;
using Outpost.Devnet.Blocks;
using Outpost.Devnet.Ledger;

namespace Outpost.Devnet;

/// <summary>The name of one worker's payload: what a duty of an inferer is, seen from the chain.</summary>
public readonly record struct PayloadName(TopicId Topic, Height Nonce, string Worker);

/// <summary>An inference that got into the active set, and the block that took it.</summary>
public sealed record AdmittedInference(PayloadName Name, Height IncludedAt);

/// <summary>The first broadcast of a payload.</summary>
/// <param name="SinceOpening">From the block that opened the window; null when it was not open yet.</param>
public sealed record FirstArrival(PayloadName Name, TimeSpan? SinceOpening);

/// <summary>
/// What an independent onlooker at the chain's side saw: for tests and benchmarks. Safe to read at any time; lists
/// keep the newest entries only.
/// </summary>
public sealed class DevnetObserver(TimeProvider time)
{
    private const int Kept = 100_000;
    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<string, long> _queries = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Codespace, uint Code), long> _checked = [];
    private readonly Dictionary<(string Codespace, uint Code), long> _delivered = [];
    private readonly Dictionary<(ulong Topic, long Nonce), long> _openings = [];
    private readonly Dictionary<PayloadName, FirstArrival> _arrivals = [];
    private readonly Dictionary<PayloadName, int> _included = [];
    private readonly Queue<AdmittedInference> _admitted = new();
    private long _windowsOpened;

    /// <summary>Calls by method: /cosmos.auth.v1beta1.Query/Account, or rpc/status for CometBFT's own.</summary>
    public IReadOnlyDictionary<string, long> Queries => _queries;

    /// <summary>First answers to broadcasts, by codespace and code; ("", 0) is acceptance.</summary>
    public IReadOnlyDictionary<(string Codespace, uint Code), long> Checked => Copy(_checked);

    /// <summary>Transactions in blocks, by codespace and code.</summary>
    public IReadOnlyDictionary<(string Codespace, uint Code), long> Delivered => Copy(_delivered);

    public long WindowsOpened
    {
        get
        {
            lock (_gate)
            {
                return _windowsOpened;
            }
        }
    }

    public IReadOnlyList<AdmittedInference> Admitted
    {
        get
        {
            lock (_gate)
            {
                return [.. _admitted];
            }
        }
    }

    /// <summary>Payloads that were in blocks more than once, whatever came of them, with how often.</summary>
    public IReadOnlyDictionary<PayloadName, int> Duplicates
    {
        get
        {
            lock (_gate)
            {
                return _included.Where(entry => entry.Value > 1).ToDictionary();
            }
        }
    }

    public IReadOnlyList<FirstArrival> FirstArrivals
    {
        get
        {
            lock (_gate)
            {
                return [.. _arrivals.Values];
            }
        }
    }

    /// <summary>How many calls of this method there were.</summary>
    public long QueryCount(string method) => _queries.GetValueOrDefault(method);

    internal void Query(string method) => _queries.AddOrUpdate(method, 1, (_, count) => count + 1);

    internal void Arrived(byte[] bytes, Arrival arrival, MessageTypes types)
    {
        var now = time.GetTimestamp();
        var key = arrival switch
        {
            Arrival.Checked { Result: var result } => (result.Codespace, result.Code),
            Arrival.Known => ("sdk", 19u),
            Arrival.Full => ("sdk", 20u),
            _ => ("sdk", 21u),
        };
        var names = NamesOf(DecodedTx.Decode(bytes, types, out _)).ToArray();
        lock (_gate)
        {
            Count(_checked, key);
            foreach (var name in names)
            {
                var isOpen = _openings.TryGetValue((name.Topic.Value, name.Nonce.Value), out var opened);
                if (_arrivals.Count < Kept)
                {
                    _arrivals.TryAdd(name, new(name, isOpen ? time.GetElapsedTime(opened, now) : null));
                }
            }
        }
    }

    internal void Committed(Block block)
    {
        var now = time.GetTimestamp();
        lock (_gate)
        {
            foreach (var item in block.Events)
            {
                if (item.Type.EndsWith(".EventWorkerSubmissionWindowOpened", StringComparison.Ordinal))
                {
                    _windowsOpened++;
                    _openings[(Number(item, "topic_id"), (long)Number(item, "nonce_block_height"))] = now;
                }
            }

            foreach (var transaction in block.Transactions)
            {
                Count(_delivered, (transaction.Result.Codespace, transaction.Result.Code));
                Deliver(transaction);
            }

            Trim();
        }
    }

    private void Deliver(DeliveredTx transaction)
    {
        foreach (var name in NamesOf(transaction.Tx))
        {
            _included[name] = _included.GetValueOrDefault(name) + 1;
        }

        foreach (var item in transaction.Result.Events)
        {
            if (item.Type.EndsWith(".EventInsertInfererPayload", StringComparison.Ordinal))
            {
                var name = new PayloadName(
                    new(Number(item, "topic_id")), new((long)Number(item, "nonce")), Text(item, "inferer"));
                _admitted.Enqueue(new(name, new(transaction.Height)));
            }
        }
    }

    private void Trim()
    {
        while (_admitted.Count > Kept)
        {
            _admitted.Dequeue();
        }

        if (_openings.Count > Kept)
        {
            _openings.Clear();
        }

        if (_included.Count > Kept)
        {
            _included.Clear();
        }
    }

    private static IEnumerable<PayloadName> NamesOf(DecodedTx? tx) =>
        (tx?.Messages ?? [])
            .Select(message => PayloadForm.ToV10(message.Body)?.WorkerDataBundle)
            .Where(bundle => bundle?.Nonce is not null)
            .Select(bundle => new PayloadName(new(bundle!.TopicId), new(bundle.Nonce.BlockHeight), bundle.Worker));

    private static string Text(Chains.Wire.Tendermint.Abci.Event item, string key) =>
        JsonSerializer.Deserialize<string>(item.Attributes.First(attribute => attribute.Key == key).Value) ?? "";

    private static ulong Number(Chains.Wire.Tendermint.Abci.Event item, string key) =>
        ulong.Parse(Text(item, key), System.Globalization.CultureInfo.InvariantCulture);

    private static void Count<TKey>(Dictionary<TKey, long> counts, TKey key)
        where TKey : notnull => counts[key] = counts.GetValueOrDefault(key) + 1;

    private Dictionary<TKey, long> Copy<TKey>(Dictionary<TKey, long> counts)
        where TKey : notnull
    {
        lock (_gate)
        {
            return new(counts);
        }
    }
}
