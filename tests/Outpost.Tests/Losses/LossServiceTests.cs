using Outpost.Chains.Allora;
using System.Globalization;
using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Outpost.Node.Compute;
using Outpost.Node.Losses;
using Outpost.Tests.Node;
using static Outpost.Tests.Losses.Numbers;
using static Outpost.Tests.Losses.ScriptedLossService;

namespace Outpost.Tests.Losses;

public sealed class LossServiceTests
{
    private static readonly LossServiceOptions Options = new()
    {
        Url = new Uri("http://losses.local:5000/base/"),
        Method = new Dictionary<string, string> { ["loss_method"] = "huber", ["delta"] = "2.0" },
        RetryDelay = TimeSpan.FromMilliseconds(1),
    };

    private static readonly TopicValue Truth = Value("1e-7");

    [Fact]
    public async Task Asks_as_the_go_node_does()
    {
        var service = new ScriptedLossService();
        await LossesAsync(service, Of("1e2", "-1.50"));
        Assert.Equal(
            [
                ("/base/is_never_negative", """{"options":{"delta":"2.0","loss_method":"huber"}}"""),
                ("/base/calculate", """{"options":{"delta":"2.0","loss_method":"huber"},"y_pred":"100","y_true":"0.0000001"}"""),
                ("/base/calculate", """{"options":{"delta":"2.0","loss_method":"huber"},"y_pred":"-1.50","y_true":"0.0000001"}"""),
            ],
            service.Asked);
    }

    [Fact]
    public async Task Asks_for_labels_by_name()
    {
        var service = new ScriptedLossService { Calculates = (_, _) => Task.FromResult(Says("""{"loss":"0.1"}""")) };
        var labels = Labeled("up=0.6 down=0.4");
        await LossesAsync(service, Of("1", "1").Map((_, _) => labels), truth: Labeled("down=0 up=1"));
        Assert.Contains(
            """
            "y_pred":[{"label":"down","value":"0.4"},{"label":"up","value":"0.6"}],
            "y_true":[{"label":"down","value":"0"},{"label":"up","value":"1"}]
            """.Replace("\n", "", StringComparison.Ordinal),
            service.Asked.Last().Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Asks_nothing_when_labels_differ()
    {
        var service = new ScriptedLossService();
        var result = await LossesAsync(service, Of("1", "2"), truth: Labeled("up=1"));
        Assert.All(Faults(result), fault => Assert.Equal(LossProblem.LabelsDiffer, fault.Problem));
        Assert.Empty(service.Asked);
    }

    [Fact]
    public async Task Asks_for_equal_inferences_once()
    {
        var service = new ScriptedLossService();
        var bundle = Of("3", "3") with { Inferers = [new("a", Value("4")), new("b", Value("3")), new("c", Value("4"))] };
        var losses = Complete(await LossesAsync(service, bundle)).Losses;
        Assert.Equal(["3", "4"], service.Predictions);
        Assert.Equal(["4", "3", "4"], losses.Inferers.Select(of => of.Value.Text));
    }

    [Fact]
    public async Task Asks_several_at_a_time_and_never_more_than_the_bound()
    {
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var waiting = 0;
        var service = new ScriptedLossService();
        var plain = service.Calculates;
        service.Calculates = async (request, stop) =>
        {
            var answer = await plain(request, stop);
            if (Interlocked.Increment(ref waiting) == 7)
            {
                release.TrySetResult();
            }

            await release.Task.WaitAsync(stop);
            return answer;
        };
        var inferers = Enumerable.Range(0, 60).Select(index => new OfWorker<TopicValue>($"{index}", Value($"{index}")));
        var losses = Complete(await LossesAsync(
            service, Of("1", "2") with { Inferers = [.. inferers] }, Options with { Parallel = 7 })).Losses;
        Assert.Equal(7, service.MostUnderWay);
        Assert.Equal(
            Enumerable.Range(0, 60).Select(index => index.ToString(CultureInfo.InvariantCulture)), losses.Inferers.Select(of => of.Value.Text));
    }

    [Fact]
    public async Task Asks_once_in_its_life_whether_losses_are_never_negative()
    {
        var service = new ScriptedLossService { IsNeverNegative = () => Says("""{"is_never_negative":true}""") };
        using var network = new HttpMessageInvoker(service);
        using var losses = new LossService(Options, network, TimeProvider.System, NullLogger.Instance);
        var bundles = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ =>
            losses.LossesAsync(Truth, Of("100", "0.1"), SmallLoss.Refuse, TestContext.Current.CancellationToken)));
        Assert.Equal(1, service.Negotiations);
        Assert.All(bundles, bundle => Assert.Equal("2", Complete(bundle).Losses.Combined.Text));
        Assert.All(bundles, bundle => Assert.Equal("-1", Complete(bundle).Losses.Naive.Text));
    }

