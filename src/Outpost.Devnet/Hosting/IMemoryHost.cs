namespace Outpost.Devnet.Hosting;

/// <summary>One host of the network in memory: a node of some chain with its ports.</summary>
internal interface IMemoryHost
{
    /// <summary>The name that leads to it.</summary>
    string Host { get; }

    /// <summary>Null where a connection would be refused.</summary>
    INodeFace? FaceAt(int port);
}
