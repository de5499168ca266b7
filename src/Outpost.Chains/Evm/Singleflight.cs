namespace Outpost.Chains.Evm;

/// <summary>
/// Asks once what several want to know at the same time: a question that is under way is waited for, not asked again.
/// Nothing is kept once it is answered. Safe for use from several threads.
/// </summary>
/// <param name="stopped">Ends what is under way: no caller alone may, since others wait for it too.</param>
internal sealed class Singleflight(CancellationToken stopped)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Task> _open = new(StringComparer.Ordinal);

    /// <summary>Answers in the order of the questions.</summary>
    /// <param name="ask">Asks the given ones, which nobody else is asking; answers in their order.</param>
    public async Task<IReadOnlyList<T>> AllAsync<T>(
        IReadOnlyList<EvmRequest<T>> questions,
        Func<IReadOnlyList<EvmRequest<T>>, CancellationToken, Task<IReadOnlyList<T>>> ask,
        CancellationToken cancellationToken)
        where T : class
    {
        var waits = new Task<T>[questions.Count];
        var mine = new List<(EvmRequest<T> Question, TaskCompletionSource<T> Answer)>();
        lock (_lock)
        {
            foreach (var (index, question) in questions.Index())
            {
                if (_open.TryGetValue(question.Key, out var open) && open is Task<T> same)
                {
                    waits[index] = same;
                    continue;
                }

                var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
                mine.Add((question, answer));
                waits[index] = answer.Task;
                _open[question.Key] = answer.Task;
            }
        }

        var asking = mine.Count > 0 ? FillAsync(mine, ask) : Task.CompletedTask;
        var answers = await Task.WhenAll(waits).WaitAsync(cancellationToken);
        await asking;
        return answers;
    }

    private async Task FillAsync<T>(
        List<(EvmRequest<T> Question, TaskCompletionSource<T> Answer)> mine,
        Func<IReadOnlyList<EvmRequest<T>>, CancellationToken, Task<IReadOnlyList<T>>> ask)
        where T : class
    {
        var asked = ask([.. mine.Select(one => one.Question)], stopped);
        await ((Task)asked).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (_lock)
        {
            foreach (var (question, _) in mine)
            {
                _open.Remove(question.Key);
            }
        }

        foreach (var (index, (_, answer)) in mine.Index())
        {
            if (asked.IsCompletedSuccessfully)
            {
                answer.SetResult((await asked)[index]);
            }
            else if (asked.IsCanceled)
            {
                answer.SetCanceled(stopped);
            }
            else
            {
                answer.SetException(asked.Exception!.InnerExceptions);
                // The one who asked throws it; nobody else may have waited.
                _ = answer.Task.Exception;
            }
        }
    }
}
