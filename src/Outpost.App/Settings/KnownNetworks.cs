using Outpost.Chains.Cosmos;

namespace Outpost.App.Settings;

/// <summary>The networks that can be named instead of written out (endpoints: allora-sdk-py, allora-sdk-go).</summary>
internal static class KnownNetworks
{
    private static readonly Dictionary<string, CosmosOptions> ByName = new(StringComparer.Ordinal)
    {
        ["allora-testnet"] = new CosmosOptions
        {
            ChainId = "allora-testnet-1",
            Endpoints =
            [
                new(EndpointKind.Rpc, new Uri("https://allora-rpc.testnet.allora.network")),
                new(EndpointKind.Lcd, new Uri("https://allora-api.testnet.allora.network")),
                new(EndpointKind.Grpc, new Uri("https://allora-grpc.testnet.allora.network:443")),
            ],
        },
        ["allora-mainnet"] = new CosmosOptions
        {
            ChainId = "allora-mainnet-1",
            Endpoints =
            [
                new(EndpointKind.Rpc, new Uri("https://allora-rpc.mainnet.allora.network")),
                new(EndpointKind.Grpc, new Uri("https://allora-grpc.mainnet.allora.network:443")),
            ],
        },
    };

    public static IEnumerable<string> Names => ByName.Keys;

    public static CosmosOptions? Find(string name) => ByName.GetValueOrDefault(name);
}
