using Outpost.Chains.Wire;
using Outpost.Node.Compute;
using Outpost.Node.Duties;

namespace Outpost.Tests.Entrypoints;

/// <summary>An entrypoint that answers as scripted, one step per question; the last step repeats.</summary>
internal sealed class FakeEntrypoint(string name, params Func<CancellationToken, Task<Reply>>[] steps) : IEntrypoint
{
    public int Asked { get; private set; }

    public bool IsDisposed { get; private set; }

    public static Func<CancellationToken, Task<Reply>> Says(string number) => _ => Task.FromResult(new Reply(Scalar(number), null));

    public static Func<CancellationToken, Task<Reply>> Fails(string detail) =>
        _ => Task.FromResult<Reply>(new Answer.None(Reason.ModelError, detail));

    public static Func<CancellationToken, Task<Reply>> Hangs() => async token =>
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
        throw new InvalidOperationException("what hangs never answers");
    };

    public static TopicValue Scalar(string number) =>
        TopicValue.Of(DecimalText.TryParse(number, out var value, out var problem) ? value : throw new FormatException(problem));

    public string Describe(Question question) => name;

    public string Request(Question question) => name;

    public Task<Reply> AskAsync(Question question, CancellationToken cancellationToken) =>
        steps[Math.Min(++Asked, steps.Length) - 1](cancellationToken);

    public ValueTask DisposeAsync()
    {
        IsDisposed = true;
        return ValueTask.CompletedTask;
    }
}
