using Outpost.Devnet.Blocks;
using Outpost.Devnet.Hosting;

namespace Outpost.Devnet;

/// <summary>One of the endpoints that serve the chain; owned by its <see cref="Devnet"/>.</summary>
public sealed class DevnetNode : IDisposable
{
    private const int RpcPort = 26657;
    private const int LcdPort = 1317;
    private const int GrpcPort = 9090;

    internal DevnetNode(WatchedChain watched, int number, TimeProvider time)
    {
        Name = NameOf(number);
        Faces = new DevnetFaces(new ChainNode(watched, Name), time);
        Front = new NodeFront(Faces, time);
        Rpc = InMemory(RpcPort);
        Lcd = InMemory(LcdPort);
        Grpc = InMemory(GrpcPort);
    }

    /// <summary>The name of the node with this number, from 1 on.</summary>
    public static string NameOf(int number) => $"node-{number}";

    /// <summary>node-1, node-2 and so on; faults and witnesses name it so.</summary>
    public string Name { get; }

    /// <summary>CometBFT RPC; its websocket is /websocket below it.</summary>
    public Uri Rpc { get; internal set; }

    /// <summary>REST gateway, and the faucet.</summary>
    public Uri Lcd { get; internal set; }

    /// <summary>gRPC in plaintext HTTP/2.</summary>
    public Uri Grpc { get; internal set; }

    internal DevnetFaces Faces { get; }

    internal NodeFront Front { get; }

    /// <summary>Stops listening to the chain. The devnet does it.</summary>
    public void Dispose() => Faces.Dispose();

    private Uri InMemory(int port) => new UriBuilder(Uri.UriSchemeHttp, $"{Name}.devnet", port).Uri;
}
