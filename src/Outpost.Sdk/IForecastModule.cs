namespace Outpost.Sdk;

/// <summary>A model that forecasts how well others will do; for the rules see <see cref="IInferenceModule"/>.</summary>
public interface IForecastModule
{
    /// <summary>For each inferer's address (allo1…) the loss that is expected of it, in any order.</summary>
    /// <param name="deadline">Cancelled when nobody waits for this answer any more.</param>
    Task<IReadOnlyDictionary<string, Number>> ForecastAsync(Question question, CancellationToken deadline);
}
