using Outpost.Sdk.Evm;
using Outpost.Sdk.Snapshots;

namespace Outpost.Node.Snapshots;

/// <summary>A snapshot use case on one contract.</summary>
/// <param name="Id">Its name in rounds, such as pairContract_trade_volume_0xb4e1…_NS.</param>
/// <param name="Type">The use case, such as pairContract_trade_volume.</param>
/// <param name="Processor">Shared by all projects of the type.</param>
public sealed record SnapshotProject(string Id, string Type, EvmAddress Contract, ISnapshotProcessor Processor)
{
    /// <summary>The id as Pooler writes it: type, contract in lower case, namespace.</summary>
    public static string IdOf(string type, EvmAddress contract, string networkName) =>
        $"{type}_{contract.Hex}_{networkName}";
}
