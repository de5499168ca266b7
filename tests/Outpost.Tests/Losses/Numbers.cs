using Outpost.Chains.Allora;
using Outpost.Chains.Wire;
using Outpost.Node.Compute;
using Outpost.Node.Losses;

namespace Outpost.Tests.Losses;

/// <summary>Short ways to values and methods, for tests of losses.</summary>
internal static class Numbers
{
    public static readonly Dictionary<string, string> NoParameters = [];

    public static DecimalText Number(string text)
    {
        Assert.True(DecimalText.TryParse(text, out var number, out var problem), problem);
        return number;
    }

    public static WideDecimal Wide(string text) => WideDecimal.From(Number(text));

    public static TopicValue Value(string text) => TopicValue.Of(Number(text));

    /// <summary>From "up=0.6 down=0.4".</summary>
    public static TopicValue Labeled(string text)
    {
        var value = TopicValue.Of(Pairs(text).Select(pair => new LabeledValue(pair.Name, Number(pair.Text))), out var problem);
        Assert.True(value is not null, problem);
        return value;
    }

    /// <param name="parameters">Such as "std=1 mean=0.5".</param>
    public static LossMethod Method(string name, string parameters = "")
    {
        var given = Pairs(parameters).ToDictionary(pair => pair.Name, pair => pair.Text);
        Assert.True(LossMethod.TryCreate(name, given, out var method, out var problem), problem);
        return method;
    }

    public static string Problem(string name, string parameters)
    {
        var given = Pairs(parameters).ToDictionary(pair => pair.Name, pair => pair.Text);
        Assert.False(LossMethod.TryCreate(name, given, out var method, out var problem));
        Assert.Null(method);
        return problem;
    }

    public static string Text(LossResult result) => Assert.IsType<LossResult.Value>(result).Number.Text;

    public static LossProblem Fault(LossResult result) => Assert.IsType<LossResult.None>(result).Fault.Problem;

    private static IEnumerable<(string Name, string Text)> Pairs(string text) =>
        text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=')).Select(pair => (pair[0], pair[1]));
}
