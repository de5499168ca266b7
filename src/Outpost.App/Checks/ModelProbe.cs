using System.Runtime.CompilerServices;
using Outpost.Chains;
using Outpost.Chains.Allora;
using Outpost.Node;
using Outpost.Node.Compute;
using Outpost.Node.Duties;

namespace Outpost.App.Checks;

/// <summary>
/// Asks each of a topic's entrypoints once, exactly as a duty would; losses are asked for by <see cref="LossProbe"/>.
/// </summary>
internal sealed class ModelProbe(NodeSurroundings surroundings)
{
    /// <param name="known">The topic as the chain knows it; null when it does not tell.</param>
    public async IAsyncEnumerable<Finding> RunAsync(
        TopicOptions topic, Topic? known, Height head, [EnumeratorCancellation] CancellationToken cancellationToken)
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
                var question = new Question(
                    kind, topic.Topic, kind == AnswerKind.GroundTruth ? NewestKnown(known, head) : head)
                {
                    HasLabels = known is { IsMulti: true } && kind != AnswerKind.Forecast,
                };
                var trial = await Trial.RunAsync(options, question, surroundings, cancellationToken);
                var subject = $"{(isFallback ? "fallback of " : "")}{name} of topic {topic.Topic}";
                yield return trial.Reply.Problem is { } problem
                    ? new Finding(IsBad(kind, isFallback, problem) ? Grade.Fail : Grade.Warn, subject,
                        problem.Detail, problem.Reason.Fix)
                    : Answered(trial, subject, question.HasLabels ? known?.Labels : null);
            }
        }
    }

    private static Finding Answered(Trial trial, string subject, LabelRules? rules)
    {
        var (answer, kind) = (trial.Reply.Value!, trial.Question.Kind);
        var text = $"answers {answer} for block {trial.Question.Nonce} in {trial.Took.TotalMilliseconds:0} ms";
        if (rules is null)
        {
            return new Finding(Grade.Ok, subject, text);
        }

        var wrong = kind == AnswerKind.Inference
            ? LabelCheck.Problem(answer, rules)
            : LabelCheck.UnknownProblem(answer, rules);
        if (wrong is { } problem)
        {
            return new Finding(Grade.Fail, subject, $"{text}; {problem}", "let it answer with the topic's labels");
        }

        return LabelCheck.MissingProblem(answer, rules) is { } missing
            ? new Finding(Grade.Warn, subject, $"{text}; {missing}", kind == AnswerKind.Inference
                ? "give each label a number: what is left out counts as the topic's default"
                : "give each label a number: where the network has that label, no losses can be computed")
            : new Finding(Grade.Ok, subject, text);
    }

    /// <summary>A truth that comes late, or is not known yet, is waited for: windows of reputers are long.</summary>
    private static bool IsBad(AnswerKind kind, bool isFallback, Answer.None problem) =>
        !isFallback && !(kind == AnswerKind.GroundTruth && problem.Reason == Reason.ModelTimeout);

    /// <summary>The newest nonce whose truth is due by now.</summary>
    private static Height NewestKnown(Topic? known, Height head)
    {
        if (known is not { EpochLengthBlocks: > 0, EpochLastEnded.Value: > 0 })
        {
            return head;
        }

        var nonce = known.EpochLastEnded;
        while (nonce.Value > known.EpochLengthBlocks && known.ReputerWindowOf(nonce).OpensAt > head)
        {
            nonce += -known.EpochLengthBlocks;
        }

        return nonce;
    }
}
