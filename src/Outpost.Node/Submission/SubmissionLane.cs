using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.Logging;
using Outpost.Chains;
using Outpost.Chains.Cosmos;
using Outpost.Chains.Keys;
using Outpost.Node.Duties;

namespace Outpost.Node.Submission;

/// <summary>
/// The one owner of an account: numbers, signs, pays and sends its transactions, and follows each into its block. One
/// loop does it all, so that the order of numbers is the order of sending. Its rules:
/// <list type="number">
/// <item>Nothing leaves that is not in the journal.</item>
/// <item>Bytes that may be out are sent again as they are, lowest number first, after every block that did not hold
/// them: a mempool may have lost them. A new number is signed only when a node has all that are in flight.</item>
/// <item>A number is free again when the committed sequence proves it (<see cref="AccountWatch"/>), or when every node
/// refused bytes that had never left before. Bytes that all nodes refuse later are replaced under the same number, by
/// the same duty: the chain takes one of the two at most.</item>
/// <item>Timeouts never rise with the number: what is behind bytes that expire has expired with them, and is refused
/// for its timeout, not for its sequence. Of a batch, the longest window goes first; whoever would have to be cut
/// short to its last blocks waits until the bytes before it are through.</item>
/// <item>After anything but an acceptance one goes ahead alone, so that its refusal makes none behind it wrong.</item>
/// </list>
/// </summary>
public sealed partial class SubmissionLane
{
    private readonly LaneOptions _options;
    private readonly LaneSurroundings _around;
    private readonly ILogger<SubmissionLane> _logger;
    private readonly TicketQueue _queue;
    private readonly Flight _flight = new();
    private readonly Signer _signer;
    private readonly AccountWatch _account;
    private readonly Dispatch _dispatch;
    private readonly FundsWait _funds;
    private readonly Lineup _lineup;
    private readonly BlockSearch _search;
    private readonly Inquiry _inquiry;
    private readonly Settlement _settlement;
    private readonly LaneStory _story;
    private readonly string _address;

    /// <summary>All that are not answered, in the order of their coming; those in flight have a number.</summary>
    private readonly List<Ticket> _tickets = [];
    private Height _seen;
    private volatile bool _isParked;
    private volatile bool _isAtRest;

    public SubmissionLane(LaneOptions options, AccountKey key, LaneSurroundings around)
    {
        (_options, _around, _logger, _address) = (options, around, around.Logger, key.Address);
        _queue = new TicketQueue(around.Time);
        _signer = new Signer(options, key, around.Cosmos, around.Time);
        _story = new LaneStory(around.Journal, around.Clock);
        _account = new AccountWatch(key.Address, around, _flight, _story);
        _funds = new FundsWait(
            options.FeeGranter ?? key.Address, options.FeeGranter is not null, around.Cosmos, around.Logger);
        _dispatch = new Dispatch(options, around, _flight, _signer, _funds, _story);
        Spending = new Spending(around.Time);
        _lineup = new Lineup(around, _flight, _signer, _account, _dispatch);
        _search = new BlockSearch(around.Cosmos, around.Logger);
        _inquiry = new Inquiry(around.Cosmos, _queue);
        _settlement = new Settlement(_tickets, _flight, _account, _story, Spending);
    }

    /// <summary>What transactions were seen to use; whoever sees a block's result teaches it.</summary>
    public GasBook Gas => _signer.Gas;

    /// <summary>What the transactions cost.</summary>
    public Spending Spending { get; }

    /// <summary>What a person should know of the account, in one sentence; null: all is well.</summary>
    public string? Notice => _funds.Line ?? _account.Line;

    /// <summary>True while the loop waits for news or for a time, and all that came has been dealt with.</summary>
    internal bool IsIdle => _isParked && _queue.IsEmpty && _inquiry.IsOver;

    /// <summary>
    /// Hands a request over and waits until a block holds it or none ever will. On <paramref name="stop"/> it throws;
    /// bytes that have left stand in the journal.
    /// </summary>
    public async Task<LaneAnswer> SubmitAsync(LaneRequest request, CancellationToken stop)
    {
        if (!_options.Submits)
        {
            return new LaneAnswer.NotIncluded(Reason.DryRun, "the answer was computed and not sent");
        }

        var clock = _around.Clock;
        var arrival = new Arrival(_around.Time.GetTimestamp(), clock.Head);
        var ticket = new Ticket(request, arrival, clock.Reached(request.TimeoutHeight));
        await _queue.AddAsync(ticket, stop);
        return await ticket.Answer.WaitAsync(stop);
    }

    /// <summary>
    /// Searches a block that has just come for what is in flight; a lane at rest is not woken. One caller, in their
    /// order, and after the clock.
    /// </summary>
    public async Task SeeAsync(Block block, CancellationToken stop)
    {
        if (!_isAtRest)
        {
            _queue.Add(new Sighting(block.Height, await _search.FindAsync(block, _flight.Hashes, stop)));
        }
    }

    /// <summary>
    /// The lane's single loop. On stop it finishes the broadcast at hand and leaves the rest unanswered.
    /// </summary>
    public async Task RunAsync(CancellationToken stop)
    {
        if (_around.Clock.Head.Value == 0)
        {
            await _around.Clock.NextBlockAsync(stop);
        }

        _seen = _around.Clock.Head;
        Recover();
        try
        {
            while (true)
            {
                // First what an earlier run left, then what comes.
                await StepAsync(stop);
                _inquiry.Begin(_flight.Sought.Where(ticket => ticket.IsUntold(_seen)), _around.Clock.Head, stop);
                // Nothing pending and nothing in flight: no block is any news.
                _isAtRest = _flight.IsEmpty && _tickets.TrueForAll(ticket => ticket.IsAnswered);
                _isParked = true;
                await _queue.NewsAsync(NextTry(), stop);
                _isParked = _isAtRest = false;
            }
        }
        finally
        {
            await _inquiry.EndAsync();
        }
    }

