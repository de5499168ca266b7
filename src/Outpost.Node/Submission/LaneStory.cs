using Outpost.Chains.Cosmos;
using Outpost.Node.Blocks;
using Outpost.Node.Journal;

namespace Outpost.Node.Submission;

/// <summary>
/// The lane's part of a duty's story: what was refused, what stood in the way, what was lost. Each is told when it
/// changes, not each time it is met again.
/// </summary>
internal sealed class LaneStory(DutyJournal journal, BlockClock clock)
{
    /// <summary>A node refused its bytes.</summary>
    public void Refused(Ticket ticket, CheckResult check)
    {
        if (ticket.IsNews($"{check.Codespace} {check.Code}"))
        {
            Tell(ticket, StoryKind.Refused,
                $"{check.Codespace} {check.Code}: {check.Log}", check.Hash, check.Endpoint);
        }
    }

    /// <summary>Something else than a refusal keeps it from going out.</summary>
    public void Hindered(Ticket ticket, LaneAnswer.NotIncluded obstacle)
    {
        if (ticket.IsNews(obstacle.Reason.Code))
        {
            Tell(ticket, StoryKind.Obstacle, $"{obstacle.Reason.Code}: {obstacle.Detail}");
        }
    }

    /// <summary>A node has its bytes.</summary>
    /// <param name="isLost">It had to be sent again, since mempools had lost it.</param>
    public void Taken(Ticket ticket, CheckResult check, bool isLost)
    {
        if (isLost)
        {
            Tell(ticket, StoryKind.Dropped, "no block had it, and the node did not know it any more",
                check.Hash, check.Endpoint);
        }

        // A node that still has it says so after every block: that is no news.
        if (check.Code == 0 || !ticket.IsKnownSent)
        {
            journal.RecordSent(check.Hash, check.Endpoint);
        }
    }

    /// <summary>A block holds it, with whatever code; its duty tells what an accepted one came to.</summary>
    public void InBlock(Ticket ticket, TransactionResult result)
    {
        if (ticket.Request.Duty is null)
        {
            journal.RecordInBlock(result.Hash);
        }
        else if (result.Code != 0)
        {
            journal.Tell(ticket.Request.Duty, StoryKind.Refused,
                $"in its block, {result.Codespace} {result.Code}: {result.Log}", result.Height, result.Hash);
        }
    }

    /// <summary>These bytes are not sent any more.</summary>
    /// <param name="why">Null: the refusal tells it.</param>
    public void Abandoned(Attempt attempt, string? why) => journal.RecordAbandoned(attempt.Transaction.Hash, why);

    private void Tell(Ticket ticket, StoryKind kind, string detail, string? hash = null, Uri? endpoint = null)
    {
        if (ticket.Request.Duty is { } duty)
        {
            journal.Tell(duty, kind, detail, clock.Head, hash, endpoint?.GetLeftPart(UriPartial.Authority));
        }
    }
}
