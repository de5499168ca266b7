namespace Outpost.SimulationTests;

public sealed class MutationTextTests
{
    /// <summary>Each text stands in its file once, which costs nothing to see; what each break does takes minutes.</summary>
    [Fact]
    public void Every_break_fits_the_sources()
    {
        var unfit = Mutations.All.Where(mutation =>
            File.ReadAllText(Path.Combine(SourceCopy.Root(), mutation.File)).Split(mutation.Before).Length != 2);

        Assert.Equal("", string.Join('\n', unfit.Select(mutation => $"{mutation.File}: {mutation.Name}")));
    }
}