    [Theory]
    [InlineData(true, "1")]
    [InlineData(false, "10")]
    public async Task Asks_nothing_about_signs_where_the_config_tells(bool isNeverNegative, string loss)
    {
        var service = new ScriptedLossService();
        var bundle = await LossesAsync(service, Of("10", "10"), Options with { IsNeverNegative = isNeverNegative });
        Assert.Equal(loss, Complete(bundle).Losses.Combined.Text);
        Assert.Equal(0, service.Negotiations);
    }

    [Fact]
    public async Task Asks_about_signs_again_when_there_was_no_answer()
    {
        var service = new ScriptedLossService { IsNeverNegative = () => Says("no such route", HttpStatusCode.NotFound) };
        using var network = new HttpMessageInvoker(service);
        using var losses = new LossService(Options, network, TimeProvider.System, NullLogger.Instance);
        var stop = TestContext.Current.CancellationToken;
        var fault = Assert.Single(Faults(await losses.LossesAsync(Truth, Of("1", "1"), SmallLoss.Refuse, stop)));
        Assert.Equal("POST http://losses.local:5000/base/is_never_negative: HTTP 404: 'no such route'", fault.Detail);
        service.IsNeverNegative = () => Says("""{"is_never_negative":false}""");
        Complete(await losses.LossesAsync(Truth, Of("1", "1"), SmallLoss.Refuse, stop));
    }

    [Theory]
    [InlineData("""{"loss":"0.12"}""", "0.12")]
    [InlineData("""{"loss":0.12}""", "0.12")]
    [InlineData("""{"loss":" 1.2e-05 "}""", "0.000012")]
    [InlineData("""{"loss":"-3.5"}""", "-3.5")]
    [InlineData("""{"loss":"0.1234567890123456789012345678901234"}""", "0.1234567890123456789012345678901234")]
    public async Task Reads_a_loss_as_text_or_number(string body, string loss)
    {
        var service = new ScriptedLossService { Calculates = (_, _) => Task.FromResult(Says(body)) };
        Assert.Equal(loss, Complete(await LossesAsync(service, Of("1", "1"))).Losses.Combined.Text);
    }

    [Theory]
    [InlineData("""{"loss":"1e60"}""", "60")]
    [InlineData("""{"loss":"1e-300"}""", "-300")]
    public async Task Takes_the_logarithm_of_losses_that_the_chain_itself_would_not_take(string body, string loss)
    {
        var service = new ScriptedLossService { Calculates = (_, _) => Task.FromResult(Says(body)) };
        var bundle = await LossesAsync(service, Of("1", "1"), Options with { IsNeverNegative = true });
        Assert.Equal(loss, Complete(bundle).Losses.Combined.Text);
    }

    [Theory]
    [InlineData("""{"loss":"NaN"}""", "NaN")]
    [InlineData("""{"loss":NaN}""", "NaN")]
    [InlineData("""{"loss":"Infinity"}""", "Infinity")]
    [InlineData("""{"loss":"-inf"}""", "-inf")]
    [InlineData("""{"loss":null}""", "no \"loss\"")]
    [InlineData("""{"los":"1"}""", "no \"loss\"")]
    [InlineData("""{"loss":"1e999999999"}""", "no finite number")]
    [InlineData("""{"loss":"1.2.3"}""", "no finite number")]
    [InlineData("""{"loss":""}""", "no finite number")]
    [InlineData("[]", "no JSON object")]
    [InlineData("<html>busy</html>", "no JSON object")]
    public async Task Refuses_what_is_no_loss(string body, string told)
    {
        var service = new ScriptedLossService { Calculates = (_, _) => Task.FromResult(Says(body)) };
        var fault = Faults(await LossesAsync(service, Of("1", "1")))[0];
        Assert.Equal(LossProblem.Service, fault.Problem);
        Assert.Contains(told, fault.Detail, StringComparison.Ordinal);
        Assert.Single(service.Predictions);
    }

    [Theory]
    [InlineData("""{"loss":"0"}""", LossProblem.LogOfZero)]
    [InlineData("""{"loss":"-1e-9"}""", LossProblem.Negative)]
    public async Task Has_no_logarithm_of_zero_and_below(string body, LossProblem problem)
    {
        var service = new ScriptedLossService { Calculates = (_, _) => Task.FromResult(Says(body)) };
        var result = await LossesAsync(service, Of("1", "1"), Options with { IsNeverNegative = true });
        Assert.All(Faults(result), fault => Assert.Equal(problem, fault.Problem));
    }

