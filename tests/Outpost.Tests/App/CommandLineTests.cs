namespace Outpost.Tests.App;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData()]
    [InlineData("--help")]
    [InlineData("-h")]
    public async Task The_help_says_what_Outpost_is_and_what_its_exit_codes_mean(params string[] arguments)
    {
        using var world = new TestSurroundings();

        Assert.Equal(0, await world.RunAsync(arguments));
        Assert.StartsWith("Outpost is an off-chain node for Allora", world.Out, StringComparison.Ordinal);
        Assert.Contains("Exit codes", world.Out, StringComparison.Ordinal);
        Assert.All(world.Out.Split('\n'), line => Assert.True(line.Length <= 120, line));
    }

    [Fact]
    public async Task A_misspelt_command_is_answered_with_the_nearest_one()
    {
        using var world = new TestSurroundings();

        Assert.Equal(2, await world.RunAsync("chekc"));
        Assert.Equal("outpost: there is no command 'chekc'; did you mean 'check'?\noutpost: see 'outpost --help'\n",
            world.Error);
    }

    [Fact]
    public async Task An_unknown_option_is_wrong_usage()
    {
        using var world = new TestSurroundings();

        Assert.Equal(2, await world.RunAsync("check", "--ofline"));
        Assert.Contains("'--ofline'", world.Error, StringComparison.Ordinal);
        Assert.Contains("outpost check --help", world.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_configuration_says_where_one_is_looked_for()
    {
        using var world = new TestSurroundings();

        Assert.Equal(2, await world.RunAsync("check", "--offline"));
        Assert.Equal("outpost: no configuration was given; write --config FILE, set OUTPOST_CONFIG, or put an outpost.json "
            + "here (samples/configs holds examples)\n", world.Error);
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_wrong_configuration()
    {
        using var world = new TestSurroundings();

        Assert.Equal(2, await world.RunAsync("check", "--config", "missing.json"));
        Assert.StartsWith("missing.json: the file cannot be read", world.Error, StringComparison.Ordinal);
    }
}
