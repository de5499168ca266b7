namespace Outpost.Node.Compute;

/// <summary>Where an answer comes from: http, module or process. Safe for use from several threads.</summary>
public interface IEntrypoint : IAsyncDisposable
{
    /// <summary>Names it in messages, such as "GET http://…"; holds nothing secret.</summary>
    string Describe(Question question);

    /// <summary>What is sent for a question, for a person who tries it; holds nothing secret.</summary>
    string Request(Question question);

    /// <summary>
    /// Asks once. What goes wrong is a problem with its reason; all that is thrown is the cancellation, which ends the
    /// waiting whatever the entrypoint does.
    /// </summary>
    Task<Reply> AskAsync(Question question, CancellationToken cancellationToken);
}

/// <summary>What came of asking once: a value, or a problem.</summary>
public readonly record struct Reply(TopicValue? Value, Answer.None? Problem)
{
    public static implicit operator Reply(Answer.None problem) => new(null, problem);
}
