using System.Text.Json.Nodes;
using Outpost.Chains.Allora;
using Outpost.Chains.Wire.Tendermint.Abci;
using Outpost.Devnet.Ledger;
using Outpost.Devnet.Wire;

namespace Outpost.Devnet.Allora;

/// <summary>
/// The module's EndBlock (x/emissions/module/abci.go): epochs end and open worker windows, truths are revealed, worker
/// windows close and give a network inference.
/// </summary>
internal sealed class Epochs(EmissionsModule module)
{
    private const int KeptNonces = 64;

    public List<Event> EndBlock(long height)
    {
        var events = new List<Event>();
        Activate(height, events);
        Churn(height, events);
        foreach (var topic in module.Topics.Values)
        {
            // Newest first, and closing takes one out.
            for (var index = 0; index < topic.WorkerNonces.Count;)
            {
                var nonce = topic.WorkerNonces[index];
                if (topic.WindowEnd(nonce) <= height)
                {
                    Close(topic, nonce, height, events);
                }
                else
                {
                    index++;
                }
            }
        }

        return events;
    }

    /// <summary>A topic that wakes up opens its next window an epoch later.</summary>
    private void Activate(long height, List<Event> events)
    {
        foreach (var topic in module.Topics.Values)
        {
            var isActive = module.Terms.IsActive(topic);
            if (isActive == topic.IsActive)
            {
                continue;
            }

            topic.IsActive = isActive;
            topic.NextChurn = isActive ? height + topic.EpochLength : topic.NextChurn;
            events.Add(Emit.Typed(
                module.EventName("EventTopicStatusChanged"),
                ("topic_id", Emit.Number(topic.Id)), ("is_active", isActive)));
        }
    }

    private void Churn(long height, List<Event> events)
    {
        var admitted = 0;
        foreach (var topic in module.Topics.Values)
        {
            if (!topic.IsActive || topic.NextChurn != height)
            {
                continue;
            }

            if (admitted++ >= module.Limits.MaxActiveTopicsPerBlock)
            {
                topic.NextChurn++;
                continue;
            }

            Open(topic, height, events);
            Reveal(topic, height, events);
        }
    }

    private void Open(TopicState topic, long height, List<Event> events)
    {
        topic.Open(height, module.Terms);
        if (topic.WorkerNonces.Count > module.Limits.MaxUnfulfilledWorkerRequests)
        {
            topic.Forget(topic.WorkerNonces[^1]);
        }

        if (module.Competitors.TryGetValue(topic.Id, out var competitors))
        {
            foreach (var (index, address) in competitors.Index())
            {
                var value = $"{100 + index}.5";
                topic.ActiveInferers[address] = new(address, [value], value, [], "");
            }
        }

        events.Add(Emit.Typed(
            module.EventName("EventWorkerSubmissionWindowOpened"),
            ("topic_id", Emit.Number(topic.Id)), ("nonce_block_height", Emit.Number(height)),
            ("window_end_block", Emit.Number(topic.WindowEnd(height)))));
    }

    private void Reveal(TopicState topic, long height, List<Event> events)
    {
        var (lag, epoch) = (topic.Options.GroundTruthLag, topic.Options.EpochLength);
        foreach (var nonce in topic.ReputerNonces.ToArray())
        {
            var reveal = nonce + lag;
            if (height >= reveal + epoch)
            {
                topic.ReputerNonces.Remove(nonce);
                events.Add(NonceEvent("EventReputerSubmissionWindowClosed", topic, nonce));
            }
            else if (height >= reveal && height <= reveal + topic.RevealSlack)
            {
                events.Add(Emit.Typed(
                    module.EventName("EventReputerSubmissionWindowOpened"),
                    ("topic_id", Emit.Number(topic.Id)), ("nonce_block_height", Emit.Number(nonce)),
                    ("window_end_block", Emit.Number(reveal + topic.RevealSlack + epoch))));
            }
        }
    }

