using System.Numerics;
using Microsoft.Extensions.Logging;
using Outpost.Chains.Cosmos;

namespace Outpost.Node.Submission;

/// <summary>
/// Money is missing: says so once, looks at the payer's balance instead of trying again and again, and lets the lane go
/// on when it has changed.
/// </summary>
internal sealed partial class FundsWait(
    string payer, bool isGranter, CosmosClient cosmos, ILogger<SubmissionLane> logger)
{
    /// <summary>Looks after which it is tried all the same: an allowance is renewed without a coin moving.</summary>
    private const int LooksPerTry = 4;

    private BigInteger? _balance;
    private int _looks;

    /// <summary>What is missing, in one sentence; null: nothing.</summary>
    public string? Line { get; private set; }

    /// <summary>What the chain said last of what is missing: all that wait for it may miss their windows by it.</summary>
    public LaneAnswer.NotIncluded? Obstacle { get; private set; }

    /// <summary>The chain said that there is not enough.</summary>
    public void Begin(LaneAnswer.NotIncluded obstacle)
    {
        Obstacle = obstacle;
        if (Line is null)
        {
            Line = isGranter
                ? $"waiting for the fee granter {payer}: it lacks funds, or its allowance is used up or gone"
                : $"waiting for funds: send uallo to {payer}";
            Missing(Line);
        }
    }

    /// <summary>A transaction was taken.</summary>
    public void End()
    {
        if (Line is not null)
        {
            (Line, Obstacle, _balance, _looks) = (null, null, null, 0);
            Paying(payer);
        }
    }

    /// <summary>False while the balance is what it was.</summary>
    public async Task<bool> MayTryAsync(CancellationToken stop)
    {
        if (Line is null)
        {
            return true;
        }

        var now = await cosmos.BalanceAsync(payer, stop);
        var hasChanged = _balance is { } before && now != before;
        _balance = now;
        return hasChanged || ++_looks % LooksPerTry == 0;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The lane is {Line}; it goes on by itself")]
    private partial void Missing(string line);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Payer} can pay again")]
    private partial void Paying(string payer);
}
