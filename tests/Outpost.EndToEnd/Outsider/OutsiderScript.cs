using System.Diagnostics;
using System.Text.Json;

namespace Outpost.EndToEnd.Outsider;

/// <summary>One of the scripts in tests/outsider, run by Node: CosmJS, which has never seen our code.</summary>
internal static class OutsiderScript
{
    private const int SomeChecksFailed = 3;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    /// <summary>What one check of the outsider came to; a fault of null is a pass.</summary>
    internal sealed record Check(string Name, string? Fault);

    /// <summary>Runs a script; fails with every fault that it found, or when it checked less than expected.</summary>
    internal static async Task AssertAllPassAsync(
        string script, object? input, int atLeast, params string[] arguments)
    {
        var checks = (await RunAsync(script, input, arguments))
            .Select(line => JsonSerializer.Deserialize<Check>(line, JsonSerializerOptions.Web)!).ToArray();
        var faults = checks.Where(check => check.Fault is not null).Select(check => $"{check.Name}\n    {check.Fault}");
        var text = string.Join('\n', faults);
        Assert.True(text.Length == 0, $"{script} of tests/outsider found faults:\n{text}");
        Assert.True(checks.Length >= atLeast, $"{script} made {checks.Length} checks; at least {atLeast} were expected.");
        foreach (var check in checks)
        {
            TestContext.Current.TestOutputHelper?.WriteLine($"ok  {check.Name}");
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{checks.Length} checks of {script} passed");
    }

    /// <summary>Runs a script without input; the one value that it prints as JSON.</summary>
    internal static async Task<T> ValueAsync<T>(string script, params string[] arguments) =>
        JsonSerializer.Deserialize<T>(Assert.Single(await RunAsync(script, null, arguments)), JsonSerializerOptions.Web)!;

    private static async Task<IReadOnlyList<string>> RunAsync(string script, object? input, string[] arguments)
    {
        var directory = Repository.PathOf("tests", "outsider");
        Assert.True(
            Directory.Exists(Path.Combine(directory, "node_modules")),
            "tests/outsider has no node_modules: run `npm ci` there (./test does it), then run the tests again.");
        var start = new ProcessStartInfo("node", [script, .. arguments])
        {
            WorkingDirectory = directory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var node = Process.Start(start) ?? throw new InvalidOperationException("node did not start.");
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            var output = node.StandardOutput.ReadToEndAsync(patience.Token);
            var errors = node.StandardError.ReadToEndAsync(patience.Token);
            await node.StandardInput.WriteAsync(JsonSerializer.Serialize(input, JsonSerializerOptions.Web));
            node.StandardInput.Close();
            await node.WaitForExitAsync(patience.Token);
            var lines = (await output).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Assert.True(
                node.ExitCode is 0 or SomeChecksFailed, $"{script} ended with code {node.ExitCode}:\n{await errors}");
            Assert.True(lines.Length > 0, $"{script} printed nothing:\n{await errors}");
            return lines;
        }
        finally
        {
            if (!node.HasExited)
            {
                node.Kill(entireProcessTree: true);
            }
        }
    }
}