    /// <summary>What an earlier run may have sent holds its numbers before anything new is signed.</summary>
    private void Recover()
    {
        foreach (var attempt in _around.Journal.OpenAttempts())
        {
            var request = new LaneRequest(new Any(), attempt.TimeoutHeight, attempt.Duty, attempt);
            Admit(new Ticket(request, default, _around.Clock.Reached(attempt.TimeoutHeight)) { IsOrphan = true });
        }
    }

    private async Task StepAsync(CancellationToken stop)
    {
        if (_flight.IsEmpty)
        {
            // No block can hold anything of ours, and none was searched.
            Seen(_around.Clock.Head);
        }

        var (tickets, sightings, findings) = _queue.Take(TicketQueue.Length - _tickets.Count);
        sightings.ForEach(Settle);
        findings.ForEach(_settlement.Settle);
        tickets.ForEach(Admit);
        try
        {
            if (_flight.HasUntaken && (sightings.Count > 0 || IsDue()))
            {
                await _account.LookAsync(stop);
            }

            // A block may have come whose search will tell what a mempool lost: then that goes first.
            while (Clean() && IsDue() && HasSeenHead() && await MayNumberAsync(stop))
            {
                stop.ThrowIfCancellationRequested();
                var batch = await _lineup.NextAsync(_tickets, _seen, stop);
                if (batch.Count > 0)
                {
                    await _dispatch.SendAsync(batch);
                }

                if (_dispatch.TakeObstacle() is { } obstacle)
                {
                    HinderAll(obstacle);
                }
                else if (batch.Count == 0 && !_dispatch.TakeMended())
                {
                    return;
                }
            }
        }
        catch (ChainException fault)
        {
            // No endpoint helped: that is everybody's obstacle.
            HinderAll(new LaneAnswer.NotIncluded(Reason.ChainUnreachable, fault.Message));
        }
    }

    private void Admit(Ticket ticket)
    {
        if (ticket.Attempt is { } attempt)
        {
            if (_tickets.Find(one => one.IsOrphan && one.Hashes.Contains(attempt.Transaction.Hash)) is { } orphan)
            {
                ticket.TakeOver(orphan);
                _flight.Remove(orphan);
                _tickets.Remove(orphan);
            }

            _flight.Put(attempt.Sequence, ticket);
        }

        _tickets.Add(ticket);
    }

    /// <summary>A block was searched: what it holds is through, and what it does not hold may be lost.</summary>
    private void Settle(Sighting sighting)
    {
        sighting.Found.ForEach(_settlement.Settle);
        foreach (var ticket in _flight.InOrder.Where(ticket => ticket.SentAt < sighting.Height))
        {
            ticket.IsTaken = false;
        }

        _dispatch.IsSure &= !_flight.HasUntaken;
        Seen(sighting.Height);
    }

    /// <summary>Whatever is in flight was looked for up to this block.</summary>
    private void Seen(Height height) =>
        (_seen, _dispatch.Foreseen) = height > _seen ? (height, null) : (_seen, _dispatch.Foreseen);

    /// <summary>Ends what is unsigned and too late. Always true.</summary>
    private bool Clean()
    {
        foreach (var ticket in _tickets.Where(one => one.Attempt is null && one.Closed.IsCancellationRequested))
        {
            _flight.Remove(ticket);
            ticket.End(LaneTrouble.Of(ticket, _around.Clock));
        }

        _tickets.RemoveAll(ticket => ticket.IsAnswered);
        return true;
    }

    private bool HasSeenHead() => _flight.IsEmpty || (_queue.IsEmpty && _around.Clock.Head <= _seen);

    /// <summary>In flight, the lowest that no node is known to have comes before everything else.</summary>
    private bool IsDue() => Waiting().Any(ticket => ticket.NotBefore <= _around.Time.GetTimestamp());

    /// <summary>The timestamp at which something is due that is not now; null: only news will tell.</summary>
    private long? NextTry()
    {
        var now = _around.Time.GetTimestamp();
        return Waiting().Select(ticket => (long?)ticket.NotBefore).Where(at => at > now).Min();
    }

    private IEnumerable<Ticket> Waiting() => _flight.InOrder.FirstOrDefault(ticket => !ticket.IsTaken) is { } lowest
        ? [lowest]
        : _tickets.Where(ticket => ticket.Number is null && !ticket.IsAnswered);

    /// <summary>False when no number can be given now: there is no account, or the next block has to tell.</summary>
    private async Task<bool> MayNumberAsync(CancellationToken stop)
    {
        if (_flight.Committed is null)
        {
            await _account.LookAsync(stop);
            Clean();
        }

        if (_account.Account is null)
        {
            HinderAll(LaneTrouble.NoAccount(_address, _around.Cosmos.ChainId));
            return false;
        }

        // A node may hold bytes that are not ours under our next number.
        if (_dispatch.Foreseen > _flight.Committed)
        {
            return false;
        }

        if (await _funds.MayTryAsync(_around.Clock.Head, stop))
        {
            return true;
        }

        HinderAll(_funds.Obstacle!, TimeSpan.Zero);
        return false;
    }

    /// <summary>What waits for its turn meets the same obstacle: it does not try on its own.</summary>
    private void HinderAll(LaneAnswer.NotIncluded obstacle, TimeSpan? pause = null)
    {
        foreach (var ticket in _tickets.Where(ticket => !ticket.IsTaken))
        {
            _dispatch.Hinder(ticket, obstacle, pause ?? _dispatch.Pause);
        }
    }
}
