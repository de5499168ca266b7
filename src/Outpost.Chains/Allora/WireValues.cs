using Outpost.Chains.Wire;
using V3 = Outpost.Chains.Wire.Emissions.V3;

namespace Outpost.Chains.Allora;

/// <summary>Reads the chain's numbers and its bundles of scalars.</summary>
internal static class WireValues
{
    /// <summary>An unset decimal is 0, as the chain reads it.</summary>
    /// <exception cref="ChainException">BadReply: NaN, or outside of what the chain takes of its actors.</exception>
    public static DecimalText Number(string text, string method)
    {
        string? problem = null;
        return text.Length == 0 ? default
            : DecimalText.TryParse(text, out var value, out problem) ? value
            : throw new ChainException(ChainFault.BadReply, $"query {method}", null, problem);
    }

    public static ValueBundle<DecimalText> Read(V3.ValueBundle bundle, string method)
    {
        return new ValueBundle<DecimalText>(
            Number(bundle.CombinedValue, method), Number(bundle.NaiveValue, method),
            Attributed(bundle.InfererValues), Attributed(bundle.ForecasterValues),
            Withheld(bundle.OneOutInfererValues), Withheld(bundle.OneOutForecasterValues),
            Attributed(bundle.OneInForecasterValues),
            [
                .. bundle.OneOutInfererForecasterValues.Select(of => new OfWorker<IReadOnlyList<OfWorker<DecimalText>>>(
                    of.Forecaster, Withheld(of.OneOutInfererValues))),
            ]);

        OfWorker<DecimalText>[] Attributed(IEnumerable<V3.WorkerAttributedValue> values) =>
            [.. values.Select(of => new OfWorker<DecimalText>(of.Worker, Number(of.Value, method)))];

        OfWorker<DecimalText>[] Withheld(IEnumerable<V3.WithheldWorkerAttributedValue> values) =>
            [.. values.Select(of => new OfWorker<DecimalText>(of.Worker, Number(of.Value, method)))];
    }
}
