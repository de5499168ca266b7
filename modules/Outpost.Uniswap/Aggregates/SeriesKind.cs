using Outpost.Sdk.Snapshots;

namespace Outpost.Uniswap.Aggregates;

/// <summary>What a member of an aggregate is a series of.</summary>
internal enum SeriesKind
{
    /// <summary><see cref="PairTotalReserves"/>.</summary>
    Reserves,

    /// <summary><see cref="PairTradeVolume"/>.</summary>
    Trades,

    /// <summary><see cref="TradeVolume24h"/>, which Pooler builds its other aggregates on.</summary>
    Day,

    /// <summary><see cref="TradeVolume7d"/>.</summary>
    Week,
}

/// <summary>Tells series apart by the names of their types, which are those of Pooler.</summary>
internal static class SeriesKinds
{
    // The longer names first, since they end in the shorter one.
    private static readonly (string Ending, SeriesKind Kind)[] Endings =
    [
        ("24h_trade_volume", SeriesKind.Day),
        ("7d_trade_volume", SeriesKind.Week),
        ("trade_volume", SeriesKind.Trades),
        ("pair_total_reserves", SeriesKind.Reserves),
    ];

    /// <exception cref="UniswapException">The type is none of them.</exception>
    public static SeriesKind KindOf(Member member)
    {
        foreach (var (ending, kind) in Endings)
        {
            if (member.Type.EndsWith(ending, StringComparison.Ordinal))
            {
                return kind;
            }
        }

        throw new UniswapException($"{member.ProjectId} is no series to aggregate here: the name of its type ends in "
            + $"none of {string.Join(", ", Endings.Select(one => one.Ending))}.");
    }
}
