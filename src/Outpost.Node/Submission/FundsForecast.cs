using System.Numerics;
using Microsoft.Extensions.Logging;

namespace Outpost.Node.Submission;

/// <summary>For how many days the payer's balance lasts; warns once a day when that is too few.</summary>
public sealed partial class FundsForecast(Spending spending, TimeProvider time, ILogger<FundsForecast> logger)
{
    /// <summary>Enough to be read on a Monday.</summary>
    private const double FewDays = 3;

    private long? _warnedAt;

    /// <summary>Null until known.</summary>
    public double? DaysLeft { get; private set; }

    /// <summary>The balance of who pays the fees, in uallo.</summary>
    public void Look(string payer, BigInteger balanceUallo)
    {
        DaysLeft = spending.DaysLeft(balanceUallo);
        if (DaysLeft is { } days && days < FewDays
            && (_warnedAt is not { } at || time.GetElapsedTime(at) > TimeSpan.FromDays(1)))
        {
            _warnedAt = time.GetTimestamp();
            FewLeft(payer, balanceUallo, days);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "{Payer} holds {BalanceUallo} uallo, at the pace of the last day for {Days:0.0} days: fund it")]
    private partial void FewLeft(string payer, BigInteger balanceUallo, double days);
}
