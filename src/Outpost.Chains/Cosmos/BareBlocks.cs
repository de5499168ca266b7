using Outpost.Chains.Rpc;

namespace Outpost.Chains.Cosmos;

/// <summary>
/// The blocks that one endpoint alone has told, and told without events. It may leave events out: whether it did is in
/// doubt once another endpoint is heard that cannot speak for all of these blocks, or says otherwise.
/// </summary>
internal sealed class BareBlocks
{
    private (Endpoint From, long First, long Newest)? _run;
    private bool _isDoubted;

    /// <param name="isNew">False when the block has been passed on before.</param>
    public void Told(Endpoint from, long height, bool isBare, bool isNew)
    {
        if (_run is { } other && other.From != from)
        {
            if (height < other.First)
            {
                return;
            }

            if (height == other.First && isBare)
            {
                _run = height < other.Newest ? other with { First = height + 1 } : null;
                return;
            }

            (_isDoubted, _run) = (true, null);
        }

        if (!isBare)
        {
            // It does tell events.
            _run = null;
        }
        else if (isNew)
        {
            _run = _run is { } run ? run with { Newest = height } : (from, height, height);
        }
    }

    /// <summary>True, once, when events may have been left out.</summary>
    public bool TakeDoubt()
    {
        var isDoubted = _isDoubted;
        _isDoubted = false;
        return isDoubted;
    }
}
