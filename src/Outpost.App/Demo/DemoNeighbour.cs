using Outpost.Chains.Keys;
using Outpost.Node;

namespace Outpost.App.Demo;

/// <summary>Another account's node: a network of one has nobody to be better than.</summary>
internal sealed class DemoNeighbour : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop;
    private readonly AccountKey _key;
    private readonly Task _running;

    private DemoNeighbour(AccountKey key, Task running, CancellationTokenSource stop) =>
        (_key, _running, _stop) = (key, running, stop);

    public static DemoNeighbour Start(AccountKey key, NodeOptions options, NodeSurroundings surroundings)
    {
        var stop = new CancellationTokenSource();
        return new DemoNeighbour(key, new NodeHost(options, key, surroundings).RunAsync(stop.Token), stop);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
        _key.Dispose();
    }
}
