using Outpost.Chains;

namespace Outpost.Node.Windows;

/// <summary>
/// The nonces of one topic as far as they are known, and which ones must have opened unseen between two of them. They
/// are an epoch apart, so a gap of several whole epochs names them; any other gap names none.
/// </summary>
internal sealed class NonceTrail
{
    /// <summary>Unseen windows that are named, the newest ones: a longer absence is told as a whole.</summary>
    public const int MostNamed = 64;

    private volatile bool _isDoubted = true;
    private bool _isBroken;

    /// <summary>The newest that was served or has passed; null before the first.</summary>
    public Height? Newest { get; private set; }

    public bool IsNew(Height nonce) => Newest is not { } newest || nonce > newest;

    /// <summary>Goes on from a nonce of which nothing needs to be said.</summary>
    public void Start(Height? newest) => Newest = newest;

    /// <summary>
    /// Events may have been lost since the newest nonce. Where none was, a gap is the topic's own: no window opened in
    /// it. Safe for use from several threads.
    /// </summary>
    public void Doubt() => _isDoubted = true;

    /// <summary>The topic slept or woke: its epochs are counted from another block now.</summary>
    public void Break() => _isBroken = true;

    /// <summary>
    /// Moves on to a newer nonce and gives those that opened unseen on the way, oldest first. False when windows may
    /// have opened that cannot be named, or not all of them.
    /// </summary>
    public bool TryReach(Height nonce, long epochBlocks, out IReadOnlyList<Height> unseen)
    {
        var blocks = Newest is { } newest && _isDoubted && !_isBroken && epochBlocks > 0 ? nonce - newest : 0;
        var isWhole = blocks == 0 || blocks % epochBlocks == 0;
        var epochs = isWhole && blocks > 0 ? (blocks / epochBlocks) - 1 : 0;
        unseen =
        [
            .. Enumerable.Range(1, (int)Math.Min(epochs, MostNamed)).Reverse()
                .Select(back => nonce + (-back * epochBlocks)),
        ];
        var isKnown = epochs <= MostNamed && (isWhole || blocks < epochBlocks);
        (Newest, _isDoubted, _isBroken) = (nonce, false, false);
        return isKnown;
    }
}
