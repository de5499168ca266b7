namespace Outpost.Benchmarks;

/// <summary>Links that are laid when somebody asks for one, and taken away together.</summary>
internal sealed class FarLinks : IAsyncDisposable
{
    private readonly List<FarLink> _links = [];

    /// <summary>A link's near end, for the server's URL.</summary>
    internal Uri To(Uri server)
    {
        var link = new FarLink(server);
        _links.Add(link);
        return link.Url;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var link in _links)
        {
            await link.DisposeAsync();
        }
    }
}
