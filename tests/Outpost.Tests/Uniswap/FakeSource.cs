using System.Numerics;
using System.Text.Json.Nodes;
using Outpost.Sdk.Evm;
using Outpost.Sdk.Snapshots;

namespace Outpost.Tests.Uniswap;

/// <summary>
/// A source chain of which logs, answers and headers are given, and the contexts of one epoch on it. Questions wait until
/// nobody can go on without an answer, then all of them are answered: that is a round.
/// </summary>
internal sealed class FakeSource(Epoch epoch)
{
    private readonly List<Action> _waiting = [];
    private readonly Dictionary<object, object> _asked = [];
    private readonly Dictionary<string, object> _shared = [];
    private readonly Dictionary<EvmCall, CallResult> _known = new(new SameCall());

    public Epoch Epoch { get; } = epoch;

    public long ChainId { get; init; } = 1;

    /// <summary>All logs of the epoch, in the order of the chain.</summary>
    public List<EvmLog> Logs { get; } = [];

    /// <summary>What a contract answers after a block; no bytes by default.</summary>
    public required Func<EvmCall, long, CallResult> Answer { get; init; }

    public int Rounds { get; private set; }

    public int Calls { get; private set; }

    /// <summary>The reads of metadata that have not been known yet.</summary>
    public int UnknownMetadata { get; private set; }

    public static EvmHeader Header(long block) => new(block, Hash(block), Hash(block - 1), 1_678_000_000 + (12 * block));

    public static Hash32 Hash(long number)
    {
        var bytes = new byte[Hash32.Size];
        new BigInteger(number).ToByteArray().CopyTo(bytes, 0);
        return new Hash32(bytes);
    }

    /// <summary>What metadata say is known from now on, as if an epoch before had asked.</summary>
    public void Know(FakeSource other)
    {
        foreach (var (call, answer) in other._known)
        {
            _known[call] = answer;
        }
    }

    /// <summary>Computes all of these in one epoch, side by side.</summary>
    public IReadOnlyList<JsonObject> Compute(params IReadOnlyList<(ISnapshotProcessor Processor, EvmAddress Contract)> projects)
    {
        var (before, turns) = (SynchronizationContext.Current, new Turns());
        SynchronizationContext.SetSynchronizationContext(turns);
        try
        {
            var running = projects
                .Select(one => one.Processor.ComputeAsync(new Context(this, one.Contract), CancellationToken.None)).ToArray();
            for (turns.RunAll(); _waiting.Count > 0; turns.RunAll())
            {
                Rounds++;
                Action[] answers = [.. _waiting];
                _waiting.Clear();
                foreach (var answer in answers)
                {
                    answer();
                }
            }

            Assert.All(running, one => Assert.True(one.IsCompleted));
            return [.. running.Select(one => one.GetAwaiter().GetResult())];
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }
    }

    private Task<T> Ask<T>(object question, Func<T> answer)
    {
        if (_asked.TryGetValue(question, out var asked))
        {
            return (Task<T>)asked;
        }

        var source = new TaskCompletionSource<T>();
        _asked.Add(question, source.Task);
        _waiting.Add(() => source.SetResult(answer()));
        return source.Task;
    }

    private Task<CallResult> Metadata(EvmCall read)
    {
        if (_known.TryGetValue(read, out var known))
        {
            return Task.FromResult(known);
        }

        return Ask(("metadata", read.To, HexText.Of(read.Data.Span)), () =>
        {
            UnknownMetadata++;
            var answer = Answer(read, Epoch.End);
            if (answer is CallResult.Returned returned && returned.Data.Span.IndexOfAnyExcept((byte)0) >= 0)
            {
                _known[read] = answer;
            }

            return answer;
        });
    }

    private sealed class Context(FakeSource source, EvmAddress contract) : ISnapshotContext
    {
        public long ChainId => source.ChainId;

        public Epoch Epoch => source.Epoch;

        public EvmAddress Contract => contract;

        public Task<IReadOnlyList<EvmHeader>> HeadersAsync() => source.Ask<IReadOnlyList<EvmHeader>>(
            "headers", () => [.. Enumerable.Range(0, (int)Epoch.Size).Select(index => Header(Epoch.Begin + index))]);

        public Task<IReadOnlyList<EvmLog>> LogsAsync(EvmAddress from, IReadOnlyList<Hash32> events) =>
            source.Ask<IReadOnlyList<EvmLog>>(
                ("logs", from, string.Join(',', events)),
                () => [.. source.Logs.Where(log => log.Address == from && events.Contains(log.Topics[0]))]);

        public Task<CallResult> CallAsync(EvmCall read, long block)
        {
            Assert.InRange(block, Epoch.Begin - 1, Epoch.End);
            return source.Ask(("call", read.To, HexText.Of(read.Data.Span), block), () =>
            {
                source.Calls++;
                return source.Answer(read, block);
            });
        }

        public Task<CallResult> MetadataAsync(EvmCall read) => source.Metadata(read);

        public Task<T> SharedAsync<T>(string name, Func<Task<T>> work)
        {
            if (!source._shared.TryGetValue(name, out var shared))
            {
                shared = work();
                source._shared.Add(name, shared);
            }

            return (Task<T>)shared;
        }
    }

    /// <summary>What can go on, one after the other and on this thread.</summary>
    private sealed class Turns : SynchronizationContext
    {
        private readonly Queue<(SendOrPostCallback Callback, object? State)> _turns = [];

        public override void Post(SendOrPostCallback d, object? state) => _turns.Enqueue((d, state));

        public void RunAll()
        {
            while (_turns.TryDequeue(out var turn))
            {
                turn.Callback(turn.State);
            }
        }
    }

    private sealed class SameCall : IEqualityComparer<EvmCall>
    {
        public bool Equals(EvmCall one, EvmCall other) => one.To == other.To && one.Data.Span.SequenceEqual(other.Data.Span);

        public int GetHashCode(EvmCall call) => call.To.GetHashCode();
    }
}
