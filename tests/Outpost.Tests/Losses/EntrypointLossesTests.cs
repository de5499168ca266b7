using Microsoft.Extensions.Logging.Abstractions;
using Outpost.Chains.Allora;
using Outpost.Node;
using Outpost.Node.Compute;
using Outpost.Node.Losses;
using Outpost.Node.Modules;
using Outpost.Tests.Entrypoints;

namespace Outpost.Tests.Losses;

public sealed class EntrypointLossesTests
{
    private static readonly ValueBundle<TopicValue> Inferences = new(
        FakeEntrypoint.Scalar("12"), FakeEntrypoint.Scalar("22.5"), [], [], [], [], [], []);

    [Fact]
    public async Task Losses_of_a_module_are_sent_as_the_chain_wants_them()
    {
        var options = new ModuleEntrypointOptions { Path = typeof(Everything).Assembly.Location };
        await using var ladder = Ladder(new ModuleEntrypoint(options, AnswerKind.Loss, TimeProvider.System));
        using var losses = new LossService(new TopicId(1), ladder);

        var bundle = Assert.IsType<LossBundle.Complete>(await AskAsync(losses));

        // |12 - 12.5| = 0.5 and |22.5 - 12.5| = 10, and log10 of them since this loss is never negative.
        Assert.Equal("-0.301029995663981195213738894724493", bundle.Losses.Combined.Text);
        Assert.Equal("1", bundle.Losses.Naive.Text);
    }

    [Fact]
    public async Task A_failure_is_asked_again_once_and_then_told()
    {
        var source = new FakeEntrypoint("one", FakeEntrypoint.Says("0"), FakeEntrypoint.Fails("boom"), FakeEntrypoint.Fails("boom"));
        using var losses = new LossService(new TopicId(1), Ladder(source));

        var none = Assert.IsType<LossBundle.None>(await AskAsync(losses));

        Assert.All(none.Faults, fault => Assert.Equal(LossProblem.Service, fault.Problem));
        Assert.Contains("boom", none.Faults[0].Detail, StringComparison.Ordinal);
    }

    private static EntrypointLadder Ladder(IEntrypoint entrypoint) => new(
        new HttpEntrypointOptions { UrlTemplate = "http://unused" }, entrypoint, null, TimeProvider.System, new Random(1),
        NullLogger.Instance);

    private static Task<LossBundle> AskAsync(LossService losses) => losses.LossesAsync(
        FakeEntrypoint.Scalar("12.5"), Inferences, SmallLoss.Refuse, TestContext.Current.CancellationToken);
}
