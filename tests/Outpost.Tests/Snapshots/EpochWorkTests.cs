using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using Outpost.Chains.Evm;
using Outpost.Node.Snapshots;
using Outpost.Sdk.Evm;
using Outpost.Sdk.Snapshots;
using Outpost.Tests.Evm;
using Outpost.Tests.Node;

namespace Outpost.Tests.Snapshots;

public sealed class EpochWorkTests
{
    [Fact]
    public async Task A_processor_that_never_ends_puts_its_epoch_off_and_the_work_goes_on()
    {
        var time = new ManualTime();
        using var store = SnapshotStore.Open(":memory:", time);
        var processor = new Hanging();
        var project = SeriesStore.Pair with { Processor = processor };
        store.Open([SeriesStore.At(1)], [project.Id]);
        var options = new SnapshotOptions { Chain = new EvmOptions { Endpoints = [] }, Projects = [project] };
        var work = new EpochWork(options, new HeadersOnly(), null, store, time, NullLogger.Instance);
        using var stop = new CancellationTokenSource();
        var running = work.RunAsync(Channel.CreateUnbounded<Epoch>().Reader, stop.Token);

        for (var seconds = 0; store.Entries(SeriesStore.At(1))[0].State is not SnapshotState.Finalized; seconds++)
        {
            Assert.False(running.IsCompleted, "The work has ended.");
            Assert.True(seconds < 3000, "The epoch is not tried again.");
            await EvmWorld.SettleAsync(running);
            // Its work goes on in other threads: the clock must not run away from them.
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, TestContext.Current.CancellationToken);
            time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.True(processor.Tries > 1);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    private sealed class Hanging : ISnapshotProcessor
    {
        public int Tries { get; private set; }

        public Task<JsonObject> ComputeAsync(ISnapshotContext context, CancellationToken cancellationToken) =>
            ++Tries == 1 ? new TaskCompletionSource<JsonObject>().Task : Task.FromResult(new JsonObject());
    }

    private sealed class HeadersOnly : ISourceChain
    {
        public long ChainId => 1;

        public Task<IReadOnlyList<EvmHeader>> HeadersAsync(long first, long last, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<EvmHeader>>(
                [.. Enumerable.Range((int)first, (int)(last - first + 1)).Select(number => new EvmHeader(number, default, default, number * 12))]);

        public Task<IReadOnlyList<EvmLog>> LogsAsync(
            LogFilter filter, IReadOnlyList<EvmHeader> blocks, CancellationToken cancellationToken) =>
            throw new InvalidOperationException("logs were asked for");

        public Task<IReadOnlyList<CallResult>> CallsAsync(
            IReadOnlyList<(EvmCall Call, EvmHeader Block)> calls, CancellationToken cancellationToken) =>
            throw new InvalidOperationException("calls were made");
    }
}
