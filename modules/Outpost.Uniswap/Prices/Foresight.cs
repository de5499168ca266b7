using Outpost.Sdk.Evm;

namespace Outpost.Uniswap.Prices;

/// <summary>
/// Remembers which tokens are not priced by the first of the whitelist, so that the next epoch asks for all their
/// routes in its first round. It decides when something is asked, and never what comes out.
/// </summary>
internal sealed class Foresight
{
    // As many tokens as anybody snapshots, in a megabyte; when it is full it begins anew.
    private const int MaxTokens = 10_000;

    private readonly HashSet<EvmAddress> _beyondFirst = [];
    private readonly Lock _lock = new();

    public bool IsBeyondFirst(EvmAddress token)
    {
        lock (_lock)
        {
            return _beyondFirst.Contains(token);
        }
    }

    public void Learn(EvmAddress token, bool isBeyondFirst)
    {
        lock (_lock)
        {
            if (!isBeyondFirst)
            {
                _beyondFirst.Remove(token);
                return;
            }

            if (_beyondFirst.Count >= MaxTokens)
            {
                _beyondFirst.Clear();
            }

            _beyondFirst.Add(token);
        }
    }
}
