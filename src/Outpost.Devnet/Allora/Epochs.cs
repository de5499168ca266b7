using System.Text.Json.Nodes;
using Outpost.Chains.Allora;
using Outpost.Chains.Wire.Emissions.V10;
using Outpost.Chains.Wire.Tendermint.Abci;
using Outpost.Devnet.Ledger;

namespace Outpost.Devnet.Allora;

/// <summary>
/// The module's EndBlock (x/emissions/module/abci.go): epochs end and open worker windows, truths are revealed, worker
/// windows close and give a network inference.
/// </summary>
internal sealed class Epochs(EmissionsModule module)
{
    private const int KeptNonces = 64;
    private readonly Settlement _settlement = new(module);

    /// <param name="book">Where rewards go.</param>
    public List<Event> EndBlock(long height, AccountBook book)
    {
        var events = new List<Event>();
        Activate(height, events);
        Churn(height, book, events);
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

    private void Churn(long height, AccountBook book, List<Event> events)
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
            Reveal(topic, height, book, events);
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

    private void Reveal(TopicState topic, long height, AccountBook book, List<Event> events)
    {
        foreach (var nonce in topic.ReputerNonces.ToArray())
        {
            var reveal = nonce + topic.Options.GroundTruthLag;
            if (topic.IsToSettle(nonce, height))
            {
                topic.ForgetReputers(nonce);
                _settlement.Settle(topic, nonce, height, book, events);
                events.Add(NonceEvent("EventReputerSubmissionWindowClosed", topic, nonce));
            }
            else if (height >= reveal && height <= reveal + topic.RevealSlack)
            {
                events.Add(Emit.Typed(
                    module.EventName("EventReputerSubmissionWindowOpened"),
                    ("topic_id", Emit.Number(topic.Id)), ("nonce_block_height", Emit.Number(nonce)),
                    ("window_end_block", Emit.Number(topic.OpenToReputers(nonce)))));
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
        // Under v9 a topic has no labels, whatever it wants to be.
        IReadOnlyList<string> labels = topic.OpenLabels.Count > 0 ? [.. topic.OpenLabels] : [TopicState.SingleLabel];
        var inferences = topic.ActiveInferers.Values
            .Select(inference => inference with { Values = Padded(inference.Values, labels.Count) })
            .ToArray();
        var forecasts = topic.ActiveForecasters.Values.Select(forecast => OfActive(topic, forecast))
            .Where(forecast => forecast.ForecastElements.Count > 0)
            .ToArray();
        var closed = new ClosedNonce(nonce, labels, inferences, forecasts,
            Synthesis.Of(topic, nonce, labels, inferences, forecasts));
        topic.Closed = topic.Closed.SetItem(nonce, closed);
        topic.ReputerNonces.Insert(0, nonce);
        topic.Losses.Open[nonce] = new(StringComparer.Ordinal);
        if (topic.ReputerNonces.Count > module.Limits.MaxUnfulfilledReputerRequests)
        {
            topic.Losses.Open.Remove(topic.ReputerNonces[^1]);
            topic.ForgetReputers(topic.ReputerNonces[^1]);
        }

        // Kept beyond that while their losses are not in.
        while (topic.Closed.Count > KeptNonces && !topic.ReputerNonces.Contains(topic.Closed.Keys.First()))
        {
            topic.Closed = topic.Closed.Remove(topic.Closed.Keys.First());
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
        yield return Actives("EventActiveForecastersSet", topic, closed,
            closed.Forecasts.Select(item => item.Forecaster));
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

    /// <summary>Of a forecast only what concerns inferers who got in.</summary>
    private static InputForecast OfActive(TopicState topic, InputForecast forecast)
    {
        var kept = forecast.Clone();
        kept.ForecastElements.Clear();
        kept.ForecastElements.AddRange(
            forecast.ForecastElements.Where(element => topic.ActiveInferers.ContainsKey(element.Inferer)));
        return kept;
    }
}
