using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;

namespace Outpost.Tests.App;

public sealed class TryCommandTests
{
    private const string Sed = """["sed", "-u", "s/.*\"id\":\\([0-9]*\\).*/{\"id\":\\1,\"value\":VALUE}/"]""";

    [Fact]
    public async Task The_module_of_the_samples_answers_without_a_chain_and_without_a_key()
    {
        using var world = new TestSurroundings().With("OUTPOST__TOPICS__0__INFERER__MODULE",
            Repository.File("artifacts", "bin", "PriceModule", "debug", "PriceModule.dll"));

        Assert.Equal(0, await world.RunAsync(
            "try", "--topic", "1", "--block", "5024", "--config", Repository.File("samples", "configs", "module.json")));

        Assert.Contains("inference/1/5024", world.Out, StringComparison.Ordinal);
        Assert.Contains("  answer  3000.7524", world.Out, StringComparison.Ordinal);
        Assert.Contains("  ok      time: ", world.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_program_of_the_samples_answers_without_a_chain_and_without_a_key()
    {
        Assert.SkipUnless(HasPython(), "there is no python3 on this machine");
        using var world = new TestSurroundings();

        Assert.Equal(0, await world.RunAsync("try", "--topic", "1", "--block", "5024", "--network", "1000",
            "--config", Repository.File("samples", "configs", "process.json")));

        Assert.Contains("""  sent    {"id":1,"ask":"inference","topic":1,"block":5024,"labels":false}""", world.Out, StringComparison.Ordinal);
        Assert.Contains("  answer  3000.300100", world.Out, StringComparison.Ordinal);
        Assert.Contains("  warn    sanity: 3000.300100 and the network's 1000 differ by more than 2 times", world.Out, StringComparison.Ordinal);
        Assert.Contains("process python3 says: ready", world.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_answer_and_its_fallback_are_told_to_a_script()
    {
        using var world = new TestSurroundings();
        var config = world.Write("outpost.json", $$"""
            { "topics": [ { "id": 3, "inferer": { "command": {{Command("\\\"NaN\\\"")}}, "fallback": { "command": {{Command("1.50")}} } } } ] }
            """);

        Assert.Equal(1, await world.RunAsync("try", "--topic", "3", "--json", "--config", config));

        using var report = JsonDocument.Parse(world.Out);
        Assert.False(report.RootElement.GetProperty("ok").GetBoolean());
        var trials = report.RootElement.GetProperty("trials");
        Assert.Equal("model-answer-invalid", trials[0].GetProperty("reason").GetString());
        Assert.Equal(JsonValueKind.Null, trials[0].GetProperty("value").ValueKind);
        Assert.Equal("1.50", trials[1].GetProperty("value").GetString());
        Assert.True(trials[1].GetProperty("fallback").GetBoolean());
        Assert.Equal("", world.Error);
    }

    [Fact]
    public async Task A_role_is_asked_for_what_it_answers()
    {
        using var world = new TestSurroundings();
        const string Forecast = """{\\\"allo19rl4cm2hmr8afy4kldpxz3fka4jguq0ajnh7gv\\\":[1e-8]}""";
        var config = world.Write("outpost.json", $$"""
            { "topics": [ { "id": 3, "forecaster": { "command": {{Command(Forecast)}} },
              "reputer": { "truth": { "command": {{Command("2.50")}} }, "loss": { "command": {{Command("0.0")}} } } } ] }
            """);

        Assert.Equal(0, await world.RunAsync("try", "--topic", "3", "--config", config));
        Assert.Contains("""{"allo19rl4cm2hmr8afy4kldpxz3fka4jguq0ajnh7gv":"1E-8"}""", world.Out, StringComparison.Ordinal);
        Assert.Equal(0, await world.RunAsync("try", "--topic", "3", "--role", "reputer", "--config", config));
        Assert.Contains("\ntruth/3/1", world.Out, StringComparison.Ordinal);
        Assert.Contains("\"truth\":\"2.50\",\"prediction\":\"2.50\"", world.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_that_is_down_fails_with_what_to_do()
    {
        using var world = new TestSurroundings();
        var config = world.Write("outpost.json",
            """{ "topics": [ { "id": 1, "inferer": { "url": "http://127.0.0.1:1/{TopicId}?token=secret" } } ] }""");

        Assert.Equal(1, await world.RunAsync("try", "--topic", "1", "--config", config));

        Assert.Contains("  fail    answer: GET http://127.0.0.1:1/1: Connection refused", world.Out, StringComparison.Ordinal);
        Assert.Contains("→ Start the model", world.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", world.Out + world.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_topic_is_named_only_where_there_are_several_and_the_help_is_there_without()
    {
        using var world = new TestSurroundings();
        var one = world.Write("one.json", $$"""{ "topics": [ { "id": 3, "inferer": { "command": {{Command("1.50")}} } } ] }""");
        Assert.Equal(0, await world.RunAsync("try", "--config", one));

        var two = world.Write("two.json", (await File.ReadAllTextAsync(one, TestContext.Current.CancellationToken)).Replace(
            "[ {", "[ { \"id\": 4, \"inferer\": { \"url\": \"http://h/\" } }, {", StringComparison.Ordinal));
        Assert.Equal(2, await world.RunAsync("try", "--config", two));
        Assert.Contains("has several topics: write --topic and one of 4, 3", world.Error, StringComparison.Ordinal);

        Assert.Equal(0, await world.RunAsync("try", "--help"));
        Assert.Contains("Examples:\n  outpost try --topic 1", world.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2", "inferer", "has no topic 2; it has 1")]
    [InlineData("1", "forecaster", "topic 1 has no entrypoint of a forecaster")]
    public async Task What_is_not_in_the_configuration_is_told(string topic, string role, string words)
    {
        using var world = new TestSurroundings();
        var config = world.Write("outpost.json", """{ "topics": [ { "id": 1, "inferer": { "url": "http://127.0.0.1:1/" } } ] }""");

        Assert.Equal(2, await world.RunAsync("try", "--topic", topic, "--role", role, "--config", config));

        Assert.Contains(words, world.Error, StringComparison.Ordinal);
    }

    private static string Command(string value) => Sed.Replace("VALUE", value, StringComparison.Ordinal);

    private static bool HasPython()
    {
        try
        {
            using var python = Process.Start(new ProcessStartInfo("python3", "--version") { RedirectStandardOutput = true });
            return python is not null;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
