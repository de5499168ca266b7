using Outpost.Chains;

namespace Outpost.Node.Submission;

/// <summary>
/// The account's numbers: what the chain has committed, and which tickets hold the numbers after that. Only the lane's
/// loop writes; <see cref="Hashes"/> may be read from anywhere.
/// </summary>
internal sealed class Flight
{
    private readonly SortedDictionary<ulong, Ticket> _numbered = [];
    private readonly List<Ticket> _sought = [];
    private ulong _seen;
    private bool _isLoaded;
    private volatile IReadOnlyList<string> _hashes = [];

    /// <summary>The number that the committed state expects next; null: the chain has to be asked.</summary>
    public ulong? Committed { get; private set; }

    /// <summary>One more than the highest number that this lane itself has used, or found used at its start.</summary>
    public ulong? Explained { get; private set; }

    /// <summary>The names to look for in blocks.</summary>
    public IReadOnlyList<string> Hashes => _hashes;

    /// <summary>Those that hold a number, lowest first.</summary>
    public IEnumerable<Ticket> InOrder => _numbered.Values;

    /// <summary>Those whose number is used up, while no block was found that holds them.</summary>
    public IReadOnlyList<Ticket> Sought => _sought;

    public bool IsEmpty => _numbered.Count == 0 && _sought.Count == 0;

    public bool HasUntaken => _numbered.Values.Any(ticket => !ticket.IsTaken);

    public bool HasTaken => _numbered.Values.Any(ticket => ticket.IsTaken);

    /// <summary>The last block of the one that expires first.</summary>
    public Height? FirstTimeout => _numbered.Values.Min(ticket => ticket.Attempt?.TimeoutHeight);

    public Ticket? At(ulong number) => _numbered.GetValueOrDefault(number);

    public void Put(ulong number, Ticket ticket)
    {
        ticket.Number = number;
        if (!_numbered.TryAdd(number, ticket))
        {
            // A crash left two under one number: the chain takes one of them, and is asked which.
            _sought.Add(ticket);
        }

        if (ticket.MayBeOut)
        {
            Used(number);
        }

        Publish();
    }

    /// <summary>Bytes of ours with this number may be out.</summary>
    public void Used(ulong number) => Explained = Explained is null || Explained <= number ? number + 1 : Explained;

    public void Remove(Ticket ticket)
    {
        if (ticket.Number is { } number && _numbered.GetValueOrDefault(number) == ticket)
        {
            _numbered.Remove(number);
        }

        _sought.Remove(ticket);
        Publish();
    }

    /// <summary>
    /// Takes what the committed state expects; numbers below it are used up, and an answer from before what was seen
    /// already changes nothing. Gives back how many of those nothing of ours explains; what was used up before the
    /// first time is nobody's business.
    /// </summary>
    public ulong Load(ulong committed, Height head)
    {
        var unexplained = _isLoaded && Explained is { } own && committed > own ? committed - own : 0;
        _isLoaded = true;
        Committed = _seen = Math.Max(_seen, committed);
        committed = _seen;
        Explained = Explained is null || Explained < committed ? committed : Explained;
        foreach (var number in _numbered.Keys.TakeWhile(number => number < committed).ToList())
        {
            _numbered[number].SoughtSince = head;
            _sought.Add(_numbered[number]);
            _numbered.Remove(number);
        }

        return unexplained;
    }

    /// <summary>A block has executed this number.</summary>
    public void Passed(ulong number)
    {
        _seen = Math.Max(_seen, number + 1);
        Committed = Committed is null ? null : _seen;
    }

    /// <summary>Makes the next step ask the chain.</summary>
    public void Doubt() => Committed = null;

    /// <summary>To be called when a ticket's bytes have changed.</summary>
    public void Publish() =>
        _hashes = [.. _numbered.Values.Concat(_sought).SelectMany(ticket => ticket.Hashes)];
}
