namespace Outpost.App.Settings;

/// <summary>The keys of topics[].reputer, which are part of <see cref="NativeSettings"/>.</summary>
internal static class ReputerSettings
{
    /// <summary>What is written instead of a service's URL where the node computes the losses itself.</summary>
    public const string BuiltIn = "builtin";

    public static readonly Setting Truth = new("topics[].reputer.truth", "an entrypoint", "",
        "Where the ground truth comes from, with the keys of inferer but ahead, lastValue and sanity. HTTP 204, 404 "
        + "and 425, and the answer null, mean that it is not known yet: it is asked for again.")
    {
        IsOverridable = false,
    };

    public static readonly Setting MinStake = new(
        "topics[].reputer.minStakeUallo", "a whole number", "the least that the chain takes",
        "The reputer's stake in the topic is topped up to this, in uallo, before its first duty, and to no less than "
        + "the chain takes losses from; 0: no stake is added, and what is missing is said. Stake leaves a topic only "
        + "after a waiting time.");

    public static readonly Setting Parameters = new("topics[].reputer.parameters", "names with texts", "none",
        "Parameters of the topic's loss method, as docs/losses.md lists them, such as { \"std\": \"12.5\" }. A loss "
        + "service gets them as they are, and needs the method's name as loss_method among them.");

    public static readonly Setting SmallLoss = new("topics[].reputer.smallLoss", "\"floor\" or \"refuse\"", "floor",
        "What becomes of a loss too small for its logarithm: it counts as 1e-40, or no losses are sent for the nonce.");

    public static readonly Setting Loss = new("topics[].reputer.loss", "an entrypoint", "none",
        "Where losses come from that are not built in: module or command, with type, settings and timeout.")
    {
        IsOverridable = false,
    };

    public static readonly Setting ServiceUrl = new(
        "topics[].reputer.service.url", "an http(s) URL, or \"builtin\"", BuiltIn,
        "A loss service as the Go node's, for a topic with one output: /calculate and /is_never_negative are added. "
        + "\"builtin\": the node computes the losses itself.");

    public static readonly Setting ServiceLabeledUrl = new(
        "topics[].reputer.service.labeledUrl", "an http(s) URL, or \"builtin\"", BuiltIn,
        "The same for a topic with labels.");

    public static readonly Setting ServiceIsNeverNegative = new(
        "topics[].reputer.service.isNeverNegative", "true or false", "the service's answer",
        "Whether the service's losses are never negative, and so submitted as log10.");

    public static readonly Setting ServiceTimeout = new("topics[].reputer.service.timeout", "a duration", "5s",
        "How long one attempt at one loss may take, 100ms to 2m.");

    public static readonly Setting ServiceParallel = new(
        "topics[].reputer.service.parallel", "a whole number from 1 to 256", "64",
        "How many losses the service is asked for at a time.");

    public static readonly Setting ServiceAttempts = new(
        "topics[].reputer.service.attempts", "a whole number from 1 to 10", "3",
        "How often one loss is asked for before all are begun anew, as long as the window is open.");

    /// <summary>In the order of the documentation.</summary>
    public static IReadOnlyList<Setting> All { get; } =
    [
        Truth, MinStake, Parameters, SmallLoss, Loss, ServiceUrl, ServiceLabeledUrl, ServiceIsNeverNegative,
        ServiceTimeout, ServiceParallel, ServiceAttempts,
    ];
}
