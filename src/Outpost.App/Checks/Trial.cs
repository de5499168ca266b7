using Outpost.Node;
using Outpost.Node.Compute;

namespace Outpost.App.Checks;

/// <summary>What came of asking an entrypoint once, exactly as a duty would.</summary>
/// <param name="Request">What was sent.</param>
internal sealed record Trial(Question Question, string Request, Reply Reply, TimeSpan Took)
{
    /// <summary>The entrypoints of a topic with the name that a person knows each by, in a fixed order.</summary>
    public static IEnumerable<(string Role, EntrypointOptions Options)> Entrypoints(TopicOptions topic)
    {
        (string, EntrypointOptions?)[] all =
        [
            ("inferer", topic.Inference), ("forecaster", topic.Forecast), ("reputer's truth", topic.GroundTruth),
            ("reputer's loss", topic.Loss),
        ];
        return all.Where(one => one.Item2 is not null).Select(one => (one.Item1, one.Item2!));
    }

    /// <summary>Asks the entrypoint itself, without its fallback; a program that was started for it is ended.</summary>
    public static async Task<Trial> RunAsync(
        EntrypointOptions options, Question question, NodeSurroundings surroundings,
        CancellationToken cancellationToken)
    {
        using var network = new HttpMessageInvoker(surroundings.ModelNetwork, disposeHandler: false);
        await using var entrypoints = new Node.Entrypoints(network, surroundings.Time, surroundings.Loggers);
        var entrypoint = entrypoints.Ladder(options, question.Kind, surroundings.Random);
        var asked = surroundings.Time.GetTimestamp();
        var reply = await entrypoint.AskOnceAsync(question, cancellationToken);
        return new Trial(question, entrypoint.Request(question), reply, surroundings.Time.GetElapsedTime(asked));
    }

    /// <summary>What a person should know of the answer.</summary>
    public IEnumerable<Finding> Findings(EntrypointOptions options)
    {
        if (Reply.Problem is { } problem)
        {
            yield return new Finding(Grade.Fail, "answer", problem.Detail, problem.Reason.Fix);
            yield break;
        }

        yield return new Finding(Grade.Ok, "answer", Reply.Value!.Scalar is null
            ? $"{Reply.Value.Labels.Count} finite decimals by name, each name once"
            : "one finite decimal, every digit kept");
        var most = options.AttemptTimeout;
        yield return Took < most / 2
            ? new Finding(Grade.Ok, "time", $"{Took.TotalMilliseconds:0} ms of the {Seconds(most)} that it may take")
            : new Finding(Grade.Warn, "time", $"{Seconds(Took)} of the {Seconds(most)} that it may take",
                "raise the timeout, or have it asked ahead");
        if (options.Sanity is { } sanity)
        {
            yield return Sane(sanity);
        }
    }

    private Finding Sane(SanityOptions sanity)
    {
        if (Question.Network is null)
        {
            return new Finding(Grade.Ok, "sanity", "not checked: the network's last value is given with --network");
        }

        return Sanity.Problem(Reply.Value!, Question.Network, sanity) is not { } problem
            ? new Finding(Grade.Ok, "sanity", "near enough to the network's last value")
            : new Finding(sanity.Stops ? Grade.Fail : Grade.Warn, "sanity", problem,
                sanity.Stops ? "it would not be sent: correct the model, or sanity" : "it would be sent all the same");
    }

    private static string Seconds(TimeSpan time) => $"{time.TotalSeconds:0.###} s";
}
