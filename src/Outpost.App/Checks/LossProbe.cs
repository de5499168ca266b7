using Microsoft.Extensions.Logging;
using Outpost.Chains.Allora;
using Outpost.Chains.Wire;
using Outpost.Node;
using Outpost.Node.Compute;
using Outpost.Node.Losses;

namespace Outpost.App.Checks;

/// <summary>
/// Whether a reputer's losses can be had: by the topic's own method, or by asking a service, a module or a program for
/// one loss.
/// </summary>
internal sealed class LossProbe(NodeSurroundings surroundings)
{
    private const string Fix =
        "see docs/losses.md: give the method's parameters, or a reputer.service or reputer.loss that knows it";

    /// <summary>Null when only the chain, which is silent, knows what losses are wanted.</summary>
    /// <param name="topic">As the chain knows it; null when it does not tell.</param>
    public async Task<Finding?> RunAsync(TopicOptions options, Topic? topic, CancellationToken cancellationToken)
    {
        var subject = $"losses of topic {options.Topic}";
        if (options.Loss is { } own)
        {
            var question = new Question(AnswerKind.Loss, options.Topic, default) { Compared = Example(topic) };
            var trial = await Trial.RunAsync(own, question, surroundings, cancellationToken);
            return trial.Reply.Problem is { } none
                ? new Finding(Grade.Fail, subject, none.Detail, none.Reason.Fix)
                : new Finding(Grade.Ok, subject, $"its entrypoint answers {trial.Reply.Value}");
        }

        if (topic is null)
        {
            return null;
        }

        if ((topic.IsMulti ? options.Losses.LabeledService : options.Losses.Service) is { } service)
        {
            return await ServiceAsync(subject, service, options.Losses, topic, cancellationToken);
        }

        return LossMethod.TryCreate(topic.LossMethod, options.Losses.Parameters, out var method, out var problem)
            ? new Finding(Grade.Ok, subject, $"{method.Name}, built in")
            : new Finding(Grade.Fail, subject, problem, Fix);
    }

    private async Task<Finding> ServiceAsync(
        string subject, LossServiceOptions options, LossOptions losses, Topic topic,
        CancellationToken cancellationToken)
    {
        using var network = new HttpMessageInvoker(surroundings.ModelNetwork, disposeHandler: false);
        using var service = new LossService(
            options, network, surroundings.Time, surroundings.Loggers.CreateLogger<LossService>());
        var (truth, prediction) = Example(topic);
        var bundle = await service.LossesAsync(
            truth, new ValueBundle<TopicValue>(prediction, prediction, [], [], [], [], [], []), SmallLoss.Floor,
            cancellationToken);
        return bundle switch
        {
            LossBundle.Complete { Losses: var found } =>
                new Finding(Grade.Ok, subject,
                    $"{found.Combined.Text} for a truth of 1 and an inference of 0.5, from the service"),
            LossBundle.None { Faults: var faults } =>
                new Finding(Grade.Fail, subject, faults[0].Detail, "start the loss service"
                    + (LossMethod.TryCreate(topic.LossMethod, losses.Parameters, out var method, out _)
                        ? $", or write \"builtin\" in its place: {method.Name} is built in" : "")),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    /// <summary>Every method is defined for 1 and 0.5.</summary>
    private static (TopicValue Truth, TopicValue Prediction) Example(Topic? topic) =>
        (Example("1", topic), Example("0.5", topic));

    private static TopicValue Example(string text, Topic? topic)
    {
        if (!DecimalText.TryParse(text, out var number, out _))
        {
            throw new System.Diagnostics.UnreachableException();
        }

        var label = topic?.Labels?.Allowed is [var first, ..] ? first : "label";
        return topic is { IsMulti: true }
            ? TopicValue.Of([new LabeledValue(label, number)], out _)!
            : TopicValue.Of(number);
    }
}
