using Outpost.Chains;
using Outpost.Node.Duties;
using Outpost.Node.Journal;

namespace Outpost.Tests.Node.Journal;

public sealed class JournalStoryTests : IDisposable
{
    private static readonly Uri Endpoint = new("https://rpc.example/key-that-nobody-may-see?token=secret");

    private readonly JournalFile _file = new();

    public void Dispose() => _file.Dispose();

    [Fact]
    public void Tells_the_life_of_a_duty_in_order_over_a_restart()
    {
        var (duty, time) = (JournalFile.Duty(), new ManualTime());
        using (var journal = _file.Open(time))
        {
            journal.OpenDuty(duty);
            journal.Tell(duty.Id, StoryKind.EntrypointFailed, "HTTP 500");
            time.Advance(TimeSpan.FromSeconds(2));
            journal.RecordValue(duty.Id, "1.5");
            journal.RecordAttempts([JournalFile.Attempt("AA")]);
            journal.RecordSent("AA", Endpoint);
        }

        using var again = _file.Open(time);
        again.OpenDuty(duty);
        again.RecordSent("AA", Endpoint);
        again.RecordEnd(duty.Id, new Outcome.Included(new Height(104), "AA"));
        again.RecordEnd(duty.Id, new Outcome.Missed(Reason.WindowClosed, "a later end changes nothing"));

        var story = again.Story(duty.Id);
        Assert.Equal(
            [
                StoryKind.Opened, StoryKind.EntrypointFailed, StoryKind.Computed, StoryKind.Signed, StoryKind.Sent,
                StoryKind.Resumed, StoryKind.SentAgain, StoryKind.Included,
            ],
            story.Select(entry => entry.Kind));
        Assert.Equal(TimeSpan.FromSeconds(2), story[2].At - story[0].At);
        Assert.Equal("sequence 7, fee 2100 uallo, for blocks up to 112", story[3].Detail);
        Assert.Equal(("AA", "https://rpc.example"), (story[4].Hash, story[4].Endpoint));
        Assert.Equal((new Height(104), "AA"), (story[7].Block!.Value, story[7].Hash));
    }

    [Fact]
    public void Keeps_how_a_long_story_began_and_how_it_ended_and_says_how_much_is_missing()
    {
        using var journal = _file.Open();
        var id = JournalFile.Duty().Id;
        for (var i = 0; i < 350; i++)
        {
            journal.Tell(id, StoryKind.Obstacle, $"entry {i}");
        }

        var story = journal.Story(id);
        Assert.Equal(201, story.Count);
        Assert.Equal("entry 0", story[0].Detail);
        Assert.Equal("entry 99", story[99].Detail);
        Assert.Equal((StoryKind.LeftOut, "150 entries were left out"), (story[100].Kind, story[100].Detail));
        Assert.Equal("entry 250", story[101].Detail);
        Assert.Equal("entry 349", story[200].Detail);
    }

    [Fact]
    public void Keeps_the_newest_of_what_happened_to_the_node()
    {
        using var journal = _file.Open();
        for (var i = 0; i < 250; i++)
        {
            journal.Tell(null, StoryKind.Obstacle, $"entry {i}");
        }

        Assert.Equal(
            Enumerable.Range(50, 200).Select(i => $"entry {i}"), journal.Story(null).Select(entry => entry.Detail));
    }

    [Fact]
    public void Says_what_became_of_a_transaction_that_is_not_sent_any_more_once()
    {
        using var journal = _file.Open();
        journal.OpenDuty(JournalFile.Duty());
        journal.RecordAttempts([JournalFile.Attempt("AA")]);
        journal.RecordAbandoned("AA", "the chain has moved past its sequence");
        journal.RecordAbandoned("AA", "again");
        var entry = Assert.Single(journal.Story(JournalFile.Duty().Id), entry => entry.Kind == StoryKind.Abandoned);
        Assert.Equal(("the chain has moved past its sequence", "AA"), (entry.Detail, entry.Hash));
    }

    [Fact]
    public void What_was_given_up_and_is_signed_again_the_same_way_may_leave_and_is_known_to_a_restart()
    {
        using (var journal = _file.Open())
        {
            journal.OpenDuty(JournalFile.Duty());
            journal.RecordAttempts([JournalFile.Attempt("AA")]);
            journal.RecordAbandoned("AA", null);
            Assert.Empty(journal.OpenAttempts());
            journal.RecordAttempts([JournalFile.Attempt("AA")]);
        }

        using var again = _file.Open();
        Assert.Equal("AA", Assert.Single(again.OpenAttempts()).Transaction.Hash);
        Assert.Equal([StoryKind.Opened, StoryKind.Signed], again.Story(JournalFile.Duty().Id).Select(entry => entry.Kind));
    }

    [Fact]
    public void Cuts_a_detail_that_is_pages_long()
    {
        using var journal = _file.Open();
        journal.Tell(null, StoryKind.Refused, new string('x', 100_000));
        Assert.Equal(501, Assert.Single(journal.Story(null)).Detail.Length);
    }
}
