using System.Runtime.CompilerServices;
using Outpost.Chains;
using Outpost.Node;
using Outpost.Node.Compute;

namespace Outpost.App.Checks;

/// <summary>
/// Asks each of a topic's entrypoints once, exactly as a duty would; but for losses, which need a truth.
/// </summary>
internal sealed class ModelProbe(NodeSurroundings surroundings)
{
    public async IAsyncEnumerable<Finding> RunAsync(
        TopicOptions topic, Height height, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        (string Name, AnswerKind Kind, EntrypointOptions? Options)[] all =
        [
            ("model", AnswerKind.Inference, topic.Inference), ("forecasts", AnswerKind.Forecast, topic.Forecast),
            ("ground truth", AnswerKind.GroundTruth, topic.GroundTruth),
        ];
        foreach (var (name, kind, given) in all)
        {
            for (var (options, isFallback) = (given, false); options is not null;
                (options, isFallback) = (options.Fallback, true))
            {
                var question = new Question(kind, topic.Topic, height);
                var trial = await Trial.RunAsync(options, question, surroundings, cancellationToken);
                var subject = $"{(isFallback ? "fallback of " : "")}{name} of topic {topic.Topic}";
                yield return trial.Reply.Problem is { } problem
                    ? new Finding(isFallback ? Grade.Warn : Grade.Fail, subject, problem.Detail, problem.Reason.Fix)
                    : new Finding(Grade.Ok, subject,
                        $"answers {trial.Reply.Value} for block {height} in {trial.Took.TotalMilliseconds:0} ms");
            }
        }
    }
}
