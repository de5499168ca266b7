using System.Collections.Frozen;
using Outpost.Chains.Rpc;

namespace Outpost.Consensus.Snapshotters;

/// <summary>
/// All snapshotters, in memory. A change replaces the whole directory at once; calls that were counted stay counted
/// unless the limit was changed. Safe for use from several threads.
/// </summary>
public sealed class SnapshotterDirectory(TimeProvider time)
{
    /// <summary>
    /// A limit that cannot be read was not written by this program: its snapshotter is slowed, not lost.
    /// </summary>
    private const string LimitInDoubt = "1/second";

    private sealed record View(
        FrozenDictionary<UInt128, Member> ByInstance, FrozenDictionary<string, Member> ByAddress,
        FrozenDictionary<int, Member> ById, FrozenDictionary<string, Member> ByAlias);

    private volatile View _view = Build([]);

    public IEnumerable<Member> All => _view.ById.Values;

    /// <summary>Who shows this instance id; null for nobody, and for one that is disabled.</summary>
    public Member? Authenticate(ReadOnlySpan<byte> instanceId) =>
        instanceId.Length <= InstanceId.MaxBytes
        && _view.ByInstance.TryGetValue(InstanceId.KeyOf(instanceId), out var member)
        && member.Snapshotter.IsActive
            ? member
            : null;

    /// <summary>
    /// Who signs with this account ("0x…", in lower case); null for nobody, and for one that is disabled.
    /// </summary>
    public Member? AuthenticateAddress(string address) =>
        _view.ByAddress.TryGetValue(address, out var member) && member.Snapshotter.IsActive ? member : null;

    public Member? ByAlias(string alias) => _view.ByAlias.GetValueOrDefault(alias);

    public Member? ById(int id) => _view.ById.GetValueOrDefault(id);

    public void Replace(IEnumerable<Snapshotter> snapshotters) => _view = Build(snapshotters.Select(snapshotter =>
    {
        var known = ById(snapshotter.Id);
        return known is not null && known.Snapshotter.RateLimit == snapshotter.RateLimit
            ? known with { Snapshotter = snapshotter }
            : new Member(snapshotter, new CallCount(LimitOf(snapshotter), time));
    }));

    private static RateLimitText LimitOf(Snapshotter snapshotter) =>
        RateLimitText.TryParse(snapshotter.RateLimit, out var limit, out _) ? limit
        : RateLimitText.TryParse(LimitInDoubt, out var slow, out _) ? slow
        : throw new InvalidOperationException(LimitInDoubt);

    private static View Build(IEnumerable<Member> members)
    {
        var all = members.ToList();
        return new View(
            all.Where(member => member.Snapshotter.InstanceHash.Length > 0)
                .ToFrozenDictionary(member => InstanceId.KeyOfHash(member.Snapshotter.InstanceHash.Span)),
            all.Where(member => member.Snapshotter.Address is not null)
                .ToFrozenDictionary(member => member.Snapshotter.Address!, StringComparer.Ordinal),
            all.ToFrozenDictionary(member => member.Snapshotter.Id),
            all.ToFrozenDictionary(member => member.Snapshotter.Alias, StringComparer.Ordinal));
    }
}
