namespace Outpost.Devnet.Hosting;

/// <summary>What a node speaks, each on its own port.</summary>
internal enum Face
{
    Rpc,
    Lcd,
    Grpc,
}
