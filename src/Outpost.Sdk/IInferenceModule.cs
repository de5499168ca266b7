namespace Outpost.Sdk;

/// <summary>
/// A model that infers. A module is a public class that implements one or more of these interfaces, with a public
/// constructor that takes nothing, or one <see cref="System.Text.Json.JsonElement"/>: the entrypoint's settings as the
/// configuration has them (an empty object when it has none). One instance is made for each entrypoint that names it,
/// it may be asked from several threads at a time, and it is disposed when the node stops if it is disposable.
/// <para>
/// An exception is an answer too: the question is asked again while there is time. A call that does not come back is
/// left behind at its deadline, and keeps one of a few places until it does come back. The module runs inside the node:
/// what must not be able to harm it belongs into a process of its own.
/// </para>
/// </summary>
public interface IInferenceModule
{
    /// <summary>The inference of a topic for a block.</summary>
    /// <param name="deadline">Cancelled when nobody waits for this answer any more.</param>
    Task<Value> InferAsync(Question question, CancellationToken deadline);
}
