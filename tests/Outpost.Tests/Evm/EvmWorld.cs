using Microsoft.Extensions.Logging.Abstractions;
using Outpost.Chains.Evm;
using Outpost.Devnet;
using Outpost.Tests.Node;

namespace Outpost.Tests.Evm;

/// <summary>An EVM devnet in memory, a client of all its nodes, and a clock that only the test moves.</summary>
internal sealed class EvmWorld : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public EvmWorld(
        int nodes = 1, Func<EvmOptions, EvmOptions>? shape = null, EvmDevnetOptions? devnet = null, int blocks = 20)
    {
        Devnet = new EvmDevnet((devnet ?? new EvmDevnetOptions()) with { Nodes = nodes }, Time);
        Devnet.Extend(blocks);
        var options = new EvmOptions { Endpoints = [.. Devnet.Nodes.Select(node => new EvmEndpointOptions(node.Url))] };
        Client = new EvmClient(
            shape?.Invoke(options) ?? options, Devnet.Network(), Time, new Random(3), NullLoggerFactory.Instance);
    }

    public ManualTime Time { get; } = new();

    public EvmDevnet Devnet { get; }

    public EvmClient Client { get; }

    /// <summary>Moves the clock until the task has ended.</summary>
    public async Task<T> AnswerAsync<T>(Task<T> task)
    {
        await RunAsync(task);
        return await task;
    }

    public async Task RunAsync(Task task)
    {
        var step = TimeSpan.FromMilliseconds(10);
        for (var passed = TimeSpan.Zero; passed < Patience; passed += step)
        {
            await SettleAsync(task);
            if (task.IsCompleted)
            {
                return;
            }

            Time.Advance(step);
        }

        Assert.Fail($"There is no answer after {Patience}.");
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await Devnet.DisposeAsync();
    }

    /// <summary>Lets what can run without the clock run.</summary>
    public static async Task SettleAsync(Task task)
    {
        for (var turn = 0; turn < 50 && !task.IsCompleted; turn++)
        {
            await Task.Yield();
            // The last turn always gives up the processor: work that is under way on another thread is not pending.
            if (turn % 10 == 9 && (turn == 49 || ThreadPool.PendingWorkItemCount > 0))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System);
            }
        }
    }
}
