using Outpost.Chains.Allora;
using Outpost.Chains.Wire;
using Outpost.Node.Compute;
using Outpost.Node.Duties;
using Outpost.Sdk;

namespace Outpost.Node.Modules;

/// <summary>Puts a question to a module in the SDK's words, and its answer back into the node's.</summary>
internal static class ModuleAnswers
{
    public static async Task<Reply> AskAsync(
        object module, Compute.Question question, string name, CancellationToken deadline)
    {
        var (topic, block) = (question.Topic.Value, question.Nonce.Value);
        var asked = new Sdk.Question(topic, block, question.HasLabels);
        switch (question.Kind)
        {
            case AnswerKind.Inference:
                return Read(question, name, await ((IInferenceModule)module).InferAsync(asked, deadline));
            case AnswerKind.Forecast:
                return OfNames(name, await ((IForecastModule)module).ForecastAsync(asked, deadline), isForecast: true);
            case AnswerKind.GroundTruth:
                return await ((IGroundTruthModule)module).TruthAsync(asked, deadline) is { } truth
                    ? Read(question, name, truth)
                    : AnswerText.NotYet(name);
            case AnswerKind.LossSign:
                return OfNumber(name, ((ILossModule)module).IsNeverNegative ? 1 : 0);
            default:
                var (given, predicted) = question.Compared!.Value;
                return OfNumber(name, await ((ILossModule)module).LossAsync(
                    new LossQuestion(topic, Plain(given), Plain(predicted)), deadline));
        }
    }

    private static Reply Read(Compute.Question question, string name, Value? value) => value switch
    {
        null => Invalid(name, "it returned null"),
        { Scalar: { } scalar } when !question.HasLabels => OfNumber(name, scalar),
        { Scalar: null } when question.HasLabels => OfNames(name, value.Labels, isForecast: false),
        { Scalar: null } => Invalid(name, "it returned labels, and the topic wants one number"),
        _ => Invalid(name, "it returned one number, and the topic wants labels"),
    };

    private static Reply OfNumber(string name, Number number) =>
        DecimalText.TryParse(number.Text, out var text, out var problem)
            ? new Reply(TopicValue.Of(text), null)
            : Invalid(name, problem);

    private static Reply OfNames(string name, IReadOnlyDictionary<string, Number>? numbers, bool isForecast)
    {
        if (numbers is null)
        {
            return Invalid(name, "it returned null");
        }

        var named = new List<LabeledValue>();
        foreach (var (label, number) in numbers)
        {
            if (isForecast && !NamedNumbers.IsAddress(label))
            {
                return Invalid(name, $"{AnswerText.Excerpt(label)} is no address of an inferer (allo1…)");
            }

            if (!DecimalText.TryParse(number.Text, out var text, out var problem))
            {
                return Invalid(name, $"{AnswerText.Excerpt(label)}: {problem}");
            }

            named.Add(new LabeledValue(label.Trim(), text));
        }

        return NamedNumbers.Whole(named, out var wrong) is { } value ? new Reply(value, null) : Invalid(name, wrong!);
    }

    private static Value Plain(TopicValue value) => value.Scalar is { } scalar
        ? Number.Parse(scalar.Text)
        : Value.Labeled([.. value.Labels.Select(label => (label.Label, Number.Parse(label.Value.Text)))]);

    private static Answer.None Invalid(string name, string problem) =>
        new(Reason.ModelAnswerInvalid, $"{name}: {problem}");
}
