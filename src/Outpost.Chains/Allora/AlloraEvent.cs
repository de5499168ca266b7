using System.Globalization;
using Outpost.Chains.Cosmos;

namespace Outpost.Chains.Allora;

/// <summary>The events that a worker acts on, read by name without their version.</summary>
public abstract record AlloraEvent
{
    private const string Prefix = "emissions.v";

    private AlloraEvent() { }

    public sealed record WorkerWindowOpened(TopicId Topic, Height Nonce, Height ClosesAt) : AlloraEvent;

    public sealed record WorkerWindowClosed(TopicId Topic, Height Nonce) : AlloraEvent;

    /// <summary>The chain admitted an inference into the active set of its nonce.</summary>
    public sealed record InferenceAdmitted(TopicId Topic, Height Nonce, string Inferer) : AlloraEvent;

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
}
