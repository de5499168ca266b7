using Outpost.Sdk.Evm;

namespace Outpost.Uniswap.Prices;

/// <summary>
/// Remembers how far down the whitelist a token's price was found, so that the next epoch asks for as many routes in
/// its first round. It decides when something is asked, and never what comes out.
/// </summary>
internal sealed class Foresight
{
    // As many tokens as anybody snapshots, in a megabyte; when it is full it begins anew.
    private const int MaxTokens = 10_000;

    private readonly Dictionary<EvmAddress, int> _depths = [];
    private readonly Lock _lock = new();

    /// <summary>How many of the whitelist to look at: the first alone where nothing else is known.</summary>
    public int DepthOf(EvmAddress token)
    {
        lock (_lock)
        {
            return _depths.GetValueOrDefault(token, 1);
        }
    }

    /// <param name="depth">Of how many of the whitelist the last one did, or all did not.</param>
    public void Learn(EvmAddress token, int depth)
    {
        lock (_lock)
        {
            if (depth <= 1)
            {
                _depths.Remove(token);
                return;
            }

            if (_depths.Count >= MaxTokens)
            {
                _depths.Clear();
            }

            _depths[token] = depth;
        }
    }
}
