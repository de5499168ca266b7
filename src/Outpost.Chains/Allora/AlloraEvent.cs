using System.Globalization;
using Outpost.Chains.Cosmos;

namespace Outpost.Chains.Allora;

/// <summary>The events that a node acts on or tells of, read by name without their version.</summary>
public abstract record AlloraEvent
{
    private const string Prefix = "emissions.v";

    private AlloraEvent() { }

    public sealed record WorkerWindowOpened(TopicId Topic, Height Nonce, Height ClosesAt) : AlloraEvent;

    public sealed record WorkerWindowClosed(TopicId Topic, Height Nonce) : AlloraEvent;

    /// <summary>The chain admitted an inference into the active set of its nonce.</summary>
    public sealed record InferenceAdmitted(TopicId Topic, Height Nonce, string Inferer) : AlloraEvent;

    /// <summary>The chain admitted a forecast into the active set of its nonce.</summary>
    public sealed record ForecastAdmitted(TopicId Topic, Height Nonce, string Forecaster) : AlloraEvent;

    /// <param name="ClosesAt">The last block that takes losses.</param>
    public sealed record ReputerWindowOpened(TopicId Topic, Height Nonce, Height ClosesAt) : AlloraEvent;

    public sealed record ReputerWindowClosed(TopicId Topic, Height Nonce) : AlloraEvent;

    /// <summary>The chain took a reputer's losses for this nonce.</summary>
    public sealed record LossesAdmitted(TopicId Topic, Height Nonce, string Reputer) : AlloraEvent;

    /// <summary>The chain paid for the work of a nonce; amounts as the chain writes them, by address.</summary>
    public sealed record RewardsPaid(
        ActorRole Role, TopicId Topic, Height Nonce, IReadOnlyList<OfWorker<string>> RewardsUallo) : AlloraEvent;

    public sealed record TopicStatusChanged(TopicId Topic, bool IsActive) : AlloraEvent;

    /// <summary>
    /// The known events among those given, in their order; others, and malformed ones, are passed over.
    /// </summary>
    public static IEnumerable<AlloraEvent> Read(IEnumerable<ChainEvent> events)
    {
        foreach (var one in events)
        {
            if (one.Type.StartsWith(Prefix, StringComparison.Ordinal) && Read(one) is { } known)
            {
                yield return known;
            }
        }
    }

    private static AlloraEvent? Read(ChainEvent one)
    {
        if (Number(one, "topic_id") is not { } number)
        {
            return null;
        }

        var topic = new TopicId((ulong)number);
        return one.Type[(one.Type.LastIndexOf('.') + 1)..] switch
        {
            "EventWorkerSubmissionWindowOpened" when Block(one, "nonce_block_height") is { } nonce
                && Block(one, "window_end_block") is { } end => new WorkerWindowOpened(topic, nonce, end),
            "EventWorkerSubmissionWindowClosed" when Block(one, "nonce_block_height") is { } nonce =>
                new WorkerWindowClosed(topic, nonce),
            "EventInsertInfererPayload" when Block(one, "nonce") is { } nonce && Text(one, "inferer") is { } inferer =>
                new InferenceAdmitted(topic, nonce, inferer),
            "EventInsertForecasterPayload" when Block(one, "nonce") is { } nonce
                && Text(one, "forecaster") is { } forecaster => new ForecastAdmitted(topic, nonce, forecaster),
            "EventInsertReputerPayload" when Block(one, "nonce") is { } nonce && Text(one, "reputer") is { } reputer =>
                new LossesAdmitted(topic, nonce, reputer),
            "EventReputerSubmissionWindowOpened" when Block(one, "nonce_block_height") is { } nonce
                && Block(one, "window_end_block") is { } end => new ReputerWindowOpened(topic, nonce, end),
            "EventReputerSubmissionWindowClosed" when Block(one, "nonce_block_height") is { } nonce =>
                new ReputerWindowClosed(topic, nonce),
            "EventRewardsSettled" when RoleOf(one) is { } role && Block(one, "block_height") is { } nonce
                && Texts(one, "addresses") is { } addresses && Texts(one, "rewards") is { } rewards
                && addresses.Length == rewards.Length => new RewardsPaid(role, topic, nonce,
                    [.. addresses.Zip(rewards, (address, reward) => new OfWorker<string>(address, reward))]),
            "EventTopicStatusChanged" when bool.TryParse(one["is_active"], out var isActive) =>
                new TopicStatusChanged(topic, isActive),
            _ => null,
        };
    }

    private static Height? Block(ChainEvent one, string key) =>
        Number(one, key) is { } number ? new Height(number) : null;

    private static long? Number(ChainEvent one, string key) =>
        long.TryParse(Text(one, key), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    // Values of typed events are JSON text; the addresses and numbers read here never need escapes.
    private static string? Text(ChainEvent one, string key) =>
        one[key] is ['"', .. var inner, '"'] ? inner : null;

    /// <summary>A JSON list of texts that need no escapes either.</summary>
    private static string[]? Texts(ChainEvent one, string key) => one[key] is not ['[', .. var inner, ']'] ? null
        : inner.Length == 0 ? []
        : [.. inner.Split(',').Select(text => text.Trim().Trim('"'))];

    private static ActorRole? RoleOf(ChainEvent one) => Text(one, "actor_type") switch
    {
        "ACTOR_TYPE_INFERER_UNSPECIFIED" => ActorRole.Inferer,
        "ACTOR_TYPE_FORECASTER" => ActorRole.Forecaster,
        "ACTOR_TYPE_REPUTER" => ActorRole.Reputer,
        _ => null,
    };
}
