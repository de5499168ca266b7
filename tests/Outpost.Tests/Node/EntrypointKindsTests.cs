using System.Text.Json;
using Outpost.Chains.Allora;
using Outpost.Devnet;
using Outpost.Node;
using Outpost.Node.Duties;
using Outpost.Tests.Entrypoints;

namespace Outpost.Tests.Node;

/// <summary>The node on a devnet with models that are no servers.</summary>
public sealed class EntrypointKindsTests
{
    private const string Echo = """sed -u 's/.*"id":\([0-9]*\).*"block":\([0-9]*\).*/{"id":\1,"value":"\2.50"}/'""";

    [Fact]
    public async Task A_program_that_dies_after_each_answer_serves_its_topic_with_a_fallback()
    {
        await using var node = await NodeOnDevnet.StartAsync();
        node.Asks = http => new ProcessEntrypointOptions
        {
            Command = ["sh", "-c", $"head -n 1 | {Echo}"],
            AttemptTimeout = http.AttemptTimeout,
            RetryDelay = http.RetryDelay,
            Fallback = new ProcessEntrypointOptions { Command = ["sh", "-c", $"exec {Echo}"] },
        };
        node.Run();
        await node.UntilAsync(() => node.Included >= 3, "three inclusions");
        Assert.Equal(0, node.Topic.Missed);
        Assert.EndsWith(".50", node.Topic.LastValue, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("throw", "model-error", "threw InvalidOperationException: 'no model loaded'")]
    [InlineData("hang", "model-timeout", "gave no answer within")]
    [InlineData("block the deadline", "model-timeout", "gave no answer within")]
    [InlineData("null", "model-answer-invalid", "returned null")]
    [InlineData("huge", "model-answer-invalid", "too large")]
    public async Task A_module_that_is_broken_costs_its_own_windows_only(string does, string reason, string words)
    {
        await using var node = await NodeOnDevnet.StartAsync(options => options with
        {
            Topics = DevnetOptions.ManyTopics(2, new Outpost.Devnet.TopicOptions { Id = new TopicId(1) }),
        });
        var made = 0;
        node.Asks = http => ++made > 1 ? http : new ModuleEntrypointOptions
        {
            Path = typeof(BadInference).Assembly.Location,
            TypeName = typeof(BadInference).FullName,
            Settings = JsonSerializer.SerializeToElement(new { does }),
            AttemptTimeout = http.AttemptTimeout,
            RetryDelay = http.RetryDelay,
        };
        node.Run(1, 2);

        await node.UntilAsync(
            () => node.Status.Topics[0].Missed >= 3 && node.Status.Topics[1].Included >= 3, "three misses and three inclusions");
        Assert.Equal((0, 0), (node.Status.Topics[0].Included, node.Status.Topics[1].Missed));
        var missed = node.Status.RecentEnds.Select(end => end.Outcome).OfType<Outcome.Missed>().Last();
        Assert.Equal(reason, missed.Reason.Code);
        Assert.Contains(words, missed.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_that_floods_costs_its_own_windows_only()
    {
        await using var node = await NodeOnDevnet.StartAsync(options => options with
        {
            Topics = DevnetOptions.ManyTopics(2, new Outpost.Devnet.TopicOptions { Id = new TopicId(1) }),
        });
        var made = 0;
        node.Asks = http => ++made == 1 ? new ProcessEntrypointOptions { Command = ["yes"], RetryDelay = http.RetryDelay } : http;
        node.Run(1, 2);
        await node.UntilAsync(
            () => node.Status.Topics[0].Missed >= 2 && node.Status.Topics[1].Included >= 2, "two misses and two inclusions");
        Assert.Equal((0, 0), (node.Status.Topics[0].Included, node.Status.Topics[1].Missed));
        var missed = node.Status.RecentEnds.Select(end => end.Outcome).OfType<Outcome.Missed>().First();
        Assert.Contains("process yes wrote 200 lines in a row that answer nothing", missed.Detail, StringComparison.Ordinal);
    }
}
