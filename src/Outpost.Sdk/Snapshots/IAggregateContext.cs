using System.Text.Json.Nodes;
using Outpost.Sdk.Evm;

namespace Outpost.Sdk.Snapshots;

/// <summary>What an aggregate is given: the series of the projects that it is made of.</summary>
public interface IAggregateContext
{
    /// <summary>The epoch that is aggregated up to.</summary>
    Epoch Epoch { get; }

    /// <summary>The number of the epoch within the stream: 0 for the first that this stream released.</summary>
    long EpochId { get; }

    /// <summary>
    /// The one contract of an aggregate on a single project; null for one that is made of several projects.
    /// </summary>
    EvmAddress? Contract { get; }

    /// <summary>The projects that it is made of, in the order of the configuration.</summary>
    IReadOnlyList<Member> Members { get; }

    /// <summary>How many epochs a time has by the stream's nominal block time: 720 for a day of 120 s each.</summary>
    long EpochsIn(TimeSpan time);

    /// <summary>
    /// The epoch that lies this many epochs before <see cref="Epoch"/>. Where the member begins later, its first one.
    /// </summary>
    /// <returns>The epoch, and false when the member begins later; null when the member has none at all.</returns>
    (Epoch Epoch, bool IsWhole)? Back(Member member, long epochs);

    /// <summary>A member's snapshot of one epoch; null for a gap.</summary>
    Task<JsonObject?> SnapshotAsync(Member member, Epoch epoch);

    /// <summary>
    /// The sums of some of a member's top-level decimal fields over the epochs from <paramref name="first"/> to
    /// <paramref name="last"/>, both included, exactly: by prefix sums, in the same time for a day and for a year.
    /// </summary>
    /// <returns>The sums in the order of the fields, and how many of the epochs are gaps.</returns>
    Task<(IReadOnlyList<BigDecimal> Sums, long Gaps)> SumAsync(
        Member member, IReadOnlyList<string> fields, Epoch first, Epoch last);

    /// <summary>What a contract says of itself; see <see cref="ISnapshotContext.MetadataAsync"/>.</summary>
    Task<CallResult> MetadataAsync(EvmCall read);
}

/// <summary>One project that an aggregate is made of.</summary>
/// <param name="ProjectId">Such as pairContract_trade_volume_0xb4e1…_NS.</param>
/// <param name="Type">Its type, such as pairContract_trade_volume.</param>
/// <param name="Contract">The contract it is on; null for an aggregate.</param>
public sealed record Member(string ProjectId, string Type, EvmAddress? Contract);
