using Outpost.App.Settings;
using Outpost.Chains;
using Outpost.Chains.Cosmos;
using Outpost.Node;

namespace Outpost.App.Checks;

/// <summary>Asks one endpoint who it is, how far it is, and how long it takes to say so.</summary>
internal sealed class EndpointProbe(CosmosOptions chain, NodeSurroundings surroundings)
{
    /// <summary>The head is null when the endpoint cannot be used.</summary>
    public async Task<(Finding Finding, ChainHead? Head)> RunAsync(
        EndpointOptions endpoint, TimeSpan limit, CancellationToken cancellationToken)
    {
        var subject = Understanding.Endpoint(endpoint);
        using var patience = new CancellationTokenSource(limit, surroundings.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            await using var cosmos = new CosmosClient(
                chain with { Endpoints = [endpoint] }, surroundings.ChainNetwork, surroundings.Time, surroundings.Random,
                surroundings.Loggers);
            await cosmos.ConnectAsync(either.Token);
            var asked = surroundings.Time.GetTimestamp();
            var head = await cosmos.HeadAsync(either.Token);
            var took = surroundings.Time.GetElapsedTime(asked);
            var text = $"{head.ChainId}, block {head.Height}, answers in {took.TotalMilliseconds:0} ms";
            return head.IsSyncing
                ? (new Finding(Grade.Fail, subject, $"{text}, is still catching up", "wait, or name another endpoint"), null)
                : (new Finding(Grade.Ok, subject, text), head);
        }
        catch (ChainException fault)
        {
            return (new Finding(Grade.Fail, subject, fault.Message, Fix(fault.Fault)), null);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return (new Finding(Grade.Fail, subject, $"no answer within {DurationText.Format(limit)}",
                Fix(ChainFault.Timeout)), null);
        }
    }

    private string Fix(ChainFault fault) => fault switch
    {
        ChainFault.WrongChain => chain.ChainId is { } id ? $"name an endpoint of {id}, or correct chain.id" : "correct the endpoint",
        ChainFault.RateLimited => "slow down, or take an endpoint with a key of yours",
        ChainFault.Forbidden => "the endpoint does not serve this machine: take another one",
        ChainFault.Syncing => "wait until it has caught up, or name another endpoint",
        ChainFault.BadReply => "the URL answers, but not as its kind (rpc, lcd, grpc) does: correct the kind or the port",
        _ => "check the address and the port, and whether a firewall is in between",
    };
}
