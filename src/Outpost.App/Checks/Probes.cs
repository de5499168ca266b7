using System.Runtime.CompilerServices;
using Outpost.App.Settings;
using Outpost.Chains;
using Outpost.Chains.Allora;
using Outpost.Chains.Cosmos;
using Outpost.Node;

namespace Outpost.App.Checks;

/// <summary>All probes of a configuration, in the order in which a person would look. They change nothing.</summary>
internal sealed class Probes(Configuration configuration, Account account, NodeSurroundings surroundings)
{
    /// <summary>No single probe keeps a person waiting longer.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly NodeOptions _node = configuration.Node;
    private IReadOnlyDictionary<TopicId, Topic> _topics = new Dictionary<TopicId, Topic>();

    public async IAsyncEnumerable<Finding> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ChainHead? best = null;
        var endpoints = new EndpointProbe(_node.Chain, surroundings);
        foreach (var endpoint in _node.Chain.Endpoints)
        {
            var (finding, head) = await endpoints.RunAsync(endpoint, Patience, cancellationToken);
            best = head is not null && (best is null || head.Height > best.Height) ? head : best;
            yield return finding;
        }

        if (best is not null)
        {
            yield return ClockProbe.Run(best, surroundings.Time.GetUtcNow());
            await foreach (var finding in ChainAsync(cancellationToken))
            {
                yield return finding;
            }
        }
        else
        {
            yield return new Finding(Grade.Fail, "account and topics",
                "could not be asked for: no endpoint can be used",
                "mend the endpoints first");
        }

        foreach (var topic in _node.Topics)
        {
            var known = _topics.GetValueOrDefault(topic.Topic);
            await foreach (var finding in new ModelProbe(surroundings)
                .RunAsync(topic, known, best?.Height ?? new Height(1), cancellationToken))
            {
                yield return finding;
            }

            if (topic.GroundTruth is not null
                && await new LossProbe(surroundings).RunAsync(topic, known, cancellationToken) is { } losses)
            {
                yield return losses;
            }
        }
    }

    private async IAsyncEnumerable<Finding> ChainAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var cosmos = new CosmosClient(
            _node.Chain, surroundings.ChainNetwork, surroundings.Time, surroundings.Random, surroundings.Loggers);
        var chain = new ChainProbe(cosmos, account, _node.Lane);
        yield return await Bounded("account", chain.AccountAsync, cancellationToken);
        foreach (var topic in _node.Topics)
        {
            yield return await Bounded(
                $"topic {topic.Topic}", token => chain.TopicAsync(topic, token), cancellationToken);
            if (topic.GroundTruth is not null && chain.Topics.ContainsKey(topic.Topic))
            {
                yield return await Bounded($"reputer of topic {topic.Topic}",
                    token => chain.ReputerAsync(topic, token), cancellationToken);
            }
        }

        _topics = chain.Topics;
        if (chain.Need() is { } need)
        {
            yield return need;
        }
    }

    /// <summary>A fault of the chain, or of patience, is a finding too.</summary>
    private async Task<Finding> Bounded(
        string subject, Func<CancellationToken, Task<Finding>> probe, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, surroundings.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            return await probe(either.Token);
        }
        catch (ChainException fault)
        {
            return new Finding(Grade.Fail, subject, fault.Message, "see the endpoints above");
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested
            && !cancellationToken.IsCancellationRequested)
        {
            return new Finding(Grade.Fail, subject, $"no answer within {DurationText.Format(Patience)}",
                "see the endpoints above");
        }
    }
}
