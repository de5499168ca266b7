using Microsoft.Extensions.Logging.Abstractions;
using Outpost.Chains.Cosmos;

namespace Outpost.Tests.Rpc;

/// <summary>Makes clients of loopback nodes; owns the network they run over.</summary>
internal sealed class Clients(TimeProvider? time = null) : IAsyncDisposable
{
    private readonly SocketsHttpHandler _network = new();
    private readonly List<CosmosClient> _clients = [];

    public CosmosClient Of(params FakeNode[] nodes) =>
        Of([.. nodes.Select(node => new EndpointOptions(EndpointKind.Rpc, node.Url))]);

    public CosmosClient Of(params EndpointOptions[] endpoints) => Of(new CosmosOptions { Endpoints = endpoints });

    public CosmosClient Of(CosmosOptions options)
    {
        var client = new CosmosClient(
            options, _network, time ?? TimeProvider.System, new Random(7), NullLoggerFactory.Instance);
        _clients.Add(client);
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients)
        {
            await client.DisposeAsync();
        }

        _network.Dispose();
    }
}
