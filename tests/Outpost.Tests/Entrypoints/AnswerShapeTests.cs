using Outpost.Chains;
using Outpost.Chains.Allora;
using Outpost.Node;
using Outpost.Node.Compute;
using Outpost.Node.Duties;

namespace Outpost.Tests.Entrypoints;

public sealed class AnswerShapeTests
{
    private const string One = "allo19rl4cm2hmr8afy4kldpxz3fka4jguq0ajnh7gv";
    private const string Two = "allo1sytvpsen7sh2qealtar5zzqjvwwj8djmhppgf3";

    public static TheoryData<string, string> Forecasts => new()
    {
        { $$"""{"{{Two}}":[1e-8, 7],"{{One}}":["3.10"],"x":[]}""", $$"""{"{{One}}":"3.10","{{Two}}":"1E-8"}""" },
        { $$"""{"{{One}}":0.123456789012345678901234567890}""", $$"""{"{{One}}":"0.123456789012345678901234567890"}""" },
        { $$"""[{"worker":"{{Two}}","value":"2"},{"inferer":"{{One}}","value":-1.50}]""", $$"""{"{{One}}":"-1.50","{{Two}}":"2"}""" },
    };

    [Theory]
    [MemberData(nameof(Forecasts))]
    public void Reads_forecasts_as_a_map_and_as_a_list_with_every_digit_and_in_one_order(string body, string expected) =>
        Assert.Equal(expected, Read(AnswerKind.Forecast, body).Value?.ToString());

    [Theory]
    [InlineData("""{"allo1abc":[1]}""", "'allo1abc' is no address")]
    [InlineData($$"""{"{{One}}":[1],"{{One}}":[2]}""", "stands there twice")]
    [InlineData($$"""{"{{One}}":"NaN"}""", "NaN")]
    [InlineData($$"""{"{{One}}":[]}""", "at least one")]
    [InlineData($$"""{"{{One}}":null}""", "has no number")]
    [InlineData($$"""[{"{{One}}":1}]""", "item 0 is not such as")]
    [InlineData("3.1", "not numbers by name")]
    [InlineData("<html>", "no JSON")]
    public void Names_what_is_wrong_with_forecasts(string body, string words) => Refuses(Read(AnswerKind.Forecast, body), words);

    [Theory]
    [InlineData("""[{"label":" up ","value":"0.70"},{"label":"down","value":0.3}]""", """{"down":"0.3","up":"0.70"}""")]
    [InlineData("""{"up":0.70,"down":"0.3"}""", """{"down":"0.3","up":"0.70"}""")]
    public void Reads_labels_whole(string body, string expected)
    {
        var value = Read(AnswerKind.Inference, body, hasLabels: true).Value;
        Assert.Equal(expected, value?.ToString());
        Assert.Equal(value, Read(AnswerKind.Inference, value!.ToString(), hasLabels: true).Value);
    }

    [Theory]
    [InlineData("""[{"label":"up","value":1},{"label":"up ","value":2}]""", "twice")]
    [InlineData("""[{"label":"  ","value":1}]""", "no name")]
    [InlineData("[]", "at least one")]
    [InlineData("""[{"label":"up"}]""", "item 0")]
    [InlineData("0.5", "not numbers by name")]
    public void Refuses_labels_that_are_missing_or_doubled(string body, string words) =>
        Refuses(Read(AnswerKind.Inference, body, hasLabels: true), words);

    [Fact]
    public void Refuses_more_labels_than_a_topic_can_have() => Refuses(
        Read(AnswerKind.Inference, $"{{{string.Join(',', Enumerable.Range(0, 1025).Select(i => $"\"l{i}\":1"))}}}", hasLabels: true),
        "1025 names are more than 1024");

    [Theory]
    [InlineData("3,012.45", "3012.45")]
    [InlineData("\" 1.234.567 \"", "1.234567")]
    [InlineData("1.5\n", "1.5")]
    [InlineData("\"12\"", "12")]
    public void Cleans_a_truth_as_the_nodes_of_today_do(string body, string expected)
    {
        Assert.Equal(expected, Read(AnswerKind.GroundTruth, body).Value?.ToString());
        if (body.Contains(',', StringComparison.Ordinal))
        {
            Refuses(Read(AnswerKind.Inference, body), "without separators");
        }
    }

    [Fact]
    public void Cleans_the_values_of_a_truth_with_labels_too() => Assert.Equal("""{"a":"1000.5"}""",
        Read(AnswerKind.GroundTruth, """[{"label":"a","value":"1,000.5"}]""", hasLabels: true).Value?.ToString());

    [Fact]
    public void Takes_null_for_a_truth_that_is_not_known_yet_and_for_nothing_else()
    {
        Assert.Contains("not known yet", Read(AnswerKind.GroundTruth, " null\n").Problem!.Detail, StringComparison.Ordinal);
        Assert.Equal(Reason.ModelAnswerInvalid, Read(AnswerKind.Inference, "null").Problem!.Reason);
    }

    [Theory]
    [InlineData("100", "100", null)]
    [InlineData("105", "100", null)]
    [InlineData("105.0000000000000000000000000000000001", "100", "further")]
    [InlineData("-1", "1", "differ")]
    [InlineData("3", "1", "differ")]
    [InlineData("2", "1", null)]
    [InlineData("0.49", "1", "differ")]
    [InlineData("0", "1", null)]
    [InlineData("1", "0", null)]
    [InlineData("1e-30", "3e-30", "differ")]
    [InlineData("1e40", "1", "further")]
    public void Holds_an_answer_against_the_network_exactly(string answer, string network, string? words)
    {
        var problem = Sanity.Problem(FakeEntrypoint.Scalar(answer), FakeEntrypoint.Scalar(network),
            new SanityOptions { MostDistance = 5, MostFactor = 2 });
        Assert.Equal(words is not null, problem is not null);
        Assert.Contains(words ?? "", problem ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public void Compares_each_label_with_its_own_and_nothing_with_an_unknown_network()
    {
        var options = new SanityOptions { MostDistance = 0.1m };
        var answer = Read(AnswerKind.Inference, """{"down":"0.3","up":"0.7"}""", hasLabels: true).Value!;
        var network = Read(AnswerKind.Inference, """{"other":"9","up":"0.5"}""", hasLabels: true).Value!;
        Assert.StartsWith("'up': 0.7 is further", Sanity.Problem(answer, network, options), StringComparison.Ordinal);
        Assert.Null(Sanity.Problem(answer, null, options));
    }

    private static Reply Read(AnswerKind kind, string body, bool hasLabels = false) => AnswerText.Read(
        new Question(kind, new TopicId(1), new Height(5)) { HasLabels = hasLabels }, "model", body);

    private static void Refuses(Reply reply, string words)
    {
        Assert.Equal(Reason.ModelAnswerInvalid, reply.Problem?.Reason);
        Assert.Contains(words, reply.Problem!.Detail, StringComparison.Ordinal);
    }
}