    [Fact]
    public async Task Reads_no_more_than_a_bounded_body()
    {
        var endless = new string('1', 1_000_000);
        var service = new ScriptedLossService { Calculates = (_, _) => Task.FromResult(Says(endless)) };
        Assert.Contains("longer than 4096 bytes", Faults(await LossesAsync(service, Of("1", "1")))[0].Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tries_again_after_a_passing_failure()
    {
        var left = 2;
        var service = new ScriptedLossService();
        var plain = service.Calculates;
        service.Calculates = (request, stop) => left-- switch
        {
            2 => throw new HttpRequestException("Connection refused"),
            1 => Task.FromResult(Says("busy", HttpStatusCode.ServiceUnavailable)),
            _ => plain(request, stop),
        };
        Assert.Equal("7", Complete(await LossesAsync(service, Of("7", "7"))).Losses.Combined.Text);
        Assert.Equal(3, service.Predictions.Count());
    }

    [Fact]
    public async Task Gives_up_after_its_attempts_and_ends_the_other_requests()
    {
        var service = new ScriptedLossService
        {
            Calculates = async (request, stop) =>
            {
                if (request.GetProperty("y_pred").GetString() == "1")
                {
                    return Says("broken", HttpStatusCode.InternalServerError);
                }

                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop);
                throw new InvalidOperationException("a hanging service never answers");
            },
        };
        var fault = Assert.Single(Faults(await LossesAsync(service, Of("1", "2"))));
        Assert.Equal("combined_value: POST http://losses.local:5000/base/calculate: HTTP 500: 'broken'", fault.Detail);
        Assert.Equal(3, service.Predictions.Count(prediction => prediction == "1"));
    }

    [Fact]
    public async Task Asks_no_second_time_when_the_request_is_called_wrong()
    {
        var service = new ScriptedLossService { Calculates = (_, _) => Task.FromResult(Says("unknown method", HttpStatusCode.BadRequest)) };
        Assert.Contains("HTTP 400: 'unknown method'", Faults(await LossesAsync(service, Of("1", "1")))[0].Detail, StringComparison.Ordinal);
        Assert.Single(service.Predictions);
    }

    [Fact]
    public async Task Waits_for_an_answer_no_longer_than_its_limit()
    {
        var time = new ManualTime();
        var asked = new SemaphoreSlim(0);
        var service = new ScriptedLossService
        {
            Calculates = async (_, stop) =>
            {
                asked.Release();
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop);
                throw new InvalidOperationException("a hanging service never answers");
            },
        };
        using var network = new HttpMessageInvoker(service);
        using var losses = new LossService(Options with { Attempts = 1 }, network, time, NullLogger.Instance);
        var stop = TestContext.Current.CancellationToken;
        var result = losses.LossesAsync(Truth, Of("1", "1"), SmallLoss.Refuse, stop);
        await asked.WaitAsync(stop);
        time.Advance(Options.AttemptTimeout - TimeSpan.FromTicks(1));
        Assert.False(result.IsCompleted);
        time.Advance(TimeSpan.FromTicks(1));
        Assert.EndsWith("/calculate: no answer within 5 s", Faults(await result)[0].Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Throws_when_the_caller_stops()
    {
        using var stop = new CancellationTokenSource();
        var service = new ScriptedLossService
        {
            Calculates = async (_, cancelled) =>
            {
                await stop.CancelAsync();
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancelled);
                throw new InvalidOperationException("a hanging service never answers");
            },
        };
        using var network = new HttpMessageInvoker(service);
        using var losses = new LossService(Options, network, TimeProvider.System, NullLogger.Instance);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => losses.LossesAsync(Truth, Of("1", "2"), SmallLoss.Refuse, stop.Token));
    }

    private static async Task<LossBundle> LossesAsync(
        ScriptedLossService service, ValueBundle<TopicValue> bundle, LossServiceOptions? options = null, TopicValue? truth = null)
    {
        using var network = new HttpMessageInvoker(service);
        using var losses = new LossService(options ?? Options, network, TimeProvider.System, NullLogger.Instance);
        return await losses.LossesAsync(truth ?? Truth, bundle, SmallLoss.Refuse, TestContext.Current.CancellationToken);
    }

    private static ValueBundle<TopicValue> Of(string combined, string naive) =>
        new(Value(combined), Value(naive), [], [], [], [], [], []);

    private static LossBundle.Complete Complete(LossBundle bundle) => Assert.IsType<LossBundle.Complete>(bundle);

    private static IReadOnlyList<LossFault> Faults(LossBundle bundle) => Assert.IsType<LossBundle.None>(bundle).Faults;
}
