using System.Numerics;
using Outpost.Node.Submission;

namespace Outpost.Tests.Node.Submission;

public sealed class SpendingTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public void Does_not_guess_before_it_has_seen_half_an_hour()
    {
        var spending = new Spending(_time);
        Assert.Null(spending.DaysLeft(1000));
        spending.Paid(10);
        _time.Advance(TimeSpan.FromMinutes(29));
        Assert.Null(spending.DaysLeft(1000));
    }

    [Fact]
    public void Tells_the_days_at_the_pace_of_the_last_day()
    {
        var spending = new Spending(_time);
        for (var hour = 0; hour < 48; hour++)
        {
            spending.Paid(hour < 24 ? BigInteger.Pow(10, 20) : 100);
            _time.Advance(TimeSpan.FromHours(1));
        }

        // 2,400 a day for the last day: 7,200 last for three.
        Assert.InRange(spending.DaysLeft(7_200)!.Value, 2.85, 3.15);
    }

    [Fact]
    public void Has_no_figure_when_nothing_was_spent_for_a_day()
    {
        var spending = new Spending(_time);
        spending.Paid(100);
        _time.Advance(TimeSpan.FromDays(3));
        Assert.Null(spending.DaysLeft(1000));
    }
}
