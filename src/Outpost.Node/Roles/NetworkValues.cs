using Outpost.Chains.Allora;
using Outpost.Node.Compute;

namespace Outpost.Node.Roles;

/// <summary>The chain's inferences in the form in which entrypoints answer and losses are taken.</summary>
internal static class NetworkValues
{
    /// <param name="hasLabels">False: a topic with one output, whose number the chain lists under one label.</param>
    public static TopicValue? Of(IReadOnlyList<LabeledValue> values, bool hasLabels) =>
        hasLabels
            ? TopicValue.Of(values, out _)
            : values is [var only] ? TopicValue.Of(only.Value) : null;

    /// <summary>Null with a problem when a value is not what the topic's outputs are.</summary>
    public static ValueBundle<TopicValue>? Of(NetworkInferences network, bool hasLabels, out string? problem)
    {
        string? wrong = null;
        var values = network.Values.Map((field, value) =>
        {
            if (Of(value, hasLabels) is { } read)
            {
                return read;
            }

            wrong ??= $"the network's {field} has {value.Count} numbers";
            return TopicValue.Of(default);
        });
        problem = wrong;
        return wrong is null ? values : null;
    }
}
