using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Microsoft.Extensions.Logging.Abstractions;
using Outpost.Chains.Cosmos;
using Outpost.Chains.Wire.Cosmos.Auth;
using Outpost.Tests.Node;

namespace Outpost.Tests.Rpc;

/// <summary>CometBFT nodes in memory, named a, b, c…, on a clock that only the test moves, and a client of them.</summary>
internal sealed class ScriptedNodes : HttpMessageHandler
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static readonly Task Never = new TaskCompletionSource().Task;

    private readonly ManualTime _clock = new();

    public ScriptedNodes(int count, Func<CosmosOptions, CosmosOptions>? shape = null)
    {
        Nodes = [.. Enumerable.Range(0, count).Select(_ => new ScriptedNode(this))];
        Time = new ShiftedTime(_clock);
        var options = new CosmosOptions
        {
            Endpoints = [.. Enumerable.Range(0, count).Select(index =>
                new EndpointOptions(EndpointKind.Rpc, new Uri($"http://{(char)('a' + index)}/key{index}")))],
        };
        Client = new CosmosClient(
            shape?.Invoke(options) ?? options, this, Time, new Random(7), NullLoggerFactory.Instance);
    }

    public IReadOnlyList<ScriptedNode> Nodes { get; }

    public ShiftedTime Time { get; }

    public CosmosClient Client { get; }

    /// <summary>Moves the clock by no more than this until the task has ended; says by how much it was moved.</summary>
    public async Task<TimeSpan> RunAsync(Task task, TimeSpan most)
    {
        var step = TimeSpan.FromMilliseconds(10);
        var passed = TimeSpan.Zero;
        await Alone.SettleAsync(task);
        while (!task.IsCompleted && passed < most)
        {
            _clock.Advance(step);
            passed += step;
            await Alone.SettleAsync(task);
        }

        return passed;
    }

    public async Task<T> AnswerAsync<T>(Task<T> task)
    {
        await RunAsync(task, Patience);
        Assert.True(task.IsCompleted, "There is no answer after 20 s.");
        return await task;
    }

    public async Task PassAsync(TimeSpan time)
    {
        for (var passed = TimeSpan.Zero; passed < time; passed += TimeSpan.FromMilliseconds(50))
        {
            _clock.Advance(TimeSpan.FromMilliseconds(50));
            await Alone.SettleAsync(Never);
        }
    }

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var node = Nodes[request.RequestUri!.Host[0] - 'a'];
        var body = await request.Content!.ReadAsStringAsync(cancellationToken);
        return await node.AnswerAsync(JsonNode.Parse(body)!, cancellationToken);
    }
}

/// <summary>The manual clock, whose wall clock can be set to anything beside it.</summary>
internal sealed class ShiftedTime(ManualTime inner) : TimeProvider
{
    public TimeSpan WallClockIsOffBy { get; set; }

    public override long TimestampFrequency => inner.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => inner.GetUtcNow() + WallClockIsOffBy;

    public override long GetTimestamp() => inner.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        inner.CreateTimer(callback, state, dueTime, period);
}

/// <summary>One node that answers after a while, never, or with a status.</summary>
internal sealed class ScriptedNode(ScriptedNodes world)
{
    private readonly ConcurrentQueue<string> _calls = new();

    public long Height { get; set; } = 10;

    public DateTimeOffset BlockTime { get; set; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public ulong Sequence { get; set; }

    /// <summary>False: the answers to queries do not say of which block they are.</summary>
    public bool TellsHeights { get; set; } = true;

    public bool IsSyncing { get; set; }

    /// <summary>Null: it accepts and never answers.</summary>
    public TimeSpan? Delay { get; set; } = TimeSpan.Zero;

    /// <summary>Only these methods hang, when <see cref="Delay"/> is null; empty: all.</summary>
    public string[] Hanging { get; set; } = [];

    public bool Refuses { get; set; }

    public HttpStatusCode Status { get; set; } = HttpStatusCode.OK;

    public TimeSpan? RetryAfter { get; set; }

    /// <summary>The code of a JSON-RPC error that answers every query.</summary>
    public int? ErrorCode { get; set; }

    public int CallCount => _calls.Count;

    public int CountOf(string method) => _calls.Count(call => call == method);

    public async Task<HttpResponseMessage> AnswerAsync(JsonNode call, CancellationToken cancellationToken)
    {
        var method = (call is JsonArray batch ? batch[0]! : call)["method"]!.GetValue<string>();
        _calls.Enqueue(method);
        if (Refuses)
        {
            throw new HttpRequestException("Connection refused");
        }

        var hangs = Delay is null && (Hanging.Length == 0 || Hanging.Contains(method));
        var wait = hangs ? System.Threading.Timeout.InfiniteTimeSpan : Delay ?? TimeSpan.Zero;
        if (wait != TimeSpan.Zero)
        {
            await Task.Delay(wait, world.Time, cancellationToken);
        }

        var response = new HttpResponseMessage(Status)
        {
            Content = new StringContent(
                JsonSerializer.Serialize(call is JsonArray calls ? calls.Select(Reply) : Reply(call)),
                Encoding.UTF8, "application/json"),
        };
        if (RetryAfter is { } after)
        {
            response.Headers.RetryAfter = new(after);
        }

        return response;
    }

    private object Reply(JsonNode? call)
    {
        var id = call!["id"]!.GetValue<int>();
        var method = call["method"]!.GetValue<string>();
        return ErrorCode is { } code && method != "status"
            ? new { jsonrpc = "2.0", id, error = new { code, message = "no", data = "" } }
            : new { jsonrpc = "2.0", id, result = Result(method) };
    }

    private object Result(string method) => method switch
    {
        "status" => new
        {
            node_info = new { network = "fake-1" },
            sync_info = new
            {
                latest_block_height = $"{Height}",
                latest_block_time = BlockTime,
                catching_up = IsSyncing,
            },
        },
        "abci_query" => new
        {
            response = new { code = 0, height = TellsHeights ? $"{Height}" : "0", value = Account() },
        },
        _ => new { code = 0, codespace = "", log = "", hash = "" },
    };

    private string Account() => new QueryAccountInfoResponse
    {
        Info = new BaseAccount { Address = "allo1", AccountNumber = 1, Sequence = Sequence },
    }.ToByteString().ToBase64();
}
