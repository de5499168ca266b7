using System.Numerics;
using Microsoft.Extensions.Logging;
using Outpost.Chains;
using Outpost.Chains.Cosmos;

namespace Outpost.Node.Submission;

/// <summary>
/// Money is missing: says so once, looks at the payer's balance instead of trying again and again, and lets the lane go
/// on when it has changed.
/// </summary>
internal sealed partial class FundsWait(
    string payer, bool isGranter, CosmosClient cosmos, ILogger<SubmissionLane> logger)
{
    /// <summary>
    /// Blocks after which it is tried all the same: an allowance is renewed without a coin moving, and a lane that had
    /// nothing to send meanwhile did not look.
    /// </summary>
    private const long BlocksPerTry = 3;

    private BigInteger? _balance;
    private Height _triedAt;

    /// <summary>What is missing, in one sentence; null: nothing.</summary>
    public string? Line { get; private set; }

    /// <summary>What the chain said last of what is missing: all that wait for it may miss their windows.</summary>
    public LaneAnswer.NotIncluded? Obstacle { get; private set; }

    /// <summary>The chain said that there is not enough.</summary>
    public void Begin(LaneAnswer.NotIncluded obstacle, Height head)
    {
        (Obstacle, _triedAt) = (obstacle, head);
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
            (Line, Obstacle, _balance) = (null, null, null);
            Paying(payer);
        }
    }

    /// <summary>False while the balance is what it was, for a few blocks.</summary>
    public async Task<bool> MayTryAsync(Height head, CancellationToken stop)
    {
        if (Line is null)
        {
            return true;
        }

        var now = await cosmos.BalanceAsync(payer, stop);
        var hasChanged = _balance is { } before && now != before;
        _balance = now;
        return hasChanged || head - _triedAt >= BlocksPerTry;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The lane is {Line}; it goes on by itself")]
    private partial void Missing(string line);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Payer} can pay again")]
    private partial void Paying(string payer);
}
