using System.Diagnostics.CodeAnalysis;
using Outpost.Chains.Wire;
using Outpost.Node.Compute;

namespace Outpost.Node.Losses;

/// <summary>
/// A loss method of Allora's topics, by the topic's own name for it, computed here: no service is asked. Pure and safe
/// for use from several threads. docs/losses.md lists methods, formulas and parameters.
/// </summary>
public sealed class LossMethod
{
    private readonly LossDefinition _definition;
    private readonly LossFormula _formula;

    private LossMethod(LossDefinition definition, LossFormula formula)
    {
        _definition = definition;
        _formula = formula;
    }

    /// <summary>The name that all aliases stand for: sqe for mse.</summary>
    public string Name => _definition.Name;

    /// <summary>Reputers submit log10 of such a loss, and any other as it is.</summary>
    public bool IsNeverNegative => _definition.IsNeverNegative;

    /// <summary>
    /// The method of that name, whatever its case. <paramref name="parameters"/> are those of today's configs
    /// (LossMethodOptions); a loss_method among them must be the same method.
    /// </summary>
    /// <param name="problem">All that is wrong, each with its key.</param>
    public static bool TryCreate(
        string name, IReadOnlyDictionary<string, string> parameters,
        [NotNullWhen(true)] out LossMethod? method, [NotNullWhen(false)] out string? problem)
    {
        method = null;
        if (Find(name) is not { } definition)
        {
            problem = $"there is no loss method '{name}': built in are "
                + string.Join(", ", LossDefinition.All.Select(known => known.Name))
                + "; any other needs a loss service";
            return false;
        }

        if (parameters.TryGetValue(LossParameters.MethodKey, out var other) && Find(other) != definition)
        {
            problem = $"'{LossParameters.MethodKey}' is '{other}', and the topic's loss method is '{name}'";
            return false;
        }

        if (!LossParameters.TryRead(definition, parameters, out var read, out problem))
        {
            return false;
        }

        method = new LossMethod(definition, definition.Make(read));
        return true;
    }

    /// <summary>The loss itself, without a logarithm, in the chain's digits.</summary>
    public LossResult Of(TopicValue truth, TopicValue prediction) =>
        ChainLoss.Of(RawOf(truth, prediction), isLog10: false, SmallLoss.Refuse);

    /// <summary>Of a value with labels: the mean of the labels' losses.</summary>
    internal RawLoss RawOf(TopicValue truth, TopicValue prediction)
    {
        if (LossFault.Between(truth, prediction) is { } fault)
        {
            return new RawLoss(default, fault);
        }

        if (truth.Scalar is { } number)
        {
            return RawOf(number, prediction.Scalar!.Value);
        }

        var sum = WideDecimal.Zero;
        foreach (var (one, other) in truth.Labels.Zip(prediction.Labels))
        {
            var loss = RawOf(one.Value, other.Value);
            if (loss.Fault is { } ofLabel)
            {
                return RawLoss.None(ofLabel.Problem, $"label '{one.Label}': {ofLabel.Detail}");
            }

            sum += loss.Number;
        }

        return sum.DividedBy(new WideDecimal(truth.Labels.Count, 0), WideMath.Digits);
    }

    private RawLoss RawOf(DecimalText truth, DecimalText prediction) =>
        _formula.Of(WideDecimal.From(truth), WideDecimal.From(prediction));

    private static LossDefinition? Find(string name)
    {
        var wanted = name.Trim();
        return LossDefinition.All.FirstOrDefault(definition =>
            definition.Aliases.Prepend(definition.Name).Contains(wanted, StringComparer.OrdinalIgnoreCase));
    }
}
