using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Outpost.Chains;
using Outpost.Chains.Allora;
using Outpost.Node;
using Outpost.Node.Compute;
using Outpost.Node.Duties;

namespace Outpost.Tests.Node;

public sealed class HttpEntrypointTests
{
    private static readonly DutyId Duty = new(Role.Inferer, new TopicId(7), new Height(1234));

    private static readonly HttpEntrypointOptions Options = new()
    {
        UrlTemplate = "http://model.local/{TopicId}/{BlockHeight}?key={Token}&case={token}",
        Variables = new Dictionary<string, string> { ["Token"] = "ETH" },
        AttemptTimeout = TimeSpan.FromMilliseconds(100),
        RetryDelay = TimeSpan.FromMilliseconds(1),
    };

    [Fact]
    public async Task Fills_the_template_case_sensitively_and_leaves_unknown_names()
    {
        var model = new ScriptedModel(ScriptedModel.Says("1.5"));
        await AskAsync(model);
        Assert.Equal("http://model.local/7/1234?key=ETH&case={token}", Uri.UnescapeDataString(model.Asked[0].ToString()));
    }

    [Fact]
    public async Task Asks_again_after_a_failure_while_the_window_is_open()
    {
        var model = new ScriptedModel(
            ScriptedModel.IsDown(), ScriptedModel.Says("oops", HttpStatusCode.InternalServerError),
            ScriptedModel.Says("<html>busy</html>"), ScriptedModel.Says("3012.45\n"));
        var answer = Assert.IsType<Answer.Value>(await AskAsync(model));
        Assert.Equal("3012.45", answer.Number.Text);
        Assert.Equal(4, answer.Attempts);
    }

    public static TheoryData<string, string, string> BadAnswers => new()
    {
        { "<html><body>Not Found</body></html>", "model-answer-invalid", "HTML" },
        { "NaN", "model-answer-invalid", "NaN" },
        { "Infinity", "model-answer-invalid", "infinity" },
        { "", "model-answer-invalid", "empty" },
        { "{\"detail\":\"x\"}", "model-answer-invalid", "JSON" },
        { "1e50", "model-answer-invalid", "1e50" },
    };

    [Theory]
    [MemberData(nameof(BadAnswers))]
    public async Task Names_what_is_wrong_with_an_answer(string body, string reason, string word)
    {
        var none = await MissAsync(new ScriptedModel(ScriptedModel.Says(body)));
        Assert.Equal(reason, none.Reason.Code);
        Assert.Contains(word, none.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain("key=ETH", none.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_a_server_error_with_its_status_and_first_words()
    {
        var none = await MissAsync(new ScriptedModel(
            ScriptedModel.Says("Traceback (most recent call last)", HttpStatusCode.InternalServerError)));
        Assert.Equal(Reason.ModelError, none.Reason);
        Assert.Contains("500", none.Detail, StringComparison.Ordinal);
        Assert.Contains("Traceback", none.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_a_model_that_hangs() =>
        Assert.Equal(Reason.ModelTimeout, (await MissAsync(new ScriptedModel(ScriptedModel.Hangs()))).Reason);

    [Fact]
    public async Task Names_a_model_that_is_down() =>
        Assert.Equal(Reason.ModelUnreachable, (await MissAsync(new ScriptedModel(ScriptedModel.IsDown()))).Reason);

    [Fact]
    public async Task Refuses_a_body_that_is_longer_than_a_number_can_be()
    {
        var none = await MissAsync(new ScriptedModel(ScriptedModel.Says(new string('1', 5000))));
        Assert.Contains("longer than 4096 bytes", none.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Throws_when_the_node_stops_and_not_when_the_window_closes()
    {
        using var stop = new CancellationTokenSource(50);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => Entrypoint(new ScriptedModel(ScriptedModel.Hangs())).InferAsync(Duty, CancellationToken.None, stop.Token));
    }

    [Theory]
    [InlineData("1.5", "1.5")]
    [InlineData("1.5\n", "1.5")]
    [InlineData("\"1.5\"", "1.5")]
    [InlineData(" 1e-8 ", "1E-8")]
    [InlineData("-0.026054634772502413", "-0.026054634772502413")]
    [InlineData("{\"value\": 3012.4500}", "3012.4500")]
    [InlineData("{\"infererValue\":\"12\"}", "12")]
    [InlineData("[0.1]", "0.1")]
    public void Reads_what_models_really_answer_without_losing_a_digit(string body, string expected)
    {
        Assert.True(AnswerText.TryRead(body, out var value, out var problem), problem);
        Assert.Equal(expected, value.Text);
    }

    private static HttpEntrypoint Entrypoint(HttpMessageHandler model) => new(
        Options, new HttpMessageInvoker(model), TimeProvider.System, new Random(1), NullLogger.Instance);

    private static Task<Answer> AskAsync(HttpMessageHandler model) =>
        Entrypoint(model).InferAsync(Duty, CancellationToken.None, TestContext.Current.CancellationToken);

    private static async Task<Answer.None> MissAsync(HttpMessageHandler model)
    {
        using var window = new CancellationTokenSource(300);
        return Assert.IsType<Answer.None>(
            await Entrypoint(model).InferAsync(Duty, window.Token, TestContext.Current.CancellationToken));
    }
}
