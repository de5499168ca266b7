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

    private static readonly TimeSpan Window = TimeSpan.FromSeconds(30);

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
        Assert.Equal("3012.45", answer.Given.ToString());
        Assert.Equal(4, answer.Attempts);
    }

    [Fact]
    public async Task Tells_of_each_attempt_that_gave_no_good_answer()
    {
        var model = new ScriptedModel(ScriptedModel.IsDown(), ScriptedModel.Says("<html>busy</html>"), ScriptedModel.Says("1.5"));
        var told = new List<string>();
        using var network = new HttpMessageInvoker(model);
        var entrypoint = Entrypoint(model);
        await entrypoint.AnswerAsync(
            Ask(Duty), Window, CancellationToken.None, TestContext.Current.CancellationToken, told.Add);
        Assert.Equal(2, told.Count);
        Assert.Contains("Connection refused", told[0], StringComparison.Ordinal);
        Assert.Contains("HTML", told[1], StringComparison.Ordinal);
        Assert.DoesNotContain(told, one => one.Contains("key=", StringComparison.Ordinal));
    }

    public static TheoryData<string, string, string> BadAnswers => new()
    {
        { "<html><body>Not Found</body></html>", "model-answer-invalid", "HTML" },
        { "NaN", "model-answer-invalid", "NaN" },
        { "Infinity", "model-answer-invalid", "infinity" },
        { "", "model-answer-invalid", "empty" },
        { "{\"detail\":\"x\"}", "model-answer-invalid", "JSON" },
        { "1e50", "model-answer-invalid", "1e50" },
        { "{\"error\":\"model not loaded\"}", "model-answer-invalid", "JSON" },
        { "[1.5, 2.5]", "model-answer-invalid", "JSON" },
        { "-Infinity", "model-answer-invalid", "infinity" },
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
            () => Entrypoint(new ScriptedModel(ScriptedModel.Hangs())).AnswerAsync(Ask(Duty), Window, CancellationToken.None, stop.Token));
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

    [Fact]
    public async Task Asks_a_second_time_beside_one_that_never_answers_and_does_not_give_up_the_first()
    {
        var time = new ManualTime();
        var slow = new TaskCompletionSource<HttpResponseMessage>();
        var model = new ScriptedModel(_ => slow.Task, ScriptedModel.Hangs());
        using var invoker = new HttpMessageInvoker(model);
        var entrypoint = Patient(invoker, time);
        var answer = entrypoint.AnswerAsync(
            Ask(Duty), Window, CancellationToken.None, TestContext.Current.CancellationToken);
        time.Advance(TimeSpan.FromSeconds(14));
        Assert.Single(model.Asked);
        time.Advance(TimeSpan.FromSeconds(2));
        await UntilAsync(() => model.Asked.Count == 2);

        slow.SetResult(new HttpResponseMessage { Content = new StringContent("7") });
        var value = Assert.IsType<Answer.Value>(await answer);
        Assert.Equal(("7", 2), (value.Given.ToString(), value.Attempts));
    }

    [Fact]
    public async Task Takes_the_second_answer_when_the_first_request_hangs_for_ever()
    {
        var time = new ManualTime();
        var model = new ScriptedModel(ScriptedModel.Hangs(), ScriptedModel.Says("8"));
        using var invoker = new HttpMessageInvoker(model);
        var answer = Patient(invoker, time).AnswerAsync(
            Ask(Duty), Window, CancellationToken.None, TestContext.Current.CancellationToken);
        time.Advance(TimeSpan.FromSeconds(16));
        Assert.Equal("8", Assert.IsType<Answer.Value>(await answer).Given.ToString());
    }

    [Fact]
    public async Task Asks_more_often_towards_the_end_so_that_a_model_which_comes_back_late_is_still_in_time()
    {
        var time = new ManualTime();
        var isUp = false;
        var model = new ScriptedModel(token => isUp ? ScriptedModel.Says("9")(token) : ScriptedModel.IsDown()(token));
        using var invoker = new HttpMessageInvoker(model);
        var answer = Patient(invoker, time).AnswerAsync(
            Ask(Duty), TimeSpan.FromSeconds(60), CancellationToken.None, TestContext.Current.CancellationToken);
        for (var second = 0; second < 60 && !answer.IsCompleted; second++)
        {
            isUp = second >= 50;
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, TestContext.Current.CancellationToken);
        }

        Assert.IsType<Answer.Value>(await answer);
        Assert.InRange(model.Asked.Count, 5, 25);
    }

    [Fact]
    public async Task Names_the_failure_that_mattered_and_not_the_end_of_the_window()
    {
        var time = new ManualTime();
        using var window = new CancellationTokenSource();
        var model = new ScriptedModel(
            ScriptedModel.Says("boom", HttpStatusCode.InternalServerError), ScriptedModel.Hangs());
        using var invoker = new HttpMessageInvoker(model);
        var answer = Patient(invoker, time).AnswerAsync(
            Ask(Duty), Window, window.Token, TestContext.Current.CancellationToken);
        await UntilAsync(() =>
        {
            time.Advance(TimeSpan.FromMilliseconds(100));
            return model.Asked.Count == 2;
        });
        time.Advance(TimeSpan.FromSeconds(10));
        await window.CancelAsync();

        var none = Assert.IsType<Answer.None>(await answer);
        Assert.Equal(Reason.ModelTimeout, none.Reason);
        Assert.Contains("s after it was asked; before that", none.Detail, StringComparison.Ordinal);
        Assert.Contains("500", none.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Says_that_the_model_broke_off_in_the_middle_of_its_answer()
    {
        var none = await MissAsync(new ScriptedModel(
            _ => Task.FromResult(new HttpResponseMessage { Content = new StreamContent(new BrokenBody()) })));
        Assert.Equal(Reason.ModelAnswerInvalid, none.Reason);
        Assert.Contains("the body broke off", none.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Is_not_fooled_by_redirects_that_lead_nowhere()
    {
        await using var model = await RedirectingModel.StartAsync();
        using var network = new SocketsHttpHandler { MaxAutomaticRedirections = 5 };
        using var invoker = new HttpMessageInvoker(network);
        using var window = new CancellationTokenSource(500);
        var answer = await Ladder(
            Options with { UrlTemplate = model.Url, AttemptTimeout = TimeSpan.FromSeconds(5) }, invoker,
            TimeProvider.System)
            .AnswerAsync(Ask(Duty), Window, window.Token, TestContext.Current.CancellationToken);
        var none = Assert.IsType<Answer.None>(answer);
        Assert.Equal(Reason.ModelError, none.Reason);
        Assert.Contains("302", none.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Uses_an_answer_that_was_asked_for_ahead_and_learns_how_long_ahead_to_ask()
    {
        var time = new ManualTime();
        var model = new ScriptedModel(After(time, 40, "5"));
        using var invoker = new HttpMessageInvoker(model);
        var entrypoint = Patient(invoker, time);
        Assert.Null(entrypoint.Lead);
        using var window = new CancellationTokenSource();
        var late = entrypoint.AnswerAsync(Ask(Duty), Window, window.Token, TestContext.Current.CancellationToken);
        time.Advance(TimeSpan.FromSeconds(30));
        await window.CancelAsync();
        Assert.Equal(Reason.ModelTimeout, Assert.IsType<Answer.None>(await late).Reason);

        // It took more than the whole window: twice as much is tried, and the bound is what one attempt may take.
        Assert.Equal(60, entrypoint.Lead!.Value.TotalSeconds);
        var next = Duty with { Nonce = Duty.Nonce + 100 };
        var before = model.Asked.Count;
        entrypoint.AskAhead(Ask(next), TestContext.Current.CancellationToken);
        entrypoint.AskAhead(Ask(next), TestContext.Current.CancellationToken);
        time.Advance(TimeSpan.FromSeconds(60));
        var value = Assert.IsType<Answer.Value>(await entrypoint.AnswerAsync(
            Ask(next), Window, CancellationToken.None, TestContext.Current.CancellationToken));
        Assert.Equal((before + 1, 1), (model.Asked.Count, value.Attempts));
        Assert.Equal(0, entrypoint.WastedCalls);
    }

    [Fact]
    public async Task Asks_at_the_opening_when_the_call_ahead_failed_or_was_for_another_block()
    {
        var time = new ManualTime();
        var model = new ScriptedModel(ScriptedModel.Says("1"), ScriptedModel.IsDown(), ScriptedModel.Says("2"));
        using var invoker = new HttpMessageInvoker(model);
        var entrypoint = Patient(invoker, time);
        entrypoint.AskAhead(Ask(Duty), TestContext.Current.CancellationToken);
        entrypoint.AskAhead(Ask(Duty with { Nonce = Duty.Nonce + 1 }), TestContext.Current.CancellationToken);
        var answer = await entrypoint.AnswerAsync(
            Ask(Duty with { Nonce = Duty.Nonce + 1 }), Window, CancellationToken.None, TestContext.Current.CancellationToken);
        Assert.Equal("2", Assert.IsType<Answer.Value>(answer).Given.ToString());
        Assert.Equal(1, entrypoint.WastedCalls);
    }

    private static EntrypointLadder Patient(HttpMessageInvoker model, TimeProvider time) => Ladder(
        Options with
        {
            AttemptTimeout = TimeSpan.FromSeconds(60),
            RetryDelay = TimeSpan.FromSeconds(1),
            IsAskedAhead = true,
        },
        model, time);

    private static Func<CancellationToken, Task<HttpResponseMessage>> After(
        TimeProvider time, int seconds, string body) => async cancellationToken =>
    {
        await Task.Delay(TimeSpan.FromSeconds(seconds), time, cancellationToken);
        return new HttpResponseMessage { Content = new StringContent(body) };
    };

    private static async Task UntilAsync(Func<bool> holds)
    {
        for (var asked = 0; !holds(); asked++)
        {
            Assert.True(asked < 1000, "waited for ten seconds");
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    private static EntrypointLadder Entrypoint(HttpMessageHandler model) =>
        Ladder(Options, new HttpMessageInvoker(model), TimeProvider.System);

    private static EntrypointLadder Ladder(HttpEntrypointOptions options, HttpMessageInvoker model, TimeProvider time) => new(
        options, new HttpEntrypoint(options, model), null, time, new Random(1), NullLogger.Instance);

    private static Question Ask(DutyId duty) => Question.Of(duty);

    private static Task<Answer> AskAsync(HttpMessageHandler model) =>
        Entrypoint(model).AnswerAsync(Ask(Duty), Window, CancellationToken.None, TestContext.Current.CancellationToken);

    private static async Task<Answer.None> MissAsync(HttpMessageHandler model)
    {
        using var window = new CancellationTokenSource(300);
        return Assert.IsType<Answer.None>(
            await Entrypoint(model).AnswerAsync(Ask(Duty), Window, window.Token, TestContext.Current.CancellationToken));
    }
}
