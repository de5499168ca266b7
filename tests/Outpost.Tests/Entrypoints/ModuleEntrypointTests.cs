using System.Runtime.CompilerServices;
using System.Runtime.Loader;
using System.Text.Json;
using Outpost.Chains;
using Outpost.Chains.Allora;
using Outpost.Node;
using Outpost.Node.Compute;
using Outpost.Node.Duties;
using Outpost.Node.Modules;
using Outpost.Tests.App;

namespace Outpost.Tests.Entrypoints;

public sealed class ModuleEntrypointTests
{
    private static readonly string Here = typeof(BadInference).Assembly.Location;

    private static readonly string Sample = Repository.File("artifacts", "bin", "PriceModule", "debug", "PriceModule.dll");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Answers_with_every_digit_and_with_its_settings()
    {
        await using var module = Make(Sample, AnswerKind.Inference, """{"start":3000.250,"perBlock":0.0001}""");
        Assert.Equal("3000.7524", (await module.AskAsync(Ask(AnswerKind.Inference, 5024), Token)).Value?.ToString());
    }

    [Fact]
    public async Task Answers_forecasts_truths_and_losses_too()
    {
        await using var forecast = Make(Here, AnswerKind.Forecast);
        await using var truth = Make(Here, AnswerKind.GroundTruth);
        await using var loss = Make(Here, AnswerKind.Loss);
        Assert.Equal("""{"allo19rl4cm2hmr8afy4kldpxz3fka4jguq0ajnh7gv":"1E-8","allo1sytvpsen7sh2qealtar5zzqjvwwj8djmhppgf3":"2"}""",
            (await forecast.AskAsync(Ask(AnswerKind.Forecast), Token)).Value?.ToString());
        Assert.Equal("12.340", (await truth.AskAsync(Ask(AnswerKind.GroundTruth), Token)).Value?.ToString());
        Assert.Contains("not known yet", Problem(await truth.AskAsync(Ask(AnswerKind.GroundTruth, 11), Token), Reason.ModelTimeout),
            StringComparison.Ordinal);
        var compared = Ask(AnswerKind.Loss) with { Compared = (FakeEntrypoint.Scalar("2.50"), FakeEntrypoint.Scalar("4")) };
        Assert.Equal("1.50", (await loss.AskAsync(compared, Token)).Value?.ToString());
        Assert.Equal("1", (await loss.AskAsync(Ask(AnswerKind.LossSign), Token)).Value?.ToString());
    }

    [Fact]
    public async Task Ends_what_hangs_at_its_deadline_and_has_no_more_than_its_places_hanging()
    {
        using var folder = new TestSurroundings();
        var file = Path.Combine(folder.Home, "go on");
        await using var module = Make(Here, AnswerKind.Inference, $$"""{"does":"block until","file":"{{file}}"}""");
        for (var place = 0; place < ModuleEntrypoint.Places; place++)
        {
            await TimesOutAsync(module);
        }

        Assert.Contains("have not come back",
            Problem(await module.AskAsync(Ask(AnswerKind.Inference), Token), Reason.ModelTimeout), StringComparison.Ordinal);

        await File.WriteAllTextAsync(file, "", Token);
        Reply reply;
        do
        {
            reply = await module.AskAsync(Ask(AnswerKind.Inference), Token);
        }
        while (reply.Problem is not null);
        Assert.Equal("1.50", reply.Value?.ToString());
    }

    [Theory]
    [InlineData("hang")]
    [InlineData("block the deadline")]
    public async Task Does_not_wait_for_one_that_ignores_its_deadline(string does)
    {
        await using var module = Make(Here, AnswerKind.Inference, $$"""{"does":"{{does}}"}""");
        await TimesOutAsync(module);
    }

    [Theory]
    [InlineData("throw", "model-error", "threw InvalidOperationException: 'no model loaded'")]
    [InlineData("null", "model-answer-invalid", "returned null")]
    [InlineData("huge", "model-answer-invalid", "too large")]
    [InlineData("labels", "model-answer-invalid", "the topic wants one number")]
    public async Task Makes_a_reason_of_whatever_a_module_does(string does, string reason, string words)
    {
        await using var module = Make(Here, AnswerKind.Inference, $$"""{"does":"{{does}}"}""");
        Assert.Contains(words, Problem(await module.AskAsync(Ask(AnswerKind.Inference), Token), Reason.ByCode(reason)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tells_labels_from_one_number()
    {
        await using var labels = Make(Here, AnswerKind.Inference, """{"does":"labels"}""");
        var question = Ask(AnswerKind.Inference) with { HasLabels = true };
        Assert.Equal("""{"down":"0.30","up":"0.7"}""", (await labels.AskAsync(question, Token)).Value?.ToString());
        await using var scalar = Make(Here, AnswerKind.Inference, """{"does":"well"}""");
        Assert.Contains("wants labels", Problem(await scalar.AskAsync(question, Token), Reason.ModelAnswerInvalid), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/no/such.dll", null, null, "there is no file /no/such.dll")]
    [InlineData("Outpost.slnx", null, null, "is no .NET assembly")]
    [InlineData("", "No.Such", null, "no public class No.Such that implements IForecastModule; these do: Outpost.Tests.Entrypoints.Everything")]
    [InlineData("", null, "{}", "takes no settings")]
    public async Task Says_why_a_module_cannot_be_loaded(string path, string? type, string? settings, string words)
    {
        var file = path.Length == 0 ? Here : Path.Combine(Repository.Root, path);
        await using var module = Make(file, AnswerKind.Forecast, settings, type);
        Assert.Contains(words, Problem(await module.AskAsync(Ask(AnswerKind.Forecast), Token), Reason.ModelUnreachable), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Leaves_nothing_behind_when_it_ends()
    {
        var context = await UseAsync();
        for (var turn = 0; turn < 100 && context.IsAlive; turn++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, Token);
        }

        Assert.False(context.IsAlive);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<WeakReference> UseAsync()
    {
        var module = Make(Sample, AnswerKind.Inference, """{"start":1,"perBlock":1}""");
        Assert.NotNull((await module.AskAsync(Ask(AnswerKind.Inference), Token)).Value);
        var context = new WeakReference(AssemblyLoadContext.All.Last(one => one.Name == $"module {Sample}"));
        await module.DisposeAsync();
        return context;
    }

    private static async Task TimesOutAsync(ModuleEntrypoint module)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Token);
        deadline.CancelAfter(TimeSpan.FromMilliseconds(100));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => module.AskAsync(Ask(AnswerKind.Inference), deadline.Token));
    }

    private static ModuleEntrypoint Make(string path, AnswerKind kind, string? settings = null, string? type = null) => new(
        new ModuleEntrypointOptions
        {
            Path = path,
            TypeName = type,
            Settings = settings is null ? null : JsonDocument.Parse(settings).RootElement,
        },
        kind, TimeProvider.System);

    private static Question Ask(AnswerKind kind, long block = 5) => new(kind, new TopicId(1), new Height(block));

    private static string Problem(Reply reply, Reason reason)
    {
        Assert.Equal(reason, reply.Problem?.Reason);
        return reply.Problem!.Detail;
    }
}
