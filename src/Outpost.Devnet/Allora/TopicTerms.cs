namespace Outpost.Devnet.Allora;

/// <summary>What holds for the topics in place of their own options.</summary>
/// <param name="WorkerWindow">Blocks; null: each topic's own.</param>
/// <param name="EpochLength">Blocks; null: each topic's own.</param>
/// <param name="Inactive">Topics that open no windows; 0 stands for all.</param>
internal sealed record TopicTerms(long? WorkerWindow, long? EpochLength, IReadOnlyList<ulong> Inactive)
{
    public static readonly TopicTerms Usual = new(null, null, []);

    public bool IsActive(TopicState topic) =>
        topic.Options.IsActive && !Inactive.Contains(topic.Id) && !Inactive.Contains(0UL);
}
