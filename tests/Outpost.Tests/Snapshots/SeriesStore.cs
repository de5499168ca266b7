using System.Text.Json.Nodes;
using Outpost.Chains.Evm;
using Outpost.Node.Snapshots;
using Outpost.Sdk.Evm;
using Outpost.Sdk.Snapshots;

namespace Outpost.Tests.Snapshots;

/// <summary>A store in memory with snapshots of one's choice, in epochs of ten blocks.</summary>
internal sealed class SeriesStore : IDisposable
{
    public static readonly SnapshotProject Pair = Project(1);
    public static readonly SnapshotProject Other = Project(2);

    public SnapshotStore Store { get; } = SnapshotStore.Open(":memory:", TimeProvider.System);

    public SnapshotSeries Series => Store.Series;

    /// <summary>Epoch 0 has the blocks 0 to 9.</summary>
    public static Epoch At(long number) => new(number * 10, (number * 10) + 9);

    public static Member MemberOf(SnapshotProject project) => new(project.Id, project.Type, project.Contract);

    /// <summary>Takes the epoch in, with a snapshot or with a gap; its last block is of second 12 times its number.</summary>
    public void Put(SnapshotProject project, long number, JsonObject? snapshot) =>
        Put(number, [(project, snapshot)]);

    public void Put(long number, IReadOnlyList<(SnapshotProject Project, JsonObject? Snapshot)> snapshots, params string[] aggregates)
    {
        var epoch = At(number);
        Store.Open([epoch], [.. snapshots.Select(one => one.Project.Id), .. aggregates]);
        Store.RecordComputed(
            new ComputedEpoch(
                epoch, default, new Hash32([.. Enumerable.Repeat((byte)number, 32)]), epoch.End * 12, 1,
                [
                    .. snapshots.Select(one => new ComputedSnapshot(
                        one.Project, one.Snapshot is null ? null : SnapshotBytes.Of(one.Snapshot), one.Snapshot is null ? "no" : null)),
                ]),
            new MetadataBook());
    }

    public void Dispose() => Store.Dispose();

    private static SnapshotProject Project(byte last)
    {
        var contract = EvmAddress.Parse($"0x{last:x40}");
        return new SnapshotProject(SnapshotProject.IdOf("volume", contract, "NS"), "volume", contract, new None());
    }

    private sealed class None : ISnapshotProcessor
    {
        public Task<JsonObject> ComputeAsync(ISnapshotContext context, CancellationToken cancellationToken) =>
            throw new InvalidOperationException("Nothing is computed here.");
    }

    /// <summary>A chain that nobody may ask.</summary>
    public sealed class NoChain : ISourceChain
    {
        public long ChainId => 1;

        public Task<IReadOnlyList<EvmHeader>> HeadersAsync(long first, long last, CancellationToken cancellationToken) =>
            throw new InvalidOperationException("headers were asked for");

        public Task<IReadOnlyList<EvmLog>> LogsAsync(
            LogFilter filter, IReadOnlyList<EvmHeader> blocks, CancellationToken cancellationToken) =>
            throw new InvalidOperationException("logs were asked for");

        public Task<IReadOnlyList<CallResult>> CallsAsync(
            IReadOnlyList<(EvmCall Call, EvmHeader Block)> calls, CancellationToken cancellationToken) =>
            throw new InvalidOperationException("calls were made");
    }
}
