using Outpost.Chains.Rpc;
using Outpost.Chains.Wire.Cosmos.Abci;
using AbciEvent = Outpost.Chains.Wire.Tendermint.Abci.Event;

namespace Outpost.Chains.Cosmos;

/// <summary>Finds the block that holds a transaction, and what became of it there.</summary>
internal static class Inclusion
{
    /// <summary>
    /// Asks one endpoint after another, as a node may lag behind the one that has the block; null when all that
    /// answered have it in no block. One that has not come as far as was seen has no say.
    /// </summary>
    public static async Task<TransactionResult?> FindAsync(
        EndpointSet endpoints, string hash, CancellationToken cancellationToken)
    {
        var found = await endpoints.ReadAsync<ITransport, TxResponse?>(
            $"tx {hash}", (node, token) => node.FindAsync(hash, token), Freshness.Anywhere, cancellationToken);
        return found is null ? null : Result(hash, found);
    }

    /// <summary>Null where no endpoint speaks RPC. NotFound while the node does not have the block's results.</summary>
    public static async Task<IReadOnlyList<TransactionResult>?> OfBlockAsync(
        EndpointSet endpoints, Height height, CancellationToken cancellationToken)
    {
        if (!endpoints.Has<CometTransport>())
        {
            return null;
        }

        var found = await endpoints.ReadAsync<CometTransport, IReadOnlyList<TxResponse>>(
            $"transactions of block {height}", (node, token) => node.TransactionsAsync(height.Value, token),
            cancellationToken);
        return [.. found.Select(one => Result(one.Txhash, one))];
    }

    private static TransactionResult Result(string hash, TxResponse found) =>
        new(hash, new Height(found.Height), found.Codespace, found.Code, found.RawLog, found.GasWanted, found.GasUsed,
            Events(found.Events));

    public static IReadOnlyList<ChainEvent> Events(IEnumerable<AbciEvent> events) =>
        [.. events.Select(one => new ChainEvent(
            one.Type, [.. one.Attributes.Select(pair => KeyValuePair.Create(pair.Key, pair.Value))]))];
}
