using Google.Protobuf.WellKnownTypes;
using Outpost.Chains;
using Outpost.Node.Submission;

namespace Outpost.Tests.Node.Submission;

public sealed class FlightTests
{
    private readonly Flight _flight = new();

    [Fact]
    public void Asks_the_chain_before_the_first_use() => Assert.Null(_flight.Committed);

    [Fact]
    public void What_is_below_the_committed_sequence_is_used_up_and_looked_for()
    {
        _flight.Load(5, new Height(1));
        var (low, high) = (Put(5), Put(6));
        Assert.Equal(0ul, _flight.Load(6, new Height(2)));
        Assert.Equal([low], _flight.Sought);
        Assert.Equal([high], _flight.InOrder);
    }

    [Fact]
    public void An_older_answer_changes_nothing()
    {
        _flight.Load(5, new Height(1));
        Put(5);
        _flight.Passed(5);
        _flight.Doubt();
        Assert.Equal(0ul, _flight.Load(5, new Height(2)));
        Assert.Equal(6ul, _flight.Committed);
    }

    [Fact]
    public void Counts_the_numbers_that_nothing_of_ours_explains_once()
    {
        _flight.Load(5, new Height(1));
        Put(5);
        Assert.Equal(2ul, _flight.Load(8, new Height(2)));
        Assert.Equal(0ul, _flight.Load(8, new Height(3)));
    }

    [Fact]
    public void Two_bytes_of_one_number_are_both_looked_for()
    {
        _flight.Load(5, new Height(1));
        var (first, second) = (Put(5), Put(5));
        Assert.Equal([first], _flight.InOrder);
        Assert.Equal([second], _flight.Sought);
    }

    private Ticket Put(ulong number)
    {
        var ticket = new Ticket(new LaneRequest(new Any(), new Height(100), null), default, CancellationToken.None)
        {
            MayBeOut = true,
        };
        _flight.Put(number, ticket);
        return ticket;
    }
}
