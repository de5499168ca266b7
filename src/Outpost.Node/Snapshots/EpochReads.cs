using Outpost.Chains.Evm;
using Outpost.Sdk.Evm;
using Outpost.Sdk.Snapshots;

namespace Outpost.Node.Snapshots;

/// <summary>
/// What the processors of one epoch read of the chain: collected, asked for once, and fetched a round at a time. All
/// answers are of the blocks whose headers are given.
/// </summary>
/// <param name="headers">The epoch's blocks and the one before, where there is one.</param>
internal sealed class EpochReads(
    ISourceChain chain, Epoch epoch, IReadOnlyList<EvmHeader> headers, MetadataBook metadata, Rounds rounds)
{
    private readonly Dictionary<(EvmAddress Contract, Hash32 Event), List<EvmLog>> _logs = [];
    private readonly List<(EvmAddress Contract, Hash32 Event)> _logsAsked = [];
    private readonly Dictionary<CallKey, TaskCompletionSource<CallResult>> _calls = [];
    private readonly List<(CallKey Key, EvmCall Call)> _callsAsked = [];
    private TaskCompletionSource _logsFetched = new();

    /// <summary>The headers of the epoch's blocks.</summary>
    public IReadOnlyList<EvmHeader> Headers { get; } = [.. headers.Where(header => header.Number >= epoch.Begin)];

    /// <summary>How many rounds the chain was asked.</summary>
    public int Fetched { get; private set; }

    public async Task<IReadOnlyList<EvmLog>> LogsAsync(EvmAddress contract, IReadOnlyList<Hash32> events)
    {
        ThrowIfElsewhere();
        var missing = events.Where(one => !_logs.ContainsKey((contract, one))).ToList();
        if (missing.Count > 0)
        {
            _logsAsked.AddRange(missing.Select(one => (contract, one)));
            await _logsFetched.Task;
        }

        return [.. events.Distinct().SelectMany(one => _logs[(contract, one)])
            .OrderBy(log => log.BlockNumber).ThenBy(log => log.Index)];
    }

    public Task<CallResult> CallAsync(EvmCall call, long block)
    {
        ThrowIfElsewhere();
        if (block < headers[0].Number || block > epoch.End)
        {
            throw new ArgumentOutOfRangeException(
                nameof(block), block, $"A processor may ask for blocks {headers[0].Number} to {epoch.End} here.");
        }

        var key = CallKey.Of(call, block);
        if (!_calls.TryGetValue(key, out var answer))
        {
            _calls[key] = answer = new TaskCompletionSource<CallResult>();
            _callsAsked.Add((key, call));
        }

        return answer.Task;
    }

    public async Task<CallResult> MetadataAsync(EvmCall call)
    {
        if (metadata.Find(call) is { } known)
        {
            return new CallResult.Returned(known);
        }

        var answer = await CallAsync(call, epoch.End);
        if (answer is CallResult.Returned { Data: var data } && data.Span.ContainsAnyExcept((byte)0))
        {
            metadata.Keep(call, data);
        }

        return answer;
    }

    /// <summary>Fetches what was asked for since the last time; false when that is nothing.</summary>
    public async Task<bool> FetchAsync(CancellationToken cancellationToken)
    {
        if (_logsAsked.Count == 0 && _callsAsked.Count == 0)
        {
            return false;
        }

        Fetched++;
        await Task.WhenAll(FetchLogsAsync(cancellationToken), FetchCallsAsync(cancellationToken));
        return true;
    }

    private async Task FetchLogsAsync(CancellationToken cancellationToken)
    {
        if (_logsAsked.Count == 0)
        {
            return;
        }

        // In an order of their own, so that equal needs are equal requests whoever needed them first.
        var contracts = _logsAsked.Select(one => one.Contract).Distinct().Order().ToArray();
        var events = _logsAsked.Select(one => one.Event).Distinct().OrderBy(one => one.ToString()).ToArray();
        _logsAsked.Clear();
        var found = await chain.LogsAsync(LogFilter.Of(contracts, events), Headers, cancellationToken);
        foreach (var key in contracts.SelectMany(contract => events, (contract, one) => (contract, one)))
        {
            _logs[key] = [];
        }

        foreach (var log in found)
        {
            _logs[(log.Address, log.Topics[0])].Add(log);
        }

        var fetched = _logsFetched;
        _logsFetched = new TaskCompletionSource();
        fetched.SetResult();
    }

    private async Task FetchCallsAsync(CancellationToken cancellationToken)
    {
        if (_callsAsked.Count == 0)
        {
            return;
        }

        var asked = _callsAsked.OrderBy(one => one.Key).ToArray();
        _callsAsked.Clear();
        var answers = await chain.CallsAsync(
            [.. asked.Select(one => (one.Call, headers[checked((int)(one.Key.Block - headers[0].Number))]))],
            cancellationToken);
        foreach (var ((key, _), answer) in asked.Zip(answers))
        {
            _calls[key].SetResult(answer);
        }
    }

    private void ThrowIfElsewhere()
    {
        if (!rounds.IsHere)
        {
            throw new InvalidOperationException(
                "A processor asks its context where its awaits lead it, not from another thread: take out Task.Run and "
                + "ConfigureAwait(false).");
        }
    }
}
