using Outpost.Node.Duties;
using Outpost.Node.Journal;

namespace Outpost.Node.Submission;

/// <summary>A request in the lane's queue, with what has gone wrong so far.</summary>
internal sealed class Ticket(LaneRequest request, CancellationToken closed)
{
    private readonly TaskCompletionSource<LaneAnswer> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public LaneRequest Request { get; } = request;

    public string MessageType => Request.Message.TypeUrl;

    /// <summary>Cancelled when no block can include it any more.</summary>
    public CancellationToken Closed { get; } = closed;

    public Task<LaneAnswer> Answer => _answer.Task;

    public bool IsAnswered => _answer.Task.IsCompleted;

    /// <summary>Bytes that may have reached a node: they must be sent again as they are, or proven dead.</summary>
    public Attempt? Unresolved { get; set; } = request.Earlier;

    /// <summary>How often the chain called its number wrong.</summary>
    public int WrongSequences { get; set; }

    /// <summary>The last obstacle; it names the miss when the window closes first.</summary>
    public LaneAnswer.NotSent? Obstacle { get; private set; }

    /// <summary>The timestamp before which another try is pointless.</summary>
    public long NotBefore { get; private set; }

    public void Hinder(LaneAnswer.NotSent obstacle, long notBefore)
    {
        Obstacle = obstacle;
        NotBefore = notBefore;
    }

    public void Sent(Attempt attempt) => _answer.TrySetResult(new LaneAnswer.Sent(attempt));

    public void Refuse(LaneAnswer.NotSent refusal) => _answer.TrySetResult(refusal);

    /// <summary>
    /// The window is over: bytes that may have left are for blocks to judge, anything else is a miss.
    /// </summary>
    public void Close() => _answer.TrySetResult(
        Unresolved is { } attempt
            ? new LaneAnswer.Sent(attempt)
            : Obstacle ?? new LaneAnswer.NotSent(
                Reason.WindowClosed, "the window closed while the answer waited to be sent"));
}
