using System.CommandLine;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Outpost.App.Checks;
using Outpost.App.Terminal;
using Outpost.Chains;
using Outpost.Chains.Wire;
using Outpost.Node;
using Outpost.Node.Compute;

namespace Outpost.App.Commands;

/// <summary>outpost try: asks an entrypoint once, without a chain and without a key.</summary>
internal static class TryCommand
{
    private sealed record Options(
        ulong? Topic, string? Config, string? Role, long Block, bool HasLabels, string? Network, bool AsJson);

    public static Command Build(CommandSurroundings surroundings)
    {
        var topic = new Option<ulong?>("--topic", "-t")
        {
            Description = "The topic's number, as the configuration has it; may be left out when it has one only",
            HelpName = "N",
        };
        var config = ConfigOption.Create();
        var role = new Option<string?>("--role")
        {
            Description = "Whose entrypoint; by default the first of them that the topic has",
            HelpName = "ROLE",
        };
        role.AcceptOnlyFromAmong("inferer", "forecaster", "reputer");
        var block = new Option<long>("--block")
        {
            Description = "The block that is asked for",
            HelpName = "H",
            DefaultValueFactory = _ => 1,
        };
        var labels = new Option<bool>("--labels") { Description = "Ask as a topic does that wants labels" };
        var network = new Option<string?>("--network")
        {
            Description = "The network's last value, to try the topic's sanity settings",
            HelpName = "VALUE",
        };
        var json = new Option<bool>("--json") { Description = "One JSON object instead of lines" };
        var command = new Command("try", """
            Asks a topic's entrypoint once, and its fallback too, and shows what was sent, what was answered, how long
            it took and whether it is good. Needs neither a chain nor a key: a configuration with topics is enough.
            What a module's program says on its standard error is shown as it comes. A reputer's loss is asked for a
            perfect prediction.
            Exit code 0: the answer is good; 1: it is not; 2: the configuration is wrong, or has no such entrypoint.
            """)
        {
            topic, config, role, block, labels, network, json,
        };
        command.Options.Add(HelpWithExamples.Of("""
            outpost try --topic 1
            outpost try --topic 1 --config samples/configs/process.json --block 5024
            outpost try --topic 1 --role reputer --json
            outpost try --topic 1 --network 3010.5
            """));
        command.SetAction((parsed, cancellationToken) => RunAsync(
            new Options(parsed.GetValue(topic), parsed.GetValue(config), parsed.GetValue(role),
                parsed.GetValue(block), parsed.GetValue(labels), parsed.GetValue(network), parsed.GetValue(json)),
            surroundings, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        Options options, CommandSurroundings surroundings, CancellationToken cancellationToken)
    {
        if (ConfigOption.Load(options.Config, surroundings, isTrial: true) is not { } configuration)
        {
            return ExitCode.Wrong;
        }

        DecimalText network = default;
        var problem = options.Network is not null && !DecimalText.TryParse(options.Network, out network, out var wrong)
            ? $"--network: {wrong}"
            : null;
        var topics = configuration.Node.Topics;
        var topic = options.Topic is null && topics is [var only]
            ? only
            : topics.FirstOrDefault(one => one.Topic.Value == options.Topic);
        var known = string.Join(", ", topics.Select(one => one.Topic));
        problem ??= topic is not null ? null
            : options.Topic is null ? $"{configuration.File} has several topics: write --topic and one of {known}"
            : $"{configuration.File} has no topic {options.Topic}; it has {known}";
        var entrypoints = topic is null ? [] : Chosen(topic, options.Role).ToList();
        problem ??= entrypoints.Count == 0
            ? $"{configuration.File}: topic {topic!.Topic} has no entrypoint of a {options.Role ?? "role"}"
            : null;
        if (problem is not null)
        {
            surroundings.Error.WriteLine($"outpost: {problem}");
            return ExitCode.Wrong;
        }

        using var loggers = options.AsJson
            ? (ILoggerFactory)NullLoggerFactory.Instance
            : LineLoggers.Create(surroundings.Error, asJson: false, surroundings.Time, LogLevel.Debug);
        var report = new TryReport(surroundings.Out, options.AsJson);
        TopicValue? truth = null;
        foreach (var (kind, given) in entrypoints)
        {
            var one = TopicValue.Of(DecimalText.TryParse("1", out var number, out _) ? number : default);
            var question = new Question(kind, topic!.Topic, new Height(options.Block))
            {
                HasLabels = options.HasLabels && kind is AnswerKind.Inference or AnswerKind.GroundTruth,
                Network = options.Network is null ? null : TopicValue.Of(network),
                Compared = kind == AnswerKind.Loss ? (truth ?? one, truth ?? one) : null,
            };
            for (var (asked, isFallback) = (given, false); asked is not null;
                (asked, isFallback) = (asked.Fallback, true))
            {
                var trial = await Trial.RunAsync(asked, question, surroundings.ForNode(loggers), cancellationToken);
                truth ??= kind == AnswerKind.GroundTruth ? trial.Reply.Value : null;
                report.Add(trial, trial.Findings(asked with { Sanity = given.Sanity }), isFallback);
            }
        }

        return report.End() ? ExitCode.Done : ExitCode.Failed;
    }

    private static IEnumerable<(AnswerKind Kind, EntrypointOptions Options)> Chosen(TopicOptions topic, string? role)
    {
        role ??= topic.Inference is not null ? "inferer" : topic.Forecast is not null ? "forecaster" : "reputer";
        (AnswerKind, EntrypointOptions?)[] all = role switch
        {
            "inferer" => [(AnswerKind.Inference, topic.Inference)],
            "forecaster" => [(AnswerKind.Forecast, topic.Forecast)],
            _ => [(AnswerKind.GroundTruth, topic.GroundTruth), (AnswerKind.Loss, topic.Loss)],
        };
        return all.Where(one => one.Item2 is not null).Select(one => (one.Item1, one.Item2!));
    }
}
