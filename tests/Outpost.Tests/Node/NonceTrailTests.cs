using Outpost.Chains;
using Outpost.Node.Windows;

namespace Outpost.Tests.Node;

public sealed class NonceTrailTests
{
    [Fact]
    public void Names_what_opened_unseen_when_whole_epochs_went_by()
    {
        var trail = Known(1000);
        Assert.True(trail.TryReach(new Height(1072), 24, out var unseen));
        Assert.Equal([1024, 1048], unseen.Select(nonce => nonce.Value));
        Assert.False(trail.IsNew(new Height(1072)));
    }

    [Fact]
    public void Names_a_first_window_that_was_foreseen_and_opened_unseen_like_those_after_it()
    {
        var trail = Known(3);
        trail.Foresee(new Height(378), 360);
        Assert.True(trail.IsNew(new Height(10)));
        Assert.True(trail.TryReach(new Height(1098), 360, out var unseen));
        Assert.Equal([378, 738], unseen.Select(nonce => nonce.Value));
    }

    [Fact]
    public void Names_nothing_before_a_first_window_that_was_foreseen_and_seen()
    {
        var trail = Known(3);
        trail.Foresee(new Height(378), 360);
        Assert.True(trail.TryReach(new Height(378), 360, out var unseen));
        Assert.Empty(unseen);
    }

    [Fact]
    public void Names_nothing_when_the_gap_is_no_number_of_epochs_and_says_so()
    {
        var trail = Known(1000);
        Assert.False(trail.TryReach(new Height(1073), 24, out var unseen));
        Assert.Empty(unseen);
    }

    [Fact]
    public void Takes_a_gap_in_which_every_event_was_seen_for_the_topics_own()
    {
        var trail = Known(1000);
        Assert.True(trail.TryReach(new Height(1024), 24, out _));
        Assert.True(trail.TryReach(new Height(1072), 24, out var unseen));
        Assert.Empty(unseen);
    }

    [Fact]
    public void Counts_by_the_epochs_that_were_seen_when_the_chain_tells_of_a_length_that_came_later()
    {
        var trail = Known(1060, 1000);
        Assert.True(trail.TryReach(new Height(1180), 143, out var unseen));
        Assert.Equal([1120], unseen.Select(nonce => nonce.Value));
    }

    [Fact]
    public void Names_nothing_where_two_lengths_of_an_epoch_would_name_different_nonces()
    {
        var trail = Known(1060, 1000);
        Assert.False(trail.TryReach(new Height(1180), 120, out var unseen));
        Assert.Empty(unseen);
    }

    [Fact]
    public void Names_nothing_from_before_the_topic_slept()
    {
        var trail = Known(1000);
        trail.Break();
        Assert.True(trail.TryReach(new Height(1072), 24, out var unseen));
        Assert.Empty(unseen);

        trail.Doubt();
        trail.TryReach(new Height(1120), 24, out unseen);
        Assert.Equal([1096], unseen.Select(nonce => nonce.Value));
    }

    [Fact]
    public void Names_the_newest_of_a_long_absence()
    {
        var trail = Known(1000);
        Assert.False(trail.TryReach(new Height(1000 + (24 * 1000)), 24, out var unseen));
        Assert.Equal(NonceTrail.MostNamed, unseen.Count);
        Assert.Equal(1000 + (24 * 999), unseen[^1].Value);
    }

    [Fact]
    public void Begins_with_any_nonce()
    {
        var trail = new NonceTrail();
        Assert.True(trail.TryReach(new Height(5000), 24, out var unseen));
        Assert.Empty(unseen);
        Assert.Equal(new Height(5000), trail.Newest);
    }

    private static NonceTrail Known(params long[] nonces)
    {
        var trail = new NonceTrail();
        trail.Start([.. nonces.Select(nonce => new Height(nonce))]);
        return trail;
    }
}
