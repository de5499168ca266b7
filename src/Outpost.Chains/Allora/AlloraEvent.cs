using Outpost.Chains.Cosmos;

namespace Outpost.Chains.Allora;

/// <summary>The events that a worker acts on, read by name without their version.</summary>
public abstract record AlloraEvent
{
    private AlloraEvent() { }

    public sealed record WorkerWindowOpened(TopicId Topic, Height Nonce, Height ClosesAt) : AlloraEvent;

    public sealed record WorkerWindowClosed(TopicId Topic, Height Nonce) : AlloraEvent;

    /// <summary>The chain admitted an inference into the active set of its nonce.</summary>
    public sealed record InferenceAdmitted(TopicId Topic, Height Nonce, string Inferer) : AlloraEvent;

    public sealed record TopicStatusChanged(TopicId Topic, bool IsActive) : AlloraEvent;

    /// <summary>The known events among those given, in their order; others, and malformed ones, are passed over.</summary>
    public static IEnumerable<AlloraEvent> Read(IEnumerable<ChainEvent> events) => throw new NotImplementedException();
}
