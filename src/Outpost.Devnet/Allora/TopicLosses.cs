using System.Collections.Immutable;
using System.Numerics;
using Outpost.Chains.Wire.Emissions.V3;
using Outpost.Chains.Wire.Emissions.V9;

namespace Outpost.Devnet.Allora;

/// <summary>What a nonce came to once its losses were in.</summary>
/// <param name="Bundles">Those that counted, by reputer.</param>
/// <param name="Network">Their mean by stake.</param>
internal sealed record SettledNonce(
    IReadOnlyList<ValueBundle> Bundles, ValueBundle Network, NonceScores Scores);

/// <summary>Scores of one nonce, by address.</summary>
internal sealed record NonceScores(
    IReadOnlyDictionary<string, decimal> Inferers, IReadOnlyDictionary<string, decimal> Forecasters,
    IReadOnlyDictionary<string, decimal> Reputers);

/// <summary>The reputers' side of a topic: stakes, losses, and what the network has learned from them.</summary>
internal sealed class TopicLosses
{
    /// <summary>In uallo, by reputer.</summary>
    public SortedDictionary<string, BigInteger> Stakes { get; private init; } = new(StringComparer.Ordinal);

    /// <summary>The bundles of each unfulfilled nonce, by reputer; so many nonces as the topic has.</summary>
    public SortedDictionary<long, SortedDictionary<string, InputValueBundle>> Open { get; private init; } = [];

    /// <summary>The newest settled nonces.</summary>
    public ImmutableSortedDictionary<long, SettledNonce> Settled { get; set; } =
        ImmutableSortedDictionary<long, SettledNonce>.Empty;

    public Dictionary<string, ScoreEma> Scores { get; private init; } = new(StringComparer.Ordinal);

    /// <summary>The loss of the network at the newest settled nonce; null before the first.</summary>
    public decimal? Network { get; set; }

    /// <summary>How much better than the network each inferer has been, as a moving average.</summary>
    public Dictionary<string, decimal> InfererRegrets { get; private init; } = new(StringComparer.Ordinal);

    /// <summary>The same against the network of inferers alone.</summary>
    public Dictionary<string, decimal> NaiveRegrets { get; private init; } = new(StringComparer.Ordinal);

    public Dictionary<string, decimal> ForecasterRegrets { get; private init; } = new(StringComparer.Ordinal);

    /// <summary>What a worker without a past starts from; 0 while all are new.</summary>
    public decimal InitialRegret { get; set; }

    /// <summary>As it is now; only averages of scores and regrets move on with this one.</summary>
    public TopicLosses Copy() => new()
    {
        Stakes = new(Stakes, StringComparer.Ordinal),
        Open = new(Open.ToDictionary(
            of => of.Key,
            of => new SortedDictionary<string, InputValueBundle>(of.Value, StringComparer.Ordinal))),
        Settled = Settled,
        Scores = Scores,
        Network = Network,
        InfererRegrets = InfererRegrets,
        NaiveRegrets = NaiveRegrets,
        ForecasterRegrets = ForecasterRegrets,
        InitialRegret = InitialRegret,
    };

    /// <summary>True for a copy since which nothing has changed but averages.</summary>
    public bool IsStill(TopicLosses copy) =>
        ReferenceEquals(Settled, copy.Settled)
        && Stakes.SequenceEqual(copy.Stakes)
        && Open.Keys.SequenceEqual(copy.Open.Keys)
        && Open.All(of => of.Value.Keys.SequenceEqual(copy.Open[of.Key].Keys));
}
