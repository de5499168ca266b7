using Microsoft.Extensions.Logging.Abstractions;
using Outpost.Chains;
using Outpost.Chains.Allora;
using Outpost.Node;
using Outpost.Node.Compute;
using Outpost.Node.Duties;
using Outpost.Tests.Node;

namespace Outpost.Tests.Entrypoints;

public sealed class EntrypointLadderTests
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(40);

    private static readonly Question Asked = new(AnswerKind.Inference, new TopicId(7), new Height(1234));

    private static readonly HttpEntrypointOptions Plain = new() { UrlTemplate = "http://unused" };

    private static readonly EntrypointOptions Options = Plain with { Fallback = Plain };

    private readonly ManualTime _time = new();
    private readonly List<string> _told = [];

    [Fact]
    public async Task Asks_the_fallback_at_once_when_the_first_has_failed()
    {
        var (first, second) = (new FakeEntrypoint("one", FakeEntrypoint.Fails("boom")), new FakeEntrypoint("two", FakeEntrypoint.Says("2.50")));
        var value = Assert.IsType<Answer.Value>(await AnswerAsync(Ladder(Options, first, second)));
        Assert.Equal(("2.50", 2), (value.Given.ToString(), value.Attempts));
        Assert.Empty(_told);
    }

    [Fact]
    public async Task Asks_the_fallback_beside_one_that_is_silent_for_half_of_what_is_left()
    {
        var (first, second) = (new FakeEntrypoint("one", FakeEntrypoint.Hangs()), new FakeEntrypoint("two", FakeEntrypoint.Says("2")));
        var options = Options with { AttemptTimeout = TimeSpan.FromMinutes(5) };
        var answer = AnswerAsync(Ladder(options, first, second));
        _time.Advance(TimeSpan.FromSeconds(19));
        Assert.Equal(0, second.Asked);
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal("2", Assert.IsType<Answer.Value>(await answer).Given.ToString());
    }

    [Fact]
    public async Task Tells_of_both_when_both_have_failed_and_asks_them_again()
    {
        var first = new FakeEntrypoint("one", FakeEntrypoint.Fails("boom"), FakeEntrypoint.Says("1"));
        var answer = AnswerAsync(Ladder(Options, first, new FakeEntrypoint("two", FakeEntrypoint.Fails("bang"))));
        await UntilAsync(() => _told.Count == 1);
        Assert.Equal("boom; the fallback: bang", _told[0]);
        await UntilAsync(() =>
        {
            _time.Advance(TimeSpan.FromSeconds(2));
            return answer.IsCompleted;
        });
        Assert.Equal(3, Assert.IsType<Answer.Value>(await answer).Attempts);
    }

    [Fact]
    public async Task Sends_the_last_good_value_again_when_a_quarter_of_the_window_is_left()
    {
        var first = new FakeEntrypoint("one", FakeEntrypoint.Says("41.50"), FakeEntrypoint.Hangs());
        var ladder = Ladder(Plain with { LastValueMaxAge = TimeSpan.FromMinutes(10) }, first);
        Assert.IsType<Answer.Value>(await AnswerAsync(ladder));
        _time.Advance(TimeSpan.FromMinutes(5));

        var answer = AnswerAsync(ladder);
        _time.Advance(TimeSpan.FromSeconds(29));
        Assert.False(answer.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(2));
        var value = Assert.IsType<Answer.Value>(await answer);
        Assert.Equal(("41.50", 0), (value.Given.ToString(), value.Attempts));
        Assert.Contains(_told, told => told.StartsWith("the last good value, 33", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Misses_the_window_with_its_reason_when_the_last_value_is_too_old_or_not_wanted()
    {
        foreach (TimeSpan? age in new TimeSpan?[] { TimeSpan.FromMinutes(4), null })
        {
            var first = new FakeEntrypoint("one", FakeEntrypoint.Says("41"), FakeEntrypoint.Hangs());
            var ladder = Ladder(Plain with { LastValueMaxAge = age }, first);
            await AnswerAsync(ladder);
            _time.Advance(TimeSpan.FromMinutes(5));
            using var window = new CancellationTokenSource();
            var answer = AnswerAsync(ladder, Asked, window);
            _time.Advance(TimeSpan.FromSeconds(40));
            await window.CancelAsync();
            Assert.Equal(Reason.ModelTimeout, Assert.IsType<Answer.None>(await answer).Reason);
        }
    }

    [Fact]
    public async Task Does_not_send_what_is_too_far_from_the_network_and_asks_the_fallback_instead()
    {
        var (first, second) = (new FakeEntrypoint("one", FakeEntrypoint.Says("900")), new FakeEntrypoint("two", FakeEntrypoint.Says("101")));
        var options = Options with { Sanity = new SanityOptions { MostFactor = 2, Stops = true } };
        var question = Asked with { Network = FakeEntrypoint.Scalar("100") };
        var value = Assert.IsType<Answer.Value>(await AnswerAsync(Ladder(options, first, second), question));
        Assert.Equal("101", value.Given.ToString());
    }

    [Fact]
    public async Task Misses_the_window_when_all_that_is_said_is_too_far_and_only_warns_when_that_is_wanted()
    {
        var question = Asked with { Network = FakeEntrypoint.Scalar("100") };
        var stop = Plain with { Sanity = new SanityOptions { MostDistance = 5, Stops = true } };
        using var window = new CancellationTokenSource();
        var answer = AnswerAsync(Ladder(stop, new FakeEntrypoint("one", FakeEntrypoint.Says("94.9"))), question, window);
        await UntilAsync(() => _told.Count == 1);
        await window.CancelAsync();
        var none = Assert.IsType<Answer.None>(await answer);
        Assert.Equal(Reason.ModelAnswerInvalid, none.Reason);
        Assert.Contains("one: 94.9 is further from the network's 100 than 5", none.Detail, StringComparison.Ordinal);

        var warn = stop with { Sanity = stop.Sanity! with { Stops = false } };
        Assert.IsType<Answer.Value>(await AnswerAsync(Ladder(warn, new FakeEntrypoint("one", FakeEntrypoint.Says("94.9"))), question));
    }

    [Fact]
    public async Task Ends_its_entrypoints_with_itself()
    {
        var (first, second) = (new FakeEntrypoint("one"), new FakeEntrypoint("two"));
        await Ladder(Options, first, second).DisposeAsync();
        Assert.True(first.IsDisposed && second.IsDisposed);
    }

    private EntrypointLadder Ladder(EntrypointOptions options, IEntrypoint first, IEntrypoint? second = null) =>
        new(options, first, second, _time, new Random(1), NullLogger.Instance);

    private Task<Answer> AnswerAsync(EntrypointLadder ladder, Question? question = null, CancellationTokenSource? window = null) =>
        ladder.AnswerAsync(question ?? Asked, Window, window?.Token ?? CancellationToken.None, TestContext.Current.CancellationToken, _told.Add);

    private static async Task UntilAsync(Func<bool> holds)
    {
        for (var asked = 0; !holds(); asked++)
        {
            Assert.True(asked < 1000, "waited for ten seconds");
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }
}
