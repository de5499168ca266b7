using System.Numerics;

namespace Outpost.Node.Submission;

/// <summary>
/// Learns from the fees of included transactions what a day costs, and so for how many days a balance lasts. Looks back
/// over the last day at most, by the hour. Safe for use from several threads.
/// </summary>
public sealed class Spending(TimeProvider time)
{
    private const int HoursKept = 24;

    /// <summary>Before that, one fee would say too much.</summary>
    private static readonly TimeSpan ShortestLook = TimeSpan.FromMinutes(30);

    private readonly Lock _lock = new();
    private readonly BigInteger[] _hours = new BigInteger[HoursKept];
    private long? _begunAt;
    private long _hour;

    /// <summary>A fee was paid, in uallo.</summary>
    public void Paid(BigInteger feeUallo)
    {
        lock (_lock)
        {
            _begunAt ??= time.GetTimestamp();
            Turn();
            _hours[_hour % HoursKept] += feeUallo;
        }
    }

    /// <summary>Days for which a balance lasts at the pace of the last day; null until the pace is known.</summary>
    public double? DaysLeft(BigInteger balanceUallo)
    {
        lock (_lock)
        {
            if (_begunAt is not { } begun || time.GetElapsedTime(begun) < ShortestLook)
            {
                return null;
            }

            Turn();
            var spent = _hours.Aggregate(BigInteger.Zero, (sum, hour) => sum + hour);
            var elapsed = time.GetElapsedTime(begun);
            var looked = elapsed < TimeSpan.FromHours(HoursKept - 1)
                ? elapsed
                : TimeSpan.FromHours(HoursKept - 1) + TimeSpan.FromTicks(elapsed.Ticks % TimeSpan.TicksPerHour);
            return spent.IsZero ? null : (double)balanceUallo / (double)spent * looked.TotalDays;
        }
    }

    /// <summary>Empties the hours that have passed since the last call.</summary>
    private void Turn()
    {
        var now = (long)time.GetElapsedTime(_begunAt!.Value).TotalHours;
        for (var hour = Math.Max(_hour + 1, now - HoursKept + 1); hour <= now; hour++)
        {
            _hours[hour % HoursKept] = BigInteger.Zero;
        }

        _hour = now;
    }
}
