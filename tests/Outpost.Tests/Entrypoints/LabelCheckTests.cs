using Outpost.Chains.Allora;
using Outpost.Chains.Wire;
using Outpost.Node.Compute;

namespace Outpost.Tests.Entrypoints;

public sealed class LabelCheckTests
{
    [Theory]
    [InlineData("up=0.6,down=0.4", null)]
    [InlineData("up=1", null)]
    [InlineData("up=0.505,down=0.505", null)]
    [InlineData("up=0.495,down=0.495", null)]
    [InlineData("up=0.505,down=0.50500000000000000000000000000000000001", "the labels sum to 1.01000000000000000000000000000000000001")]
    [InlineData("up=0.9,down=-0.9", "the labels sum to 0.0, and the topic wants 1 within 0.01")]
    [InlineData("up=0.5,down=0.25,flat=0.25", "3 labels, and the topic takes 2")]
    [InlineData("up=0.5,sideways=0.5", "the topic has no label 'sideways', but up, down")]
    [InlineData("up=0.5,Up=0.5", "the label 'up' stands there twice")]
    [InlineData("up=0.5,dówn=0.5", "the label 'dówn' is not ASCII")]
    public void What_the_chain_would_refuse_is_named(string answer, string? problem)
    {
        var found = LabelCheck.Problem(Value(answer), Rules(["up", "down"], most: 2));
        Assert.Equal(problem is null, found is null);
        Assert.StartsWith(problem ?? "", found ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public void A_topic_without_a_whitelist_takes_any_label_of_at_most_64_letters()
    {
        var rules = Rules([], most: 16) with { SumToOne = false };
        Assert.Null(LabelCheck.Problem(Value($"{new string('a', 64)}=1,b=-7"), rules));
        Assert.NotNull(LabelCheck.Problem(Value($"{new string('a', 65)}=1"), rules));
        Assert.Null(LabelCheck.MissingProblem(Value("b=1"), rules));
    }

    [Fact]
    public void Of_many_missing_labels_the_first_are_named()
    {
        var rules = Rules([.. Enumerable.Range(1, 8).Select(number => $"l{number}")], most: 16);
        Assert.Equal("there is no number for 'l1', 'l2', 'l4', 'l5', 'l6' and 2 more",
            LabelCheck.MissingProblem(Value("L3=1"), rules));
    }

    [Theory]
    [InlineData("UP=1,Down=2", "up=0,down=0", """{"down":"2","up":"1"}""")]
    [InlineData("UP=1,other=2", "up=0,down=0", """{"other":"2","up":"1"}""")]
    [InlineData("UP=1,up=2", "up=0", """{"UP":"1","up":"2"}""")]
    public void Labels_take_the_spelling_of_others_and_nothing_else(string value, string other, string expected) =>
        Assert.Equal(expected, Value(value).SpelledAs(Value(other)).ToString());

    private static LabelRules Rules(string[] allowed, ulong most) => new(allowed, most, SumToOne: true, Number("0.01"));

    private static TopicValue Value(string pairs) => TopicValue.Of(
        pairs.Split(',').Select(pair => new LabeledValue(pair.Split('=')[0], Number(pair.Split('=')[1]))), out _)!;

    private static DecimalText Number(string text) =>
        DecimalText.TryParse(text, out var number, out var problem) ? number : throw new ArgumentException(problem);
}
