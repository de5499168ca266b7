using System.Text.Json;

namespace Outpost.Tests.App;

public sealed class SampleConfigTests
{
    [Theory]
    [InlineData("devnet.json", "Native")]
    [InlineData("devnet-reputer.json", "Native")]
    [InlineData("module.json", "Native")]
    [InlineData("process.json", "Native")]
    [InlineData("reputer.json", "Native")]
    [InlineData("testnet.json", "Native")]
    [InlineData("go-node.json", "GoNode")]
    [InlineData("python-node.json", "PythonNode")]
    [InlineData("snapshots.json", "Native")]
    public async Task Every_sample_passes_the_check(string file, string format)
    {
        using var world = new TestSurroundings();

        Assert.Equal(0, await world.RunAsync(
            "check", "--offline", "--json", "--config", Repository.File("samples", "configs", file)));

        using var report = JsonDocument.Parse(world.Out);
        Assert.True(report.RootElement.GetProperty("ok").GetBoolean());
        Assert.Equal(format, report.RootElement.GetProperty("format").GetString());
    }

    [Fact]
    public void No_sample_is_left_out_of_this_test()
    {
        Assert.Equal(9, Directory.GetFiles(Repository.File("samples", "configs")).Length);
    }

    [Fact]
    public async Task The_check_says_what_was_understood()
    {
        using var world = new TestSurroundings();

        await world.RunAsync("check", "--offline", "--config", Repository.File("samples", "configs",
            "python-node.json"));

        Assert.Contains("read as the format of the Python node", world.Out, StringComparison.Ordinal);
        Assert.Contains("allo19rl4cm2hmr8afy4kldpxz3fka4jguq0ajnh7gv, mnemonic in the configuration", world.Out,
            StringComparison.Ordinal);
        Assert.Contains("gas × 1.5", world.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("abandon", world.Out, StringComparison.Ordinal);
    }
}
