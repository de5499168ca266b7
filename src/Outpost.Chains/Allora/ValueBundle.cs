namespace Outpost.Chains.Allora;

/// <summary>A value and the worker, by address, that it belongs to.</summary>
public sealed record OfWorker<T>(string Worker, T Value);

/// <summary>
/// The fields of emissions' ValueBundle, be they the network's inferences or their losses: the network with all, the
/// network by inferers alone (naive), each worker, and the network with a worker left out or put in. Lists keep the
/// chain's order and may be empty.
/// </summary>
/// <param name="OneOutInfererForecasters">Of each forecaster, without each inferer.</param>
public sealed record ValueBundle<T>(
    T Combined, T Naive, IReadOnlyList<OfWorker<T>> Inferers, IReadOnlyList<OfWorker<T>> Forecasters,
    IReadOnlyList<OfWorker<T>> OneOutInferers, IReadOnlyList<OfWorker<T>> OneOutForecasters,
    IReadOnlyList<OfWorker<T>> OneInForecasters,
    IReadOnlyList<OfWorker<IReadOnlyList<OfWorker<T>>>> OneOutInfererForecasters)
{
    /// <summary>The same bundle of other values; <paramref name="map"/> is told the chain's name of each.</summary>
    public ValueBundle<TResult> Map<TResult>(Func<string, T, TResult> map) => new(
        map("combined_value", Combined),
        map("naive_value", Naive),
        Each("inferer_values", Inferers, map),
        Each("forecaster_values", Forecasters, map),
        Each("one_out_inferer_values", OneOutInferers, map),
        Each("one_out_forecaster_values", OneOutForecasters, map),
        Each("one_in_forecaster_values", OneInForecasters, map),
        [
            .. OneOutInfererForecasters.Select(of => new OfWorker<IReadOnlyList<OfWorker<TResult>>>(
                of.Worker, Each($"one_out_inferer_forecaster_values {of.Worker}", of.Value, map))),
        ]);

    private static OfWorker<TResult>[] Each<TResult>(
        string field, IReadOnlyList<OfWorker<T>> values, Func<string, T, TResult> map) =>
        [.. values.Select(of => new OfWorker<TResult>(of.Worker, map($"{field} {of.Worker}", of.Value)))];
}
