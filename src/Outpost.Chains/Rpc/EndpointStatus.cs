namespace Outpost.Chains.Rpc;

/// <summary>One endpoint as a person sees it; holds no secret of its URL.</summary>
/// <param name="Number">Its place in the configuration, from 1.</param>
/// <param name="Name">Scheme, host and port.</param>
/// <param name="Kind">rpc, lcd or grpc.</param>
/// <param name="For">How long it has been in this state.</param>
/// <param name="Median">Half of its last answers were as quick; null before the first.</param>
/// <param name="Last">What the last answer took.</param>
/// <param name="Height">The newest block that it told of.</param>
/// <param name="Lag">How many blocks it was behind the head then.</param>
/// <param name="PerSecond">The request rate learned from its 429 answers; null: no limit is known.</param>
/// <param name="Problem">What was wrong last; null when nothing is.</param>
/// <param name="NextLook">In how long it is looked at again; null when it is in use or cordoned.</param>
public sealed record EndpointStatus(
    int Number, string Name, string Kind, EndpointState State, TimeSpan For, TimeSpan? Median, TimeSpan? Last,
    long? Height, long? Lag, double? PerSecond, long Requests, long Failures, string? Problem, TimeSpan? NextLook);
