using System.Diagnostics.CodeAnalysis;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.Logging;
using Outpost.Chains;
using Outpost.Chains.Allora;
using Outpost.Chains.Cosmos;
using Outpost.Node.Blocks;
using Outpost.Node.Compute;
using Outpost.Node.Duties;
using Outpost.Node.Journal;
using Outpost.Node.Roles;
using Outpost.Node.Status;
using Outpost.Node.Submission;

namespace Outpost.Node;

/// <summary>The rooms that a duty passes through.</summary>
public sealed record DutyRooms(
    AlloraClient Allora, DutyJournal Journal, BlockClock Clock, TimeProvider Time, SubmissionLane Lane,
    StatusBoard Board);

/// <summary>
/// The life of a duty, for every role the same:
///   1. opened    it stands in the journal, once
///   2. computed  the entrypoint answered, and the answer is good
///   3. signed    the lane has signed it and its bytes are in the journal
///   4. sent      a node took it
///   5. included  its block was seen, its code is 0 and its effect was found
/// Whatever else happens ends in a <see cref="Reason"/>. A duty that the journal knows goes on where it stopped.
/// </summary>
public sealed partial class DutyRunner(DutyRooms rooms, ILogger<DutyRunner> logger)
{
    /// <summary>
    /// Blocks after the window in which the chain is still asked what became of the duty, when no endpoint answers.
    /// </summary>
    private const long PatienceBlocks = 20;

    /// <summary>Does the duty, or finds out that it cannot be done. On stop it throws, and at no other time.</summary>
    [SuppressMessage("Design", "CA1031", Justification = "The one catch-all: a fault ends its duty, not the node.")]
    public async Task<Outcome> RunAsync(Duty duty, IRoleWork work, CancellationToken stop)
    {
        using var scope = logger.BeginScope(duty.Id);
        try
        {
            // 1. opened
            var known = rooms.Journal.OpenDuty(duty);
            if (known.Outcome is { } past)
            {
                rooms.Board.Known(duty, past);
                return past;
            }

            rooms.Board.Computing(duty);
            return End(duty, await DoAsync(known, work, stop));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            throw;
        }
        catch (ChainException fault)
        {
            return End(duty, new Outcome.Missed(Reason.ChainUnreachable, fault.Message));
        }
        catch (JournalException fault) when (fault.IsTransient)
        {
            return End(duty, new Outcome.Missed(Reason.JournalUnavailable, fault.Message));
        }
        catch (Exception fault)
        {
            Faulted(fault);
            return End(duty, new Outcome.Missed(Reason.Fault, $"{fault.GetType().Name}: {fault.Message}"));
        }
    }

    /// <summary>Records a duty whose window has passed; one that the journal knows stays as it is.</summary>
    public void Pass(Duty duty, Outcome.Missed missed)
    {
        using var scope = logger.BeginScope(duty.Id);
        try
        {
            if (rooms.Journal.Find(duty.Id) is not null)
            {
                return;
            }

            rooms.Journal.OpenDuty(duty);
        }
        catch (JournalException fault) when (fault.IsTransient)
        {
            NotRecorded(fault.Message);
        }

        End(duty, missed);
    }

    private async Task<Outcome> DoAsync(DutyRecord known, IRoleWork work, CancellationToken stop)
    {
        var duty = known.Duty;
        var closed = rooms.Clock.Reached(duty.ClosesAt);

        if (closed.IsCancellationRequested && known.LastAttempt is null)
        {
            return known.IsNew
                ? new Outcome.Missed(Reason.SeenTooLate, $"the window was over at block {duty.ClosesAt}")
                : EndOf(duty);
        }

        // 2. computed
        var (value, shown) = (known.Value, AnswerText.Excerpt(known.Value ?? ""));
        if (value is null)
        {
            var left = rooms.Clock.Until(duty.ClosesAt);
            var result = await work.ComputeAsync(
                duty.Id, left, told => rooms.Journal.Tell(duty.Id, StoryKind.EntrypointFailed, told), closed, stop);
            if (result is not Computed.Done { Answer: var answer, Attempts: var attempts } done)
            {
                var none = (Computed.None)result;
                return new Outcome.Missed(none.Reason, none.Detail);
            }

            (value, shown) = (answer, done.Shown);
            rooms.Journal.RecordValue(duty.Id, value, shown);
            IsComputed(shown, attempts);
        }

        var earlier = known.LastAttempt;
        while (true)
        {
            rooms.Board.Sending(duty, shown);
            var message = await MessageAsync(duty, work, value, stop);
            var request = new LaneRequest(message, duty.ClosesAt, duty.Id, earlier)
            {
                MayBeDone = known is { Value: not null, LastAttempt: null },
                Renew = async token =>
                    await HasUpgradedAsync(message, token) ? await MessageAsync(duty, work, value, token) : null,
            };

            // 3. signed, 4. sent and 5. included: the lane follows it into its block
            switch (await rooms.Lane.SubmitAsync(request, stop))
            {
                case LaneAnswer.NotIncluded { Refusal: Refusal.AlreadySubmitted, Detail: var detail }:
                    return await DoneElsewhereAsync(duty, work, detail, stop);
                case LaneAnswer.NotIncluded missed:
                    return new Outcome.Missed(missed.Reason, missed.Detail);
                case LaneAnswer.InBlock { Result: var result }:
                    if (await VerdictAsync(duty, work, message, result, stop) is { } outcome)
                    {
                        return outcome;
                    }

                    // Charged and refused for a cause that another transaction in the same window can mend.
                    rooms.Journal.RecordAbandoned(result.Hash);
                    earlier = null;
                    break;
            }
        }
    }

