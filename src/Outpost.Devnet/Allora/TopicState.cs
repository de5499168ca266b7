using System.Collections.Immutable;
using Outpost.Chains.Wire.Emissions.Query;
using Outpost.Chains.Wire.Emissions.V10;

namespace Outpost.Devnet.Allora;

/// <summary>
/// An inference in the active set of the open window; texts are canonical, in the order of its labels.
/// </summary>
internal sealed record ActiveInference(
    string Inferer, IReadOnlyList<string> Values, string Scalar, byte[] ExtraData, string Proof);

/// <summary>A worker's score average and the block that moved it last.</summary>
internal readonly record struct ScoreEma(decimal Score, long UpdatedAt);

/// <summary>What is stored under a nonce once its window has closed.</summary>
internal sealed record ClosedNonce(
    long Nonce, IReadOnlyList<string> Labels, IReadOnlyList<ActiveInference> Inferences,
    IReadOnlyList<InputForecast> Forecasts, NetworkInferenceBundle Network)
{
    /// <summary>The network's inference in the order of the labels.</summary>
    public IEnumerable<string> Combined => Network.CombinedValue.Select(value => value.Value);
}

/// <summary>The state of one topic. Owned by <see cref="EmissionsModule"/>.</summary>
internal sealed class TopicState(TopicOptions options)
{
    /// <summary>SINGLE topics have one label of this name.</summary>
    public const string SingleLabel = "y";

    private Dictionary<long, long> _windowEnds = [];
    private Dictionary<long, long> _reputerWindowEnds = [];

    public TopicOptions Options { get; } = options;

    public ulong Id => Options.Id.Value;

    public bool IsActive { get; set; } = options.IsActive;

    public long EpochLastEnded { get; set; }

    public long NextChurn { get; set; } = options.FirstOpening;

    /// <summary>Newest first, as the chain lists them.</summary>
    public List<long> WorkerNonces { get; private init; } = [];

    /// <summary>Newest first; opened to reputers once their truth is known.</summary>
    public List<long> ReputerNonces { get; private init; } = [];

    public SortedDictionary<string, ActiveInference> ActiveInferers { get; private init; } =
        new(StringComparer.Ordinal);

    public SortedDictionary<string, InputForecast> ActiveForecasters { get; private init; } =
        new(StringComparer.Ordinal);

    public Dictionary<string, ScoreEma> Scores { get; private init; } = new(StringComparer.Ordinal);

    public Dictionary<string, ScoreEma> ForecasterScores { get; private init; } = new(StringComparer.Ordinal);

    /// <summary>Owner by worker.</summary>
    public SortedDictionary<string, string> Workers { get; private init; } = new(StringComparer.Ordinal);

    /// <summary>Owner by reputer.</summary>
    public SortedDictionary<string, string> Reputers { get; private init; } = new(StringComparer.Ordinal);

    /// <summary>What reputers stake and say.</summary>
    public TopicLosses Losses { get; private init; } = new();

    /// <summary>Labels of the open window in the order of their ids, which start at 1.</summary>
    public List<string> OpenLabels { get; private init; } = [];

    public ImmutableSortedDictionary<long, ClosedNonce> Closed { get; set; } =
        ImmutableSortedDictionary<long, ClosedNonce>.Empty;

    /// <summary>Blocks that the newest window is open, and the next one by what is known now.</summary>
    public long WorkerWindow { get; private set; } = options.WorkerWindow;

    /// <summary>Blocks from the newest opening to the next one.</summary>
    public long EpochLength { get; private set; } = options.EpochLength;

    public long WindowEnd(long nonce) => _windowEnds.TryGetValue(nonce, out var end) ? end : nonce + WorkerWindow;

    /// <summary>An epoch begins at this height and opens its window.</summary>
    public void Open(long height, TopicTerms terms)
    {
        EpochLength = terms.EpochLength ?? Options.EpochLength;

        // Windows of a topic do not overlap: its active set is one.
        WorkerWindow = Math.Max(1, Math.Min(terms.WorkerWindow ?? Options.WorkerWindow, EpochLength - 1));
        EpochLastEnded = height;
        NextChurn = height + EpochLength;
        WorkerNonces.Insert(0, height);
        _windowEnds[height] = height + WorkerWindow;
    }

    public void Forget(long nonce)
    {
        WorkerNonces.Remove(nonce);
        _windowEnds.Remove(nonce);
    }

