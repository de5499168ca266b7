using Outpost.Chains;
using Outpost.Chains.Rpc;

namespace Outpost.Tests.Rpc;

/// <summary>The state machine of an endpoint, row by row.</summary>
public sealed class EndpointHealthTests
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(4);

    // What happened in turn; the state it leads to; asked first; gets writes; failures in a row.
    [Theory]
    [InlineData("", EndpointState.New, true, true, 0)]
    [InlineData("verified", EndpointState.Working, true, true, 0)]
    [InlineData("answered", EndpointState.Working, true, true, 0)]
    [InlineData("Unreachable", EndpointState.Unreachable, false, false, 1)]
    [InlineData("Timeout", EndpointState.Unreachable, false, false, 1)]
    [InlineData("RateLimited", EndpointState.RateLimited, false, false, 1)]
    [InlineData("Forbidden", EndpointState.Forbidden, false, false, 1)]
    [InlineData("BadReply", EndpointState.Faulty, false, false, 1)]
    [InlineData("WrongChain", EndpointState.WrongChain, false, false, 1)]
    [InlineData("Syncing", EndpointState.Syncing, false, false, 1)]
    [InlineData("Behind", EndpointState.Behind, false, true, 1)]
    [InlineData("overtaken", EndpointState.Silent, false, true, 1)]
    [InlineData("overtaken verified", EndpointState.Working, true, true, 1)]
    [InlineData("overtaken verified overtaken", EndpointState.Silent, false, false, 2)]
    [InlineData("overtaken verified answered overtaken", EndpointState.Silent, false, true, 1)]
    [InlineData("overtaken Timeout", EndpointState.Unreachable, false, false, 2)]
    [InlineData("Unreachable Unreachable answered", EndpointState.Working, true, true, 0)]
    [InlineData("cordon", EndpointState.Cordoned, false, false, 0)]
    [InlineData("cordon answered", EndpointState.Cordoned, false, false, 0)]
    [InlineData("cordon verified", EndpointState.Cordoned, false, false, 0)]
    [InlineData("cordon Timeout", EndpointState.Cordoned, false, false, 0)]
    [InlineData("cordon overtaken", EndpointState.Cordoned, false, false, 0)]
    [InlineData("Timeout cordon uncordon", EndpointState.New, true, true, 0)]
    [InlineData("Timeout uncordon", EndpointState.Unreachable, false, false, 1)]
    public void Events_lead_to_states(string events, EndpointState expected, bool isGood, bool takesWrites, int failures)
    {
        var health = After(events);

        Assert.Equal(
            (expected, isGood, takesWrites, failures),
            (health.State, health.IsGood, health.TakesWrites, health.FailuresInARow));
    }

    [Theory]
    [InlineData("verified", true)]
    [InlineData("verified answered", true)]
    [InlineData("verified Behind", true)]
    [InlineData("verified Timeout", false)]
    [InlineData("verified overtaken", false)]
    [InlineData("verified cordon uncordon", false)]
    [InlineData("answered", false)]
    public void Whether_it_must_say_again_who_it_is(string events, bool isVerified) =>
        Assert.Equal(isVerified, After(events).IsVerified);

    [Theory]
    [InlineData("Timeout", true)]
    [InlineData("Behind", true)]
    [InlineData("overtaken", true)]
    [InlineData("verified", false)]
    [InlineData("Timeout cordon", false)]
    [InlineData("Timeout verified", false)]
    public void Only_what_was_left_is_looked_at_and_not_before_its_pause_is_over(string events, bool isLookedAt)
    {
        var health = After(events);

        Assert.False(health.IsDueForLook(Pause));
        Assert.Equal(isLookedAt, health.IsDueForLook(TimeSpan.FromHours(1)));
    }

    [Fact]
    public void The_time_in_a_state_begins_when_it_is_entered()
    {
        var health = new EndpointHealth().Failed(Fault(ChainFault.Timeout), TimeSpan.FromSeconds(1), Pause)
            .Failed(Fault(ChainFault.Unreachable), TimeSpan.FromSeconds(9), Pause);

        Assert.Equal(TimeSpan.FromSeconds(1), health.Since);
        Assert.Equal(TimeSpan.FromSeconds(13), health.NextLook);
        Assert.Equal(ChainFault.Unreachable, health.Problem?.Fault);
    }

    private static EndpointHealth After(string events)
    {
        var now = TimeSpan.FromSeconds(1);
        return events.Split(' ', StringSplitOptions.RemoveEmptyEntries).Aggregate(
            new EndpointHealth(), (health, name) => name switch
            {
                "verified" => health.Verified(now),
                "answered" => health.Answered(now),
                "overtaken" => health.Failed(Fault(ChainFault.Timeout), now, Pause, wasOvertaken: true),
                "cordon" => health.Cordoned(now),
                "uncordon" => health.Uncordoned(now),
                _ => health.Failed(Fault(Enum.Parse<ChainFault>(name)), now, Pause),
            });
    }

    private static ChainException Fault(ChainFault fault) => new(fault, "test", null, "");
}
