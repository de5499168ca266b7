using System.Text.Json.Nodes;
using Outpost.Sdk;
using Outpost.Sdk.Evm;
using Outpost.Sdk.Snapshots;

namespace Outpost.Tests.Uniswap;

/// <summary>Series of finished snapshots, six epochs a day, as an aggregate is given them.</summary>
internal sealed class FakeSeries(Epoch epoch, Exchange exchange) : IAggregateContext
{
    private readonly Dictionary<string, SortedList<long, JsonObject>> _snapshots = [];
    private readonly List<Member> _members = [];

    public Epoch Epoch { get; } = epoch;

    public long EpochId => 77;

    public EvmAddress? Contract => null;

    public IReadOnlyList<Member> Members => _members;

    /// <summary>Snapshots that were read, one by one.</summary>
    public int Reads { get; private set; }

    public Member Add(string type, EvmAddress pair)
    {
        var member = new Member($"{type}_{pair.Hex}_NS", type, pair);
        _members.Add(member);
        _snapshots.Add(member.ProjectId, []);
        return member;
    }

    public void Put(Member member, long epochsAgo, JsonObject snapshot) =>
        _snapshots[member.ProjectId][At(epochsAgo).End] = snapshot;

    public Epoch At(long epochsAgo) =>
        new(Epoch.Begin - (epochsAgo * Epoch.Size), Epoch.End - (epochsAgo * Epoch.Size));

    /// <summary>An aggregate of the same time over some of the members.</summary>
    public FakeSeries Only(params Member[] members)
    {
        var other = new FakeSeries(Epoch, exchange);
        other._members.AddRange(members);
        foreach (var (id, series) in _snapshots)
        {
            other._snapshots.Add(id, series);
        }

        return other;
    }

    public long EpochsIn(TimeSpan time) => (long)(time / TimeSpan.FromHours(4));

    public (Epoch Epoch, bool IsWhole)? Back(Member member, long epochs)
    {
        if (_snapshots[member.ProjectId].Keys is not [var first, ..])
        {
            return null;
        }

        return At(epochs).End >= first ? (At(epochs), true) : (new Epoch(first - Epoch.Size + 1, first), false);
    }

    public Task<JsonObject?> SnapshotAsync(Member member, Epoch of)
    {
        Reads++;
        // As bytes that are read back, without the types that they were made of.
        return Task.FromResult(_snapshots[member.ProjectId].TryGetValue(of.End, out var snapshot)
            ? JsonNode.Parse(snapshot.ToJsonString())!.AsObject()
            : null);
    }

    public Task<(IReadOnlyList<BigDecimal> Sums, long Gaps)> SumAsync(
        Member member, IReadOnlyList<string> fields, Epoch first, Epoch last)
    {
        Assert.True(first.End <= last.End && last.End <= Epoch.End);
        var (sums, gaps) = (new BigDecimal[fields.Count], 0L);
        for (var end = first.End; end <= last.End; end += Epoch.Size)
        {
            if (!_snapshots[member.ProjectId].TryGetValue(end, out var snapshot))
            {
                gaps++;
                continue;
            }

            for (var index = 0; index < sums.Length; index++)
            {
                sums[index] += BigDecimal.Parse(snapshot[fields[index]]!.ToJsonString());
            }
        }

        return Task.FromResult<(IReadOnlyList<BigDecimal>, long)>((sums, gaps));
    }

    public Task<CallResult> MetadataAsync(EvmCall read) => Task.FromResult(exchange.At(Epoch).Answer(read, Epoch.End));
}
