using Outpost.Devnet.Blocks;
using Outpost.Devnet.Queries;

namespace Outpost.Devnet.Rpc;

/// <summary>One method: its parameters in positional order, and what it does.</summary>
internal sealed record RpcMethod(
    string[] Parameters, Func<RpcArguments, CancellationToken, Task<RpcOutcome>> Call);

/// <summary>CometBFT's methods by name, the same for URI calls, JSON-RPC and the websocket.</summary>
internal sealed class RpcMethods
{
    private readonly ChainNode _node;
    private readonly Dictionary<string, RpcMethod> _methods = new(StringComparer.Ordinal);

    public RpcMethods(ChainNode node, QueryTable queries)
    {
        _node = node;
        var blocks = new BlockMethods(node);
        Add("health", [], _ => new System.Text.Json.Nodes.JsonObject());
        Add("status", [], _ => blocks.Status());
        Add("block", ["height"], blocks.Block);
        Add("block_by_hash", ["hash"], blocks.BlockByHash);
        Add("block_results", ["height"], blocks.BlockResults);
        Add("header", ["height"], blocks.Header);
        Add("commit", ["height"], blocks.Commit);
        Add("blockchain", ["minHeight", "maxHeight"], blocks.Blockchain);
        Add("validators", ["height", "page", "per_page"], blocks.Validators);
        Add("consensus_params", ["height"], blocks.ConsensusParameters);
        Add("genesis", [], _ => blocks.Genesis());
        Add("net_info", [], _ => BlockMethods.NetInformation());
        var transactions = new TxMethods(node, queries);
        Add("abci_info", [], _ => transactions.AbciInformation());
        Add("abci_query", ["path", "data", "height", "prove"], transactions.AbciQuery);
        Add("broadcast_tx_sync", ["tx"], transactions.BroadcastSync);
        Add("broadcast_tx_async", ["tx"], transactions.BroadcastAsync);
        _methods.Add("broadcast_tx_commit", new(["tx"], transactions.BroadcastCommitAsync));
        Add("num_unconfirmed_txs", [], _ => transactions.Unconfirmed());
        Add("tx", ["hash", "prove"], transactions.Tx);
        Add("tx_search", ["query", "prove", "page", "per_page", "order_by"], transactions.Search);
    }

    public RpcMethod? Find(string name) => _methods.GetValueOrDefault(name);

    public Task<RpcOutcome> CallAsync(
        string name, RpcMethod method, RpcArguments arguments, CancellationToken cancellationToken)
    {
        _node.Observer.Query($"rpc/{name}");
        return method.Call(arguments, cancellationToken);
    }

    private void Add(string name, string[] parameters, Func<RpcArguments, RpcOutcome> call) =>
        _methods.Add(name, new(parameters, (arguments, _) => Task.FromResult(call(arguments))));
}
