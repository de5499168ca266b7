using Outpost.Chains.Allora;
using Outpost.Node.Compute;
using Outpost.Node.Losses;

namespace Outpost.Node.Roles;

/// <summary>
/// Where a reputer's losses come from: built in, by the topic's own loss method, unless the config names a service, a
/// module or a process.
/// </summary>
/// <param name="scalar">The service of a topic with one output; null: built in.</param>
/// <param name="labeled">The service of a topic with labels; null: built in.</param>
public sealed class LossSource(LossOptions options, LossService? scalar, LossService? labeled)
{
    /// <summary>All losses of a nonce; cancellation of <paramref name="stop"/> is thrown.</summary>
    public async Task<LossBundle> LossesAsync(
        Topic topic, TopicValue truth, ValueBundle<TopicValue> inferences, CancellationToken stop)
    {
        if ((topic.IsMulti ? labeled : scalar) is { } service)
        {
            return await service.LossesAsync(truth, inferences, options.Small, stop);
        }

        return LossMethod.TryCreate(topic.LossMethod, options.Parameters, out var method, out var problem)
            ? LossBundle.Of(method, truth, inferences, options.Small)
            : new LossBundle.None([new LossFault(LossProblem.OutOfDomain, problem)]);
    }

    /// <summary>Null when losses of the topic can be had; otherwise what is missing in the configuration.</summary>
    public string? ProblemWith(Topic topic) =>
        (topic.IsMulti ? labeled : scalar) is not null
        || LossMethod.TryCreate(topic.LossMethod, options.Parameters, out _, out var problem)
            ? null
            : problem;
}
