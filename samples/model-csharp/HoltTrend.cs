namespace PriceModel;

/// <summary>
/// Holt's linear trend (double exponential smoothing): a level and a slope, each corrected a little by every
/// observation. Weights are between 0 (never learn) and 1 (believe only the newest).
/// </summary>
public sealed class HoltTrend(double levelWeight, double slopeWeight)
{
    private double _level;
    private double _slope;
    private int _observed;

    public void Observe(double value)
    {
        if (_observed++ == 0)
        {
            _level = value;
            return;
        }

        var before = _level;
        _level = levelWeight * value + (1 - levelWeight) * (_level + _slope);
        _slope = slopeWeight * (_level - before) + (1 - slopeWeight) * _slope;
    }

    /// <summary>The value expected this many steps after the last observation.</summary>
    public double Forecast(int steps) => _level + steps * _slope;
}
