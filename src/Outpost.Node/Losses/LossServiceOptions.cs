namespace Outpost.Node.Losses;

/// <summary>A loss service as today's reputers run one, for one topic: its URL and how it is asked.</summary>
public sealed record LossServiceOptions
{
    /// <summary>/calculate and /is_never_negative are added to it. A topic with labels: the labeled one.</summary>
    public required Uri Url { get; init; }

    /// <summary>Sent with every request as they are: loss_method and the method's parameters.</summary>
    public IReadOnlyDictionary<string, string> Method { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether losses are submitted as log10; null: the service is asked, once.</summary>
    public bool? IsNeverNegative { get; init; }

    /// <summary>How many requests are under way at a time. Range 1 to 256.</summary>
    public int Parallel { get; init; } = 64;

    /// <summary>How long one attempt may take.</summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How often one request is made before the bundle is given up. Range 1 to 10.</summary>
    public int Attempts { get; init; } = 3;

    /// <summary>The pause after a failed attempt; it doubles.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(250);
}
