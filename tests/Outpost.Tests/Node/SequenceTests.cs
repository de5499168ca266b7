using Outpost.Node.Submission;

namespace Outpost.Tests.Node;

public sealed class SequenceTests
{
    private readonly Sequence _sequence = new();

    [Fact]
    public void Asks_the_chain_before_the_first_use() => Assert.Null(_sequence.Next);

    [Fact]
    public void Counts_on_from_what_was_taken()
    {
        _sequence.Load(5);
        _sequence.Taken(5);
        _sequence.Taken(6);
        Assert.Equal(7ul, _sequence.Next);
    }

    [Fact]
    public void Fills_the_gap_of_an_expired_transaction_and_passes_over_those_in_flight()
    {
        _sequence.Load(5);
        _sequence.Taken(5);
        _sequence.Taken(6);
        _sequence.Taken(7);
        _sequence.Settle(5, included: false);
        Assert.Null(_sequence.Next);
        _sequence.Load(5);
        Assert.Equal(5ul, _sequence.Next);
        Assert.Equal(8ul, _sequence.After(5));
    }

    [Fact]
    public void Keeps_its_place_when_the_committed_state_lags_behind_the_mempool()
    {
        _sequence.Load(5);
        _sequence.Taken(5);
        _sequence.Doubt();
        _sequence.Load(5);
        Assert.Equal(6ul, _sequence.Next);
    }

    [Fact]
    public void Forgets_what_the_chain_has_passed()
    {
        _sequence.Load(5);
        _sequence.Taken(5);
        _sequence.Load(9);
        Assert.Equal(9ul, _sequence.Next);
    }
}
