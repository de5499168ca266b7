namespace Outpost.Chains.Rpc;

/// <summary>
/// The state machine of one endpoint: what happened goes in, the next state comes out. Times are those of
/// <see cref="Patience.Now"/>, which no change of the wall clock moves.
/// </summary>
internal sealed record EndpointHealth
{
    public EndpointState State { get; private init; }

    /// <summary>When it came into this state.</summary>
    public TimeSpan Since { get; private init; }

    /// <summary>Since its last true answer; a look that went well does not end the row.</summary>
    public int FailuresInARow { get; private init; }

    /// <summary>Looked at again from then on; it is avoided until a look has gone well.</summary>
    public TimeSpan NextLook { get; private init; }

    /// <summary>What was wrong last; kept while it is cordoned, forgotten when it works.</summary>
    public ChainException? Problem { get; private init; }

    /// <summary>
    /// True once it served the right chain and was not catching up; false again after a failure, but not for a lag.
    /// </summary>
    public bool IsVerified { get; private init; }

    /// <summary>True when it is asked first; any other endpoint is a last resort.</summary>
    public bool IsGood => State is EndpointState.New or EndpointState.Working;

    /// <summary>
    /// A lagging node still passes transactions on, and one silence may be an accident of a read.
    /// </summary>
    public bool TakesWrites => IsGood || State is EndpointState.Behind
        || (State is EndpointState.Silent && FailuresInARow == 1);

    public bool IsCordoned => State is EndpointState.Cordoned;

    /// <summary>True for one that is asked last, or not at all, for what it did.</summary>
    public bool IsLeft => !IsGood && !IsCordoned;

    public bool IsDueForLook(TimeSpan now) => IsLeft && NextLook <= now;

    /// <summary>It gave an answer that was of use.</summary>
    public EndpointHealth Answered(TimeSpan now) => IsCordoned ? this : Into(EndpointState.Working, now) with
    {
        FailuresInARow = 0,
        Problem = null,
    };

    /// <summary>
    /// A look found the right chain at its head. That ends no row of failures: it may answer nothing but looks.
    /// </summary>
    public EndpointHealth Verified(TimeSpan now) => IsCordoned ? this : Into(EndpointState.Working, now) with
    {
        IsVerified = true,
        Problem = null,
    };

    /// <summary>Others answered while it did not, or it failed.</summary>
    /// <param name="pause">How long it is left alone before it is looked at.</param>
    public EndpointHealth Failed(ChainException problem, TimeSpan now, TimeSpan pause, bool wasOvertaken = false) =>
        IsCordoned ? this : Into(wasOvertaken ? EndpointState.Silent : StateOf(problem.Fault), now) with
        {
            FailuresInARow = FailuresInARow + 1,
            NextLook = now + pause,
            Problem = problem,
            IsVerified = IsVerified && problem.Fault is ChainFault.Behind,
        };

    public EndpointHealth Cordoned(TimeSpan now) => Into(EndpointState.Cordoned, now);

    public EndpointHealth Uncordoned(TimeSpan now) =>
        IsCordoned ? new EndpointHealth { State = EndpointState.New, Since = now } : this;

    private EndpointHealth Into(EndpointState state, TimeSpan now) =>
        state == State ? this : this with { State = state, Since = now };

    private static EndpointState StateOf(ChainFault fault) => fault switch
    {
        ChainFault.Behind => EndpointState.Behind,
        ChainFault.Syncing => EndpointState.Syncing,
        ChainFault.WrongChain => EndpointState.WrongChain,
        ChainFault.RateLimited => EndpointState.RateLimited,
        ChainFault.Forbidden => EndpointState.Forbidden,
        ChainFault.BadReply => EndpointState.Faulty,
        _ => EndpointState.Unreachable,
    };
}
