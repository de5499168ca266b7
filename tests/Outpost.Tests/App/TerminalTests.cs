using Microsoft.Extensions.Logging;
using Outpost.App.Terminal;
using Outpost.Chains;
using Outpost.Node.Duties;
using Outpost.Node.Status;
using Spectre.Console;

namespace Outpost.Tests.App;

public sealed class TerminalTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Counts_each_duty_once_however_often_it_is_shown()
    {
        var tally = new WindowTally();
        var first = End(4, at: 5);
        var second = End(16, at: 20);

        Assert.Equal([first], tally.See(Picture(first)));
        Assert.Equal([second], tally.See(Picture(second, first)));
        Assert.Empty(tally.See(Picture(second, first)));
        Assert.Equal(2, tally.Included);
    }

    [Fact]
    public void The_99th_margin_is_what_99_of_100_windows_had_at_least()
    {
        var tally = new WindowTally();
        for (var window = 0; window < 99; window++)
        {
            tally.See(Picture(End(window * 12, at: (window * 12) + 2)));
        }

        tally.See(Picture(End(99 * 12, at: (99 * 12) + 6)));

        Assert.Equal(0.667, tally.MarginThatHad(0.99));
        Assert.Equal(0, tally.MarginThatHad(1));
    }

    [Fact]
    public void A_missed_window_is_in_the_line_with_its_reason()
    {
        var tally = new WindowTally();
        var duty = Duty(4);
        tally.See(Picture(new DutyEnd(duty, new Outcome.Missed(Reason.ModelTimeout, "slow"), null, Noon)));

        Assert.Equal(
            """{"windows":1,"included":0,"missed":1,"reasons":{"model-timeout":1},"marginP50":0,"marginP99":0}""",
            tally.ToJson());
    }

    [Fact]
    public void A_log_line_is_one_line_with_its_duty_in_front()
    {
        using var output = new StringWriter();
        using (var loggers = LineLoggers.Create(output, asJson: false, new FixedTime(), LogLevel.Information))
        {
            var logger = loggers.CreateLogger("any");
            using (logger.BeginScope(Duty(4).Id))
            {
                logger.LogInformation("Included in block {Height}\nas it should", 5);
            }
        }

        Assert.Equal($"12:00:00.000 info  [inferer/1/4] Included in block 5 | as it should{Environment.NewLine}",
            output.ToString());
    }

    [Fact]
    public void The_view_says_what_waits_what_is_open_and_what_was_included()
    {
        var waiting = new TopicStatus(new(1), "ETH/USD", TopicPhase.Waiting, "", new Height(110), Duty(98), "3012.45",
            new Height(99), 0.83, 4, 0);
        var open = waiting with { Topic = new(2), Phase = TopicPhase.Computing, Current = Duty(103) };
        var blocked = waiting with { Topic = new(3), Phase = TopicPhase.Blocked, Line = "send uallo to [it]" };
        var ended = End(98, at: 99);
        var tally = new WindowTally();
        var status = Picture(ended) with
        {
            Head = new Height(104),
            BlockTime = TimeSpan.FromSeconds(5),
            Topics = [waiting, open, blocked],
        };
        var picture = new NodePicture(status, tally.See(status), tally);

        var text = Draw(new NodeView("Outpost demo", "windows").Render(picture, 40));

        Assert.Contains("waits, opens in 6 blocks ≈ 30 s", text, StringComparison.Ordinal);
        Assert.Contains("open, asks the model, 5 blocks left", text, StringComparison.Ordinal);
        Assert.Contains("cannot start: send uallo to [it]", text, StringComparison.Ordinal);
        Assert.Contains("✓ 12:00:00 topic 1, block 98: 1.5 included in block 99, 83 % of the window left", text,
            StringComparison.Ordinal);
        Assert.Contains("1 included   0 missed   of 1 windows", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Role.Inferer, "12:00:00 topic 1, block 98: 1.5 included")]
    [InlineData(Role.Reputer, "12:00:00 reputer, topic 1, block 98: 1.5 included")]
    public void A_line_names_the_role_where_it_is_not_the_usual_one(Role role, string line)
    {
        var end = End(98, at: 99);
        var duty = end.Duty with { Id = end.Duty.Id with { Role = role } };
        Assert.StartsWith(line, PlainScreen.Line(end with { Duty = duty }), StringComparison.Ordinal);
    }

    private static string Draw(Spectre.Console.Rendering.IRenderable view)
    {
        using var output = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(output),
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
        });
        console.Profile.Width = 170;
        console.Write(view);
        return output.ToString();
    }

    private static Duty Duty(long nonce) => new(new DutyId(Role.Inferer, new(1), new Height(nonce)),
        new Height(nonce + 6));

    private static DutyEnd End(long nonce, long at) =>
        new(Duty(nonce), new Outcome.Included(new Height(at), "ABCDEF0123456789"), "1.5", Noon);

    private static NodeStatus Picture(params DutyEnd[] ends) =>
        new("allo1x", "Watching 1 topic", true, "outpost-devnet-1", null, null, null, null, [], ends);

    private sealed class FixedTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => Noon;
    }
}
