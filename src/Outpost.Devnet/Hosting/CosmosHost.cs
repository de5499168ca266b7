namespace Outpost.Devnet.Hosting;

/// <summary>A Cosmos node in memory: one port for each face.</summary>
internal sealed class CosmosHost(DevnetNode node) : IMemoryHost
{
    public string Host => node.Rpc.Host;

    public INodeFace? FaceAt(int port) =>
        port == node.Rpc.Port ? new CosmosFace(node, Face.Rpc)
        : port == node.Lcd.Port ? new CosmosFace(node, Face.Lcd)
        : port == node.Grpc.Port ? new CosmosFace(node, Face.Grpc)
        : null;
}
