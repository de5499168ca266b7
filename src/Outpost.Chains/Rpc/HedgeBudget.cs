namespace Outpost.Chains.Rpc;

/// <summary>
/// How many reads may ask a second endpoint beside the first: a few at once, then one in ten, so that slow endpoints
/// are not asked twice as often for being slow. Callers hold a lock.
/// </summary>
internal sealed class HedgeBudget
{
    private const double Most = 20;
    private const double PerRead = 0.1;

    private double _left = Most;

    public void Earn() => _left = Math.Min(Most, _left + PerRead);

    public bool TrySpend()
    {
        if (_left < 1)
        {
            return false;
        }

        _left--;
        return true;
    }
}