    private void Close(TopicState topic, long nonce, long height, List<Event> events)
    {
        topic.Forget(nonce);
        events.Add(NonceEvent("EventWorkerSubmissionWindowClosed", topic, nonce));
        if (topic.ActiveInferers.Count > 0)
        {
            Store(topic, nonce, height, events);
        }

        topic.ActiveInferers.Clear();
        topic.ActiveForecasters.Clear();
        topic.OpenLabels.Clear();
    }

    private void Store(TopicState topic, long nonce, long height, List<Event> events)
    {
        IReadOnlyList<string> labels = topic.Options.IsMulti ? [.. topic.OpenLabels] : [TopicState.SingleLabel];
        var inferences = topic.ActiveInferers.Values
            .Select(inference => inference with { Values = Padded(inference.Values, labels.Count) })
            .ToArray();
        var closed = new ClosedNonce(nonce, labels, inferences,
            [.. labels.Select((_, index) => Median(inferences.Select(inference => inference.Values[index])))]);
        topic.Closed = topic.Closed.SetItem(nonce, closed);
        if (topic.Closed.Count > KeptNonces)
        {
            topic.Closed = topic.Closed.Remove(topic.Closed.Keys.First());
        }

        topic.ReputerNonces.Insert(0, nonce);
        if (topic.ReputerNonces.Count > module.Limits.MaxUnfulfilledReputerRequests)
        {
            topic.ReputerNonces.RemoveAt(topic.ReputerNonces.Count - 1);
        }

        events.AddRange(Closing(topic, closed, height));
    }

    private IEnumerable<Event> Closing(TopicState topic, ClosedNonce closed, long height)
    {
        if (module.Version != EmissionsVersion.V9)
        {
            yield return Emit.Typed(
                module.EventName("EventEpochLabelRegistryFrozen"),
                ("topic_id", Emit.Number(topic.Id)), ("nonce_block_height", Emit.Number(closed.Nonce)),
                ("registry_size", Emit.Number((ulong)closed.Labels.Count)));
            yield return NetworkInference.BundleEvent(module, topic, closed, isOutlierResistant: false);
            yield return NetworkInference.BundleEvent(module, topic, closed, isOutlierResistant: true);
        }
        else
        {
            yield return NetworkInference.ValueEvent(module, topic, closed, "EventNetworkInferences");
            yield return NetworkInference.ValueEvent(module, topic, closed, "EventOutlierResistantNetworkInferences");
        }

        yield return Emit.Typed(
            module.EventName("EventWorkerLastCommitSet"),
            ("topic_id", Emit.Number(topic.Id)), ("block_height", Emit.Number(height)),
            ("nonce", new JsonObject { ["block_height"] = Emit.Number(closed.Nonce) }));
        yield return Actives("EventActiveInferersSet", topic, closed, closed.Inferences.Select(item => item.Inferer));
        yield return Actives("EventActiveForecastersSet", topic, closed, topic.ActiveForecasters.Keys);
    }

    private Event Actives(
        string name, TopicState topic, ClosedNonce closed, IEnumerable<string> addresses) => Emit.Typed(
        module.EventName(name),
        ("topic_id", Emit.Number(topic.Id)), ("addresses", Emit.List(addresses)),
        ("nonce_block_height", Emit.Number(closed.Nonce)));

    private Event NonceEvent(string name, TopicState topic, long nonce) => Emit.Typed(
        module.EventName(name),
        ("topic_id", Emit.Number(topic.Id)), ("nonce_block_height", Emit.Number(nonce)));

    private static IReadOnlyList<string> Padded(IReadOnlyList<string> values, int count) =>
        values.Count == count ? values : [.. values, .. Enumerable.Repeat("0", count - values.Count)];

    private static string Median(IEnumerable<string> texts)
    {
        var values = texts
            .Select(text => ExactDecimal.TryParse(text, out var value) ? value : default)
            .Order()
            .ToArray();
        var middle = values.Length / 2;
        var median = values.Length % 2 == 1 ? values[middle] : ExactDecimal.Mean(values[middle - 1], values[middle]);
        return median.ToCanonicalText();
    }
}