    /// <summary>The newest nonce whose window is open at this height; null when none is.</summary>
    public long? OpenNonce(long height)
    {
        foreach (var nonce in WorkerNonces)
        {
            if (nonce <= height && height <= WindowEnd(nonce))
            {
                return nonce;
            }
        }

        return null;
    }

    /// <summary>As it is now; only averages of scores and regrets move on with this one.</summary>
    public TopicState Copy() => new(Options)
    {
        IsActive = IsActive,
        EpochLastEnded = EpochLastEnded,
        NextChurn = NextChurn,
        WorkerNonces = [.. WorkerNonces],
        ReputerNonces = [.. ReputerNonces],
        ActiveInferers = new(ActiveInferers, StringComparer.Ordinal),
        ActiveForecasters = new(ActiveForecasters, StringComparer.Ordinal),
        Scores = Scores,
        ForecasterScores = ForecasterScores,
        Workers = new(Workers, StringComparer.Ordinal),
        Reputers = new(Reputers, StringComparer.Ordinal),
        Losses = Losses.Copy(),
        OpenLabels = [.. OpenLabels],
        Closed = Closed,
        WorkerWindow = WorkerWindow,
        EpochLength = EpochLength,
        _windowEnds = new(_windowEnds),
        _reputerWindowEnds = new(_reputerWindowEnds),
    };

    /// <summary>True for a copy since which nothing has changed but averages.</summary>
    public bool IsStill(TopicState copy) =>
        (IsActive, EpochLastEnded, NextChurn, WorkerWindow, EpochLength)
            == (copy.IsActive, copy.EpochLastEnded, copy.NextChurn, copy.WorkerWindow, copy.EpochLength)
        && (Workers.Count, Reputers.Count, OpenLabels.Count)
            == (copy.Workers.Count, copy.Reputers.Count, copy.OpenLabels.Count)
        && ReferenceEquals(Closed, copy.Closed)
        && WorkerNonces.SequenceEqual(copy.WorkerNonces)
        && ReputerNonces.SequenceEqual(copy.ReputerNonces)
        && ActiveInferers.Keys.SequenceEqual(copy.ActiveInferers.Keys)
        && ActiveForecasters.Keys.SequenceEqual(copy.ActiveForecasters.Keys)
        && Losses.IsStill(copy.Losses);

    /// <summary>Blocks between the truth's block and the epoch tick that follows it.</summary>
    public long RevealSlack =>
        (EpochLength - (Options.GroundTruthLag % EpochLength)) % EpochLength;

    /// <summary>
    /// The first and the last block that take losses of this nonce: from its truth to the end of the epoch after. Once
    /// that was told it stays so, also when epochs get another length.
    /// </summary>
    public (long Start, long End) ReputerWindow(long nonce)
    {
        var reveal = nonce + Options.GroundTruthLag;
        return (reveal, _reputerWindowEnds.TryGetValue(nonce, out var end)
            ? end
            : Math.Min(reveal + RevealSlack + EpochLength, ChurnFrom(reveal + EpochLength)));
    }

    /// <summary>From now on it is told when the nonce's losses end. Gives back that block.</summary>
    public long OpenToReputers(long nonce) => _reputerWindowEnds[nonce] = ReputerWindow(nonce).End;

    /// <summary>True when the epoch that ends at this height is the one to settle the nonce's losses.</summary>
    public bool IsToSettle(long nonce, long height) => height >= (_reputerWindowEnds.TryGetValue(nonce, out var end)
        ? end
        : nonce + Options.GroundTruthLag + EpochLength);

    public void ForgetReputers(long nonce)
    {
        ReputerNonces.Remove(nonce);
        _reputerWindowEnds.Remove(nonce);
    }

    /// <summary>Nonces that take losses at this height, newest first.</summary>
    public IEnumerable<long> OpenReputerNonces(long height) => ReputerNonces.Where(nonce =>
    {
        var (start, end) = ReputerWindow(nonce);
        return start <= height && height <= end;
    });

    /// <summary>The block from which the next nonce takes losses; 0 when none is to come.</summary>
    public long NextReputerWindow(long height) => ReputerNonces.Concat(WorkerNonces)
        .Select(nonce => ReputerWindow(nonce).Start)
        .Append(IsActive ? NextChurn + Options.GroundTruthLag : 0)
        .Where(start => start > height)
        .DefaultIfEmpty(0)
        .Min();

    /// <summary>The first of the epochs to come that ends at this height or later.</summary>
    private long ChurnFrom(long height)
    {
        var epochs = Math.Max(0, height - NextChurn + EpochLength - 1) / EpochLength;
        return NextChurn + (epochs * EpochLength);
    }
}
