using Microsoft.Extensions.Logging;
using Outpost.Chains;
using Outpost.Node;
using Outpost.Node.Compute;

namespace Outpost.App.Checks;

/// <summary>Asks a topic's entrypoint once, exactly as a duty would.</summary>
internal sealed class ModelProbe(NodeSurroundings surroundings)
{
    public async Task<Finding> RunAsync(TopicOptions topic, Height height, CancellationToken cancellationToken)
    {
        var subject = $"model of topic {topic.Topic}";
        var url = UrlTemplate.Fill(topic.Inference, topic.Topic, height);
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri))
        {
            return new Finding(Grade.Fail, subject, "the filled-in URL is none", "correct the topic's inferer.url");
        }

        using var network = new HttpMessageInvoker(surroundings.ModelNetwork, disposeHandler: false);
        var entrypoint = new HttpEntrypoint(topic.Inference, network, surroundings.Time, surroundings.Random,
            surroundings.Loggers.CreateLogger<HttpEntrypoint>());
        var asked = surroundings.Time.GetTimestamp();
        var (value, problem) = await entrypoint.AskAsync(uri, cancellationToken);
        var took = surroundings.Time.GetElapsedTime(asked);
        return problem is null
            ? new Finding(Grade.Ok, subject, $"answers {value.Text} for block {height} in {took.TotalMilliseconds:0} ms")
            : new Finding(Grade.Fail, subject, problem.Detail, problem.Reason.Fix);
    }
}
