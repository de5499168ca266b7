using System.Runtime.CompilerServices;
using Outpost.App.Settings;
using Outpost.Chains;
using Outpost.Chains.Evm;
using Outpost.Consensus.Store;
using Outpost.Node;

namespace Outpost.App.Checks;

/// <summary>Looks where a consensus service keeps its votes, and asks each endpoint of its source chains.</summary>
internal sealed class ConsensusProbe(ConsensusConfiguration consensus, NodeSurroundings surroundings)
{
    /// <summary>No endpoint keeps a person waiting longer.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public async IAsyncEnumerable<Finding> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return Store();
        foreach (var stream in consensus.Streams)
        {
            if (stream.Endpoints.Count == 0)
            {
                yield return new Finding(Grade.Warn, $"epochs of chain {stream.Stream.ChainId}",
                    "no endpoint is named, so none is released here", "write consensus.streams[].endpoints");
            }

            foreach (var endpoint in stream.Endpoints)
            {
                yield return await EndpointAsync(stream, endpoint, cancellationToken);
            }
        }
    }

    private Finding Store()
    {
        var (store, name) = (consensus.Options.Store, ConsensusStore.NameOf(consensus.Options.Store));
        return ConsensusStore.IsPostgres(store) ? new Finding(Grade.Ok, "store", $"{name} (asked at the start)")
            : File.Exists(store) ? new Finding(Grade.Ok, "store", $"{name}, {new FileInfo(store).Length} bytes")
            : new Finding(Grade.Ok, "store", $"{name} will be made");
    }

    private async Task<Finding> EndpointAsync(StreamSettings stream, Uri url, CancellationToken cancellationToken)
    {
        var subject = ConsensusUnderstanding.Shown(url);
        using var patience = new CancellationTokenSource(Patience, surroundings.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        var options = new EvmOptions
        {
            Endpoints = [new EvmEndpointOptions(url) { Limit = stream.RateLimit }],
            ChainId = stream.Stream.ChainId,
            AttemptTimeout = stream.RequestTimeout,
        };
        try
        {
            await using var client = new EvmClient(
                options, surroundings.ChainNetwork, surroundings.Time, surroundings.Random, surroundings.Loggers);
            await client.ConnectAsync(either.Token);
            var asked = surroundings.Time.GetTimestamp();
            var head = await client.HeadAsync(either.Token);
            var took = surroundings.Time.GetElapsedTime(asked);
            return new Finding(Grade.Ok, subject,
                $"chain {client.ChainId}, block {head.Number}, answers in {took.TotalMilliseconds:0} ms");
        }
        catch (ChainException fault)
        {
            return new Finding(Grade.Fail, subject, fault.Message, fault.Fault == ChainFault.WrongChain
                ? $"name an endpoint of chain {stream.Stream.ChainId}, or correct chainId"
                : "check the address and the port, or name another endpoint");
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested
            && !cancellationToken.IsCancellationRequested)
        {
            return new Finding(Grade.Fail, subject, $"no answer within {DurationText.Format(Patience)}",
                "check the address and the port, or name another endpoint");
        }
    }
}
