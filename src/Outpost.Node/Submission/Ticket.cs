using Google.Protobuf.WellKnownTypes;
using Outpost.Chains;
using Outpost.Node.Journal;

namespace Outpost.Node.Submission;

/// <summary>When a ticket came: what a miss says of the time since is measured from here.</summary>
internal readonly record struct Arrival(long At, Height Head);

/// <summary>A request in the lane, from its arrival to the block that holds it or will never do so.</summary>
internal sealed class Ticket
{
    private readonly TaskCompletionSource<LaneAnswer> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly HashSet<string> _told = new(StringComparer.Ordinal);

    public Ticket(LaneRequest request, Arrival arrival, CancellationToken closed)
    {
        Request = request;
        Message = request.Message;
        Attempt = request.Earlier;
        IsOnDisk = MayBeOut = Attempt is not null;
        IsSimulatedFirst = request.MayBeDone;
        Closed = closed;
        Arrival = arrival;
    }

    public LaneRequest Request { get; }

    /// <summary>What is signed; an upgrade of the chain renames it.</summary>
    public Any Message { get; set; }

    /// <summary>Cancelled when no block can include it any more.</summary>
    public CancellationToken Closed { get; }

    public Arrival Arrival { get; }

    public Task<LaneAnswer> Answer => _answer.Task;

    /// <summary>Bytes of an earlier run, until the duty that they belong to asks for them.</summary>
    public bool IsOrphan { get; init; }

    public bool IsAnswered => _answer.Task.IsCompleted;

    /// <summary>Bytes on disk that may have reached a node; null: to be signed.</summary>
    public Attempt? Attempt { get; set; }

    /// <summary>
    /// Its place in the account's order, while it has one. It can outlive its bytes: what every node refuses is signed
    /// anew under the same number, so that the chain itself takes one of the two at most.
    /// </summary>
    public ulong? Number { get; set; }

    /// <summary>Bytes that were signed under the same number before, by their hash.</summary>
    public List<string> Replaced { get; } = [];

    /// <summary>A node has it, and no block has come since.</summary>
    public bool IsTaken { get; set; }

    /// <summary>It stands in the journal that a node took these bytes.</summary>
    public bool IsKnownSent { get; private set; }

    /// <summary>The head when its bytes went out last, and then when a node took them.</summary>
    public Height SentAt { get; set; }

    /// <summary>Its bytes are in the journal: they may leave.</summary>
    public bool IsOnDisk { get; set; }

    /// <summary>Its bytes have left, or an earlier run may have sent them: they can be anywhere.</summary>
    public bool MayBeOut { get; set; }

    /// <summary>How often mempools had lost it.</summary>
    public int Losses { get; set; }

    /// <summary>How often its fee was too low.</summary>
    public int FeeRefusals { get; set; }

    /// <summary>How often the chain called its number wrong.</summary>
    public int WrongSequences { get; set; }

    /// <summary>The message was just given another name: the refusal of the old one is not final.</summary>
    public bool IsRenewed { get; set; }

    /// <summary>The chain could not be asked whether the message has another name now: nothing is final yet.</summary>
    public bool IsRefusalOpen { get; set; }

    /// <summary>Another process may have done it: the chain is asked before it is paid for.</summary>
    public bool IsSimulatedFirst { get; set; }

    /// <summary>The first head at which its number was found used up without it; null: it was not.</summary>
    public Height? SoughtSince { get; set; }

    /// <summary>The head when the chain was asked for it by name last; null: it was not.</summary>
    public Height? AskedAt { get; set; }

    /// <summary>What stands in the way now; it names the miss when the window closes first.</summary>
    public LaneAnswer.NotIncluded? Obstacle { get; private set; }

    /// <summary>The timestamp before which another try is pointless.</summary>
    public long NotBefore { get; private set; }

    /// <summary>All names under which a block may hold it, the newest first.</summary>
    public IEnumerable<string> Hashes =>
        Attempt is null ? Enumerable.Reverse(Replaced) : Enumerable.Reverse(Replaced).Prepend(Attempt.Transaction.Hash);

    /// <summary>
    /// True when a search of blocks up to this one did not tell of it, or, as for an earlier run's bytes, will not: the
    /// chain has to be asked for it by name.
    /// </summary>
    public bool IsUntold(Height searched) =>
        searched > (AskedAt ?? (SentAt.Value == 0 ? default : SoughtSince.GetValueOrDefault()));

    /// <summary>The last block that can include what is signed for it, or what will be.</summary>
    public Height Timeout => Attempt?.TimeoutHeight ?? Request.TimeoutHeight;

    public void Hinder(LaneAnswer.NotIncluded obstacle, long notBefore)
    {
        Obstacle = obstacle;
        NotBefore = notBefore;
    }

    /// <summary>A node has it. The blocks up to this head could not hold it yet: they tell nothing of a loss.</summary>
    public void Taken(Height head)
    {
        (IsTaken, IsKnownSent, SentAt, Obstacle, NotBefore) = (true, true, head, null, 0);
        _told.Clear();
    }

    /// <summary>False when this was told of it since a node took it last.</summary>
    public bool IsNews(string what) => _told.Add(what);

    /// <summary>New bytes, which have to be on disk before they leave.</summary>
    public void Signed(Attempt attempt) =>
        (Attempt, IsOnDisk, MayBeOut, IsKnownSent) = (attempt, false, false, false);

    /// <summary>Nothing of it is on its way any more; it may be signed under any number.</summary>
    public void Unsign()
    {
        (Attempt, Number, IsTaken, SoughtSince, AskedAt) = (null, null, false, null, null);
        Replaced.Clear();
    }

    /// <summary>Its bytes are not sent any more, and its number is kept for others of the same duty.</summary>
    public void Replace()
    {
        Replaced.Add(Attempt!.Transaction.Hash);
        (Attempt, IsTaken) = (null, false);
    }

    /// <summary>Stands in for one that a restart put in its place before its duty came.</summary>
    public void TakeOver(Ticket other) => (IsTaken, SentAt, SoughtSince, AskedAt, Losses) =
        (other.IsTaken, other.SentAt, other.SoughtSince, other.AskedAt, other.Losses);

    /// <summary>
    /// An upgrade of the chain has renamed the message: the same answer is signed under its new name. Nothing is final
    /// while the chain cannot be asked for it.
    /// </summary>
    public async Task RenewAsync()
    {
        try
        {
            if (Request.Renew is { } renew && await renew(CancellationToken.None) is { } message)
            {
                (Message, IsRenewed) = (message, true);
            }
        }
        catch (ChainException)
        {
            IsRefusalOpen = true;
        }
    }

    public void End(LaneAnswer answer) => _answer.TrySetResult(answer);
}
