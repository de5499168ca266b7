using System.Diagnostics.CodeAnalysis;
using Outpost.Chains.Wire;
using Outpost.Node.Compute;

namespace Outpost.Node.Losses;

/// <summary>A parameter of a method, named as the loss services of today name it.</summary>
/// <param name="Default">Null when it has to be given.</param>
/// <param name="Least">In the range if <paramref name="TakesLeast"/>, else just below it; null: no bound.</param>
/// <param name="Most">The largest that is taken; null: no bound but the chain's.</param>
internal sealed record LossParameter(
    string Name, string? Default, int? Least = null, bool TakesLeast = false, string? Most = null)
{
    public string Range => (Least, Most) switch
    {
        (null, _) => "any number",
        (_, null) => TakesLeast ? $"at least {Least}" : $"above {Least}",
        _ => TakesLeast ? $"from {Least} to {Most}" : $"above {Least}, at most {Most}",
    };

    public bool IsInRange(WideDecimal value)
    {
        var isEnough = Least is not { } least
            || (value - new WideDecimal(least, 0)).Sign is var sign && (TakesLeast ? sign >= 0 : sign > 0);
        return isEnough && (Most is null || !WideDecimal.TryRead(Most, out var most) || value.CompareTo(most) <= 0);
    }
}

/// <summary>The parameters that a method was given, complete and in range.</summary>
internal sealed class LossParameters
{
    /// <summary>Options of today's configs hold the method's name beside its parameters.</summary>
    public const string MethodKey = "loss_method";

    private readonly Dictionary<string, WideDecimal> _values = new(StringComparer.Ordinal);

    public WideDecimal this[string name] => _values[name];

    /// <param name="problem">All that is wrong, each with its key.</param>
    public static bool TryRead(
        LossDefinition definition, IReadOnlyDictionary<string, string> given,
        [NotNullWhen(true)] out LossParameters? parameters, [NotNullWhen(false)] out string? problem)
    {
        var known = definition.Parameters.Select(parameter => parameter.Name).ToList();
        var takes = known.Count == 0 ? "it takes none" : $"it takes {string.Join(", ", known)}";
        var problems = given.Keys.Where(key => key != MethodKey && !known.Contains(key, StringComparer.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(key => $"the loss method {definition.Name} has no parameter '{key}': {takes}").ToList();
        var read = new LossParameters();
        foreach (var parameter in definition.Parameters)
        {
            if ((given.GetValueOrDefault(parameter.Name) ?? parameter.Default) is not { } text)
            {
                problems.Add($"the loss method {definition.Name} needs '{parameter.Name}' ({parameter.Range})");
            }
            else if (!DecimalText.TryParse(text, out var number, out var fault))
            {
                problems.Add($"'{parameter.Name}' of {definition.Name}: {fault}");
            }
            else if (WideDecimal.From(number) is var value && !parameter.IsInRange(value))
            {
                problems.Add($"'{parameter.Name}' of {definition.Name} is {number}: {parameter.Range} is wanted");
            }
            else
            {
                read._values[parameter.Name] = value;
            }
        }

        parameters = problems.Count == 0 ? read : null;
        problem = problems.Count == 0 ? null : string.Join("; ", problems);
        return parameters is not null && problem is null;
    }
}
