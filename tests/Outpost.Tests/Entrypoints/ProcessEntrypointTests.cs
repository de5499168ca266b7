using Microsoft.Extensions.Logging.Abstractions;
using Outpost.Chains;
using Outpost.Chains.Allora;
using Outpost.Node;
using Outpost.Node.Compute;
using Outpost.Node.Duties;
using Outpost.Node.Modules;
using Outpost.Tests.App;
using Outpost.Tests.Node;

namespace Outpost.Tests.Entrypoints;

public sealed class ProcessEntrypointTests : IDisposable
{
    /// <summary>Answers each question with the block that it was asked for.</summary>
    private const string Echo = """sed -u 's/.*"id":\([0-9]*\).*"block":\([0-9]*\).*/{"id":\1,"value":"\2.50"}/'""";

    private readonly TestSurroundings _folder = new();
    private readonly ManualTime _time = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        Environment.SetEnvironmentVariable("OUTPOST_TEST_SECRET", null);
        _folder.Dispose();
    }

    [Fact]
    public async Task Starts_a_program_once_and_ends_it_with_itself()
    {
        var entrypoint = Make($"echo $$ >> pids; exec {Echo}");
        Assert.False(File.Exists(Pids));
        Assert.Equal("5.50", (await AskAsync(entrypoint, 5)).Value?.ToString());
        Assert.Equal("6.50", (await AskAsync(entrypoint, 6)).Value?.ToString());
        var pid = Assert.Single(await File.ReadAllLinesAsync(Pids, Token));
        Assert.True(Directory.Exists($"/proc/{pid}"));

        await entrypoint.DisposeAsync();
        Assert.False(Directory.Exists($"/proc/{pid}"));
        Assert.Contains("was stopped", (await AskAsync(entrypoint)).Problem!.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Matches_answers_by_their_id_and_keeps_words_that_are_none_apart()
    {
        await using var entrypoint = Make("""
            read -r a; read -r b; echo loading; echo '{"id":99,"value":9}'; echo '{"id":2,"value":2.0}'; echo '{"id":1,"value":1.0}'; read -r c
            """);
        var (first, second) = (AskAsync(entrypoint), AskAsync(entrypoint));
        Assert.Equal("2.0", (await second).Value?.ToString());
        Assert.Equal("1.0", (await first).Value?.ToString());
    }

    [Fact]
    public async Task Says_how_a_program_ended_and_starts_it_again_after_a_pause_that_grows()
    {
        await using var entrypoint = Make("echo run >> pids; read -r a; echo 'no such model' >&2; exit 3");
        Assert.Equal("process sh ended with exit code 3, after saying 'no such model'", Problem(await AskAsync(entrypoint), Reason.ModelError));
        foreach (var pause in new[] { 1, 2, 4, 8, 16, 30, 30 })
        {
            Assert.Contains($"started again after {pause} s", Problem(await AskAsync(entrypoint), Reason.ModelUnreachable), StringComparison.Ordinal);
            _time.Advance(TimeSpan.FromSeconds(pause - 0.5));
            Problem(await AskAsync(entrypoint), Reason.ModelUnreachable);
            _time.Advance(TimeSpan.FromSeconds(0.5));
            Problem(await AskAsync(entrypoint), Reason.ModelError);
        }

        Assert.Equal(8, (await File.ReadAllLinesAsync(Pids, Token)).Length);
    }

    [Fact]
    public async Task Says_how_a_program_ended_that_read_no_question()
    {
        await using var entrypoint = Make("exit 7");
        Assert.Equal("process sh ended with exit code 7", Problem(await AskAsync(entrypoint), Reason.ModelError));
    }

    [Fact]
    public async Task Starts_one_that_ended_long_ago_with_the_next_question()
    {
        await using var entrypoint = Make($"echo run >> pids; head -n 1 | {Echo}");
        Assert.Equal("5.50", (await AskAsync(entrypoint)).Value?.ToString());
        while (!entrypoint.IsOver)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Token);
        }

        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("6.50", (await AskAsync(entrypoint, 6)).Value?.ToString());
    }

    [Theory]
    [InlineData("yes", "wrote 200 lines in a row that answer nothing")]
    [InlineData("yes '{\"id\":1,\"value\":\"x\"}'", "wrote 200 lines in a row")]
    [InlineData("tr '\\0' a < /dev/zero", "wrote a line of more than 262144 bytes")]
    [InlineData("exec >&-; sleep 60", "closed its output")]
    public async Task Ends_a_program_that_floods_or_closes_its_output(string script, string words)
    {
        await using var entrypoint = Make($"read -r a; {script}");
        var asked = AskAsync(entrypoint);
        while (!asked.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Token);
        }

        // The flood of one answer begins with an answer, which is none; the next question meets the end.
        var reply = await asked;
        while (reply.Problem is { Detail: var detail } && !detail.Contains(words, StringComparison.Ordinal))
        {
            Assert.DoesNotContain("started again after 2 s", detail, StringComparison.Ordinal);
            reply = await AskAsync(entrypoint);
        }

        Assert.NotNull(reply.Problem);
    }

    [Fact]
    public async Task Ends_a_program_that_lets_three_questions_in_a_row_run_out()
    {
        await using var entrypoint = Make("echo run >> pids; exec sleep 60");
        for (var question = 0; question < ChildProcess.MostSilences; question++)
        {
            using var deadline = new CancellationTokenSource(100);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(
                () => entrypoint.AskAsync(new Question(AnswerKind.Inference, new TopicId(1), new Height(5)), deadline.Token));
        }

        Assert.Contains("answered none of 3 questions", Problem(await AskAsync(entrypoint), Reason.ModelUnreachable), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"id":1,"error":"boom"}""", "model-error", "answered with an error: 'boom'")]
    [InlineData("""{"id":1}""", "model-answer-invalid", "no \"value\"")]
    [InlineData("""{"id":1,"value":"NaN"}""", "model-answer-invalid", "NaN")]
    [InlineData("""{"id":1,"value":null}""", "model-answer-invalid", "null")]
    public async Task Makes_a_reason_of_whatever_a_program_says(string line, string reason, string words)
    {
        await using var entrypoint = Make($"read -r a; echo '{line}'; read -r b");
        Assert.Contains(words, Problem(await AskAsync(entrypoint), Reason.ByCode(reason)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keeps_the_nodes_secrets_out_of_its_environment()
    {
        Environment.SetEnvironmentVariable("OUTPOST_TEST_SECRET", "secret");
        Environment.SetEnvironmentVariable("PLAIN_TEST_NAME", "plain");
        await using var entrypoint = Make("""read -r a; echo "{\"id\":1,\"error\":\"[$OUTPOST_TEST_SECRET][$PLAIN_TEST_NAME]\"}"; read -r b""");
        Assert.Contains("'[][plain]'", Problem(await AskAsync(entrypoint), Reason.ModelError), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Says_why_a_program_cannot_be_started()
    {
        await using var entrypoint = new ProcessEntrypoint(
            new ProcessEntrypointOptions { Command = ["/no/such/program"] }, _time, NullLogger.Instance);
        Assert.Contains("process program cannot be started", Problem(await AskAsync(entrypoint), Reason.ModelUnreachable), StringComparison.Ordinal);
    }

    [Fact]
    public void Writes_what_a_loss_is_asked_about()
    {
        var question = new Question(AnswerKind.Loss, new TopicId(1), new Height(5))
        {
            Compared = (FakeEntrypoint.Scalar("2.50"), FakeEntrypoint.Scalar("1e-8")),
        };
        Assert.Equal("""{"id":7,"ask":"loss","topic":1,"truth":"2.50","prediction":"1E-8"}""" + "\n",
            System.Text.Encoding.UTF8.GetString(ProcessLines.Write(7, question)));
    }

    private string Pids => Path.Combine(_folder.Home, "pids");

    private ProcessEntrypoint Make(string script) => new(
        new ProcessEntrypointOptions { Command = ["sh", "-c", script], Folder = _folder.Home }, _time, NullLogger.Instance);

    private static Task<Reply> AskAsync(ProcessEntrypoint entrypoint, long block = 5) =>
        entrypoint.AskAsync(new Question(AnswerKind.Inference, new TopicId(1), new Height(block)), Token);

    private static string Problem(Reply reply, Reason reason)
    {
        Assert.Equal(reason, reply.Problem?.Reason);
        return reply.Problem!.Detail;
    }
}
