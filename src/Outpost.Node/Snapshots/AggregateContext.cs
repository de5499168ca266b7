using System.Text.Json.Nodes;
using Outpost.Sdk;
using Outpost.Sdk.Evm;
using Outpost.Sdk.Snapshots;

namespace Outpost.Node.Snapshots;

/// <summary>One aggregate's view of an epoch and of what came before.</summary>
internal sealed class AggregateContext(
    AggregateProject project, Epoch epoch, EpochScale scale, SnapshotSeries series, EpochReads reads)
    : IAggregateContext
{
    public Epoch Epoch => epoch;

    public long EpochId => scale.NumberOf(epoch);

    public EvmAddress? Contract => project.Contract;

    public IReadOnlyList<Member> Members => project.Members;

    public long EpochsIn(TimeSpan time) => scale.EpochsIn(time, epoch.Size);

    public (Epoch Epoch, bool IsWhole)? Back(Member member, long epochs)
    {
        if (series.FirstEnd(member.ProjectId) is not { } first || first > epoch.End)
        {
            return null;
        }

        var end = epoch.End - (epochs * epoch.Size);
        var isWhole = end >= first;
        var last = isWhole ? end : first;
        return (new Epoch(last - epoch.Size + 1, last), isWhole);
    }

    public Task<JsonObject?> SnapshotAsync(Member member, Epoch of) => Task.FromResult(
        series.Bytes(member.ProjectId, of.End) is { } bytes ? JsonNode.Parse(bytes)!.AsObject() : null);

    public Task<(IReadOnlyList<BigDecimal> Sums, long Gaps)> SumAsync(
        Member member, IReadOnlyList<string> fields, Epoch first, Epoch last)
    {
        var (numbers, count) = series.Sum(member.ProjectId, first.Begin - 1, last.End);
        var gaps = ((last.End - first.End) / epoch.Size) + 1 - count;
        return Task.FromResult<(IReadOnlyList<BigDecimal>, long)>(
            ([.. fields.Select(field => Of(field))], Math.Max(0, gaps)));

        // Where there is a snapshot, a name that none has is an error of the processor's, and not a zero.
        BigDecimal Of(string field) => numbers.TryGetValue(field, out var sum) ? sum
            : count == 0 ? default
            : throw new KeyNotFoundException($"No snapshot of {member.ProjectId} has a number {field}.");
    }

    public Task<CallResult> MetadataAsync(EvmCall read) => reads.MetadataAsync(read);
}
