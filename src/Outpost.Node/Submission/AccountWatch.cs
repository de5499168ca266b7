using Microsoft.Extensions.Logging;
using Outpost.Chains;
using Outpost.Chains.Cosmos;
using Outpost.Node.Duties;

namespace Outpost.Node.Submission;

/// <summary>
/// The chain's own word on what is in flight. The committed sequence S decides for each number n:
///   n &lt; S                       it is used up: by our bytes, which are then found in a block, or by somebody else's
///   n ≥ S after the last block  our bytes are dead: no block has them, and none can
///   n ≥ S before that           our bytes can still come into a block, and nothing else may take their place
/// Nothing but this frees bytes that may be out.
/// </summary>
internal sealed partial class AccountWatch(
    string address, LaneSurroundings around, Flight flight, LaneStory story)
{
    /// <summary>
    /// Blocks in which no endpoint can tell whether a block has our bytes; after that a topic waits no longer.
    /// </summary>
    private const long PatienceBlocks = 20;

    private readonly ILogger<SubmissionLane> _logger = around.Logger;

    /// <summary>Null until the chain was asked, or when the account does not exist.</summary>
    public Account? Account { get; private set; }

    /// <summary>Transactions of this account that this node did not send.</summary>
    public ulong Foreign { get; private set; }

    /// <summary>
    /// The head when numbers were last found used up that nothing of ours explains. Whoever used them, another process
    /// or a node with another journal, may have done what was open then. Null: there was nothing of the kind.
    /// </summary>
    public Height? OthersSeenAt { get; private set; }

    /// <summary>What to say of it; null when there are none.</summary>
    public string? Line => Foreign == 0
        ? null
        : $"another process uses this key ({Foreign} transactions were not sent by this node): stop it, or give each "
            + "node an account of its own";

    /// <summary>
    /// Asks for the account, and settles what it decides: tickets end, or lose their number and may be signed anew.
    /// </summary>
    public async Task LookAsync(CancellationToken stop)
    {
        var head = around.Clock.Head;
        if (Account is null && around.Journal.HighestSequence() is { } own)
        {
            flight.Used(own);
        }

        Account = await around.Cosmos.AccountAsync(address, head, stop);
        if (Account is null)
        {
            return;
        }

        OthersSeenAt = Account.Sequence > flight.Explained.GetValueOrDefault() ? head : OthersSeenAt;
        Notice(flight.Load(Account.Sequence, head));

        // Dead after its last block; a mempool holds on to it, and to its number, for one more.
        foreach (var ticket in flight.InOrder.Where(ticket => head > ticket.Timeout).ToList())
        {
            Bury(ticket);
        }
    }

    /// <summary>Transactions that are not ours used these many numbers.</summary>
    private void Notice(ulong count)
    {
        if (count == 0)
        {
            return;
        }

        if (Foreign == 0)
        {
            SecondSigner(address);
        }

        Foreign += count;
        NotOurs(count, Foreign);
    }

    /// <summary>
    /// Its number is used up, by its own bytes or by somebody else's, and the chain was asked for them in vain.
    /// </summary>
    public void Judge(Finding finding)
    {
        var (ticket, askedAt, _, fault) = finding;
        if (!flight.Sought.Contains(ticket))
        {
            // A block has told of it meanwhile, or its duty has put another ticket in its place.
            return;
        }

        ticket.SoughtSince ??= askedAt;
        var soughtBlocks = askedAt - ticket.SoughtSince.Value;
        if (fault is not null)
        {
            if (soughtBlocks > PatienceBlocks)
            {
                flight.Remove(ticket);
                ticket.End(new LaneAnswer.NotIncluded(Reason.ChainUnreachable,
                    $"sent as {ticket.Hashes.First()}, and no endpoint tells whether a block took it: "
                    + fault.Message));
            }

            return;
        }

        // A node may not have indexed the block yet: it is asked again after the next two.
        if (soughtBlocks < 2)
        {
            return;
        }

        OthersSeenAt = askedAt;
        Notice(1);
        Displaced(ticket.Hashes.First(), ticket.Number!.Value);
        ticket.IsSimulatedFirst = true;
        if (ticket.SoughtSince.Value <= ticket.Timeout)
        {
            ticket.Hinder(new LaneAnswer.NotIncluded(Reason.SubmittedElsewhere,
                $"another process with this key used the sequence {ticket.Number}, so {ticket.Hashes.First()} was "
                + "refused"), 0);
        }

        GiveUp(ticket, "another transaction used its sequence");
    }

    /// <summary>Its last block has passed, and its number is not used up: no block can ever hold it.</summary>
    private void Bury(Ticket ticket) =>
        GiveUp(ticket, "its last block has passed without it, and no other can hold it");

    /// <summary>Gives its bytes up; while its window is open, others may be signed.</summary>
    private void GiveUp(Ticket ticket, string why)
    {
        if (ticket.Closed.IsCancellationRequested)
        {
            ticket.End(LaneTrouble.Of(ticket, around.Clock));
        }

        flight.Remove(ticket);
        if (ticket.Attempt is { } attempt)
        {
            story.Abandoned(attempt, why);
        }

        ticket.Unsign();
        if (ticket.IsOrphan)
        {
            ticket.End(new LaneAnswer.NotIncluded(Reason.Interrupted, "no block took what an earlier run had sent"));
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Another took the place of {Hash}, sequence {Sequence}")]
    private partial void Displaced(string hash, ulong sequence);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "Another process uses the key of {Address}: transactions come in that this node did not send. Stop "
            + "it, or give each node an account of its own; this node goes on")]
    private partial void SecondSigner(string address);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Count} transactions were not ours, {Total} since the start")]
    private partial void NotOurs(ulong count, ulong total);
}