    /// <summary>Of a duty that an earlier run left with nothing on its way, when its window was over at last.</summary>
    private Outcome.Missed EndOf(Duty duty) =>
        rooms.Journal.Story(duty.Id).LastOrDefault(entry => entry.Kind is StoryKind.Sent or StoryKind.SentAgain) is
        { } sent
            ? new Outcome.Missed(Reason.WindowClosed, $"sent as {sent.Hash}, and no block took it")
            : new Outcome.Missed(Reason.Interrupted, "the node was away until the window was over");

    private async Task<Any> MessageAsync(Duty duty, IRoleWork work, string value, CancellationToken stop) =>
        work.Message(await AskAsync(duty, rooms.Allora.VersionAsync, stop), duty.Id, value);

    /// <summary>
    /// A chain upgrade in mid-window renames the messages: the same answer is signed under the new name.
    /// </summary>
    private async Task<bool> HasUpgradedAsync(Any message, CancellationToken stop)
    {
        var name = $".v{(int)await rooms.Allora.DetectAgainAsync(stop)}.";
        return !message.TypeUrl.Contains(name, StringComparison.Ordinal);
    }

    /// <summary>Null: refused for a cause that another transaction in the same window can mend.</summary>
    private async Task<Outcome?> VerdictAsync(
        Duty duty, IRoleWork work, Any message, TransactionResult result, CancellationToken stop)
    {
        var refusal = Refusals.Classify(result.Codespace, result.Code, result.Log);
        if (refusal == Refusal.None)
        {
            rooms.Lane.Gas.Learn(message, (ulong)result.GasUsed);
            return work.IsAdmitted(duty.Id, result)
                ? new Outcome.Included(result.Height, result.Hash)
                : new Outcome.Missed(Reason.NotAdmitted, $"{result.Hash} is in block {result.Height} with code 0");
        }

        var detail = $"{result.Hash} is in block {result.Height} with {result.Codespace} {result.Code}: {result.Log}";
        Refused(result.Hash, result.Codespace, result.Code, result.Log);
        switch (refusal)
        {
            case Refusal.OutOfGas:
                rooms.Lane.Gas.Forget(message);
                return null;
            case Refusal.Undecodable when await AskAsync(duty, token => HasUpgradedAsync(message, token), stop):
                return null;
            case Refusal.AlreadySubmitted:
                return await DoneElsewhereAsync(duty, work, detail, stop);
            case Refusal.WrongSequence:
            case Refusal.TimeoutHeightPassed when rooms.Clock.Head < duty.ClosesAt:
                // One before it in the same block failed, or it was cut short for that one's sake: it was not charged.
                return null;
            default:
                return new Outcome.Missed(RefusalPolicy.Of(refusal).Reason, detail);
        }
    }

    /// <summary>
    /// The chain has an answer of this account already, and not by these bytes: another process with the same key gave
    /// it. Whether it counts is known when the window has closed; the other one's hash is not.
    /// </summary>
    private async Task<Outcome> DoneElsewhereAsync(
        Duty duty, IRoleWork work, string detail, CancellationToken stop)
    {
        var at = rooms.Clock.Head;
        while (rooms.Clock.Head < duty.ClosesAt)
        {
            await rooms.Clock.NextBlockAsync(stop);
        }

        return await AskAsync(duty, token => work.IsOnChainAsync(duty.Id, token), stop)
            ? new Outcome.Included(at, "")
            : new Outcome.Missed(Reason.SubmittedElsewhere, detail);
    }

    /// <summary>Endpoints that fail are a reason to ask again, not to give up a duty.</summary>
    private async Task<T> AskAsync<T>(Duty duty, Func<CancellationToken, Task<T>> ask, CancellationToken stop)
    {
        while (true)
        {
            try
            {
                return await ask(stop);
            }
            catch (ChainException fault) when (fault.IsTransient && rooms.Clock.Head - duty.ClosesAt < PatienceBlocks)
            {
                await Task.Delay(rooms.Clock.BlockTime / 2, rooms.Time, stop);
            }
        }
    }

    private Outcome End(Duty duty, Outcome outcome)
    {
        try
        {
            rooms.Journal.RecordEnd(duty.Id, outcome);
        }
        catch (JournalException fault) when (fault.IsTransient)
        {
            // A restart finds the duty unfinished and asks the chain what became of it.
            NotRecorded(fault.Message);
        }

        rooms.Board.Ended(duty, outcome);
        switch (outcome)
        {
            case Outcome.Included included:
                Included(included.At, duty.Margin(included.At) * 100, included.Hash);
                break;
            case Outcome.Missed missed:
                Missed(missed.Reason.Code, missed.Detail, missed.Reason.Fix);
                break;
        }

        return outcome;
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Computed {Value} in {Attempts} attempts")]
    private partial void IsComputed(string value, int attempts);

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "Included in block {Height} with {Margin:0} % of the window left, {Hash}")]
    private partial void Included(Height height, double margin, string hash);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Missed, {Reason}: {Detail}. {Fix}")]
    private partial void Missed(string reason, string detail, string fix);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The chain took {Hash} and refused it: {Codespace} {Code}: {Log}")]
    private partial void Refused(string hash, string codespace, uint code, string log);

    [LoggerMessage(Level = LogLevel.Error, Message = "The end of the duty is not in the journal: {Detail}")]
    private partial void NotRecorded(string detail);

    [LoggerMessage(Level = LogLevel.Error, Message = "A fault ended the duty")]
    private partial void Faulted(Exception fault);
}
