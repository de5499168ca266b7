using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Outpost.Chains.Evm;
using Outpost.Consensus.Epochs;
using Outpost.Consensus.Service;
using Outpost.Sdk.Evm;

namespace Outpost.EndToEnd.Anvil;

/// <summary>Heads and epochs on a real node that reorganises and rolls back.</summary>
public sealed class EpochTests
{
    private static readonly EpochStream Tens = new(31_337, 10, 2);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Epochs_follow_the_chain_and_those_that_it_leaves_are_released_anew()
    {
        await using var anvil = await AnvilNode.StartAsync(Token);
        await anvil.MineAsync(63);
        var folder = Directory.CreateTempSubdirectory("epochs").FullName;
        var options = new ConsensusOptions
        {
            Listen = new IPEndPoint(IPAddress.Loopback, 0),
            Store = Path.Combine(folder, "consensus.db"),
            Streams = [Tens],
        };
        try
        {
            await using (var host = await StartAsync(options))
            {
                await using var follower = Follower.Start(anvil, host.Epochs);
                await UntilAsync(() => host.Epochs.Last(Tens)?.Epoch.End == 60);
                await AssertTrueAsync(anvil, host.Epochs, left: 0);

                // Blocks 61 to 63: no epoch reaches them.
                await anvil.ReorganiseAsync(3);
                await anvil.MineAsync(9);
                await UntilAsync(() => host.Epochs.Last(Tens)?.Epoch.End == 70);
                await AssertTrueAsync(anvil, host.Epochs, left: 0);

                // Blocks 58 to 72: two epochs.
                await anvil.ReorganiseAsync(15);
                await UntilAsync(() => Left(host.Epochs) == 2);
                await AssertTrueAsync(anvil, host.Epochs, left: 2);

                // Blocks 43 to 72 are left, and others come later: one epoch more.
                await anvil.RollBackAsync(30);
                await anvil.MineAsync(45);
                await UntilAsync(() => host.Epochs.Last(Tens)?.Epoch.End == 80 && Left(host.Epochs) == 3);
                await AssertTrueAsync(anvil, host.Epochs, left: 3);
            }

            // What is left while nobody looks is found at the next start.
            await anvil.RollBackAsync(30);
            await anvil.MineAsync(45);
            await using (var host = await StartAsync(options))
            {
                await using var follower = Follower.Start(anvil, host.Epochs);
                await UntilAsync(() => host.Epochs.Last(Tens)?.Epoch.End == 100);
                await AssertTrueAsync(anvil, host.Epochs, left: 4);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Headers_and_calls_are_what_the_node_says()
    {
        await using var anvil = await AnvilNode.StartAsync(Token);
        await anvil.MineAsync(200);
        await using var client = Client(anvil);
        await client.ConnectAsync(Token);

        var headers = await client.HeadersAsync(0, 200, Token);
        var identity = EvmAddress.Parse("0x0000000000000000000000000000000000000004");
        var calls = await client.CallAllAsync(
            [.. Enumerable.Range(0, 201).Select(number => (new EvmCall(identity, new[] { (byte)number }), BlockId.At(number)))], Token);

        Assert.Equal(31_337, client.ChainId);
        foreach (var number in new[] { 0, 1, 99, 100, 200 })
        {
            Assert.Equal(await anvil.HashAsync(number), headers[number].Hash.ToString());
        }

        Assert.All(calls.Index(), one => Assert.Equal(
            [(byte)one.Index], Assert.IsType<CallResult.Returned>(one.Item).Data.ToArray()));
        Assert.Null(await client.HeaderAsync(BlockId.Of(default(Hash32)), Token));
        Assert.Empty(await client.LogsAsync(LogFilter.Of([identity]), 0, 200, Token));
    }

    private static Task<ConsensusHost> StartAsync(ConsensusOptions options) => ConsensusHost.StartAsync(
        options, TimeProvider.System, new Random(1), NullLoggerFactory.Instance, Token);

    private static EvmClient Client(AnvilNode anvil) => new(
        new EvmOptions { Endpoints = [new EvmEndpointOptions(anvil.Url) { Socket = anvil.Socket }], ChainId = 31_337 }, new SocketsHttpHandler(),
        TimeProvider.System, new Random(1), NullLoggerFactory.Instance);

    private static int Left(IEpochLedger ledger) =>
        ledger.Newest(Tens, 100).Count(one => one is { Releases: > 1, InvalidatedAt: null });

    private static async Task UntilAsync(Func<bool> isSo)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!isSo())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(start) < Patience, "What was waited for has not come.");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, Token);
        }
    }

    /// <summary>An epoch counts just when the node still has its last block.</summary>
    private static async Task AssertTrueAsync(AnvilNode anvil, IEpochLedger ledger, int left)
    {
        var epochs = ledger.Newest(Tens, 100);
        foreach (var one in epochs)
        {
            Assert.Equal(one.InvalidatedAt is null, await anvil.HashAsync(one.Epoch.End) == one.LastBlockHash);
        }

        Assert.Equal(left, Left(ledger));
        Assert.All(epochs.Zip(epochs.Skip(1)), pair => Assert.Equal(pair.First.Epoch.Begin, pair.Second.Epoch.End + 1));
    }

    /// <summary>A releaser on the node, until it is disposed.</summary>
    private sealed class Follower : IAsyncDisposable
    {
        private readonly EvmClient _client;
        private readonly CancellationTokenSource _stop = new();
        private readonly Task _running;

        private Follower(AnvilNode anvil, IEpochLedger ledger)
        {
            _client = Client(anvil);
            var heads = new HeadFollower(_client, new HeadOptions(), NullLoggerFactory.Instance);
            _running = new EpochReleaser(
                ledger, [new EpochStart(Tens, 1)], _client, heads, TimeProvider.System, NullLoggerFactory.Instance)
                .RunAsync(_stop.Token);
        }

        public static Follower Start(AnvilNode anvil, IEpochLedger ledger) => new(anvil, ledger);

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _running);
            await _client.DisposeAsync();
            _stop.Dispose();
        }
    }
}
