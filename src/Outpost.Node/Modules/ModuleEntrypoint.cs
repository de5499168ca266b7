using System.Diagnostics.CodeAnalysis;
using Outpost.Node.Compute;
using Outpost.Node.Duties;

namespace Outpost.Node.Modules;

/// <summary>
/// A .NET module, loaded with the first question. It may block, hang and throw: each call runs on a thread of its own,
/// is left behind at its deadline, and keeps its place until it comes back, so that no more threads hang than there are
/// places.
/// </summary>
public sealed class ModuleEntrypoint(ModuleEntrypointOptions options, AnswerKind kind, TimeProvider time) : IEntrypoint
{
    /// <summary>Calls that are under way at a time, those left behind included.</summary>
    internal const int Places = 4;

    private static readonly TimeSpan Goodbye = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim _places = new(Places, Places);
    private readonly Lock _loading = new();
    private int _leftBehind;
    private LoadedModule? _module;

    private string Name { get; } = $"module {Path.GetFileName(options.Path)}";

    public string Describe(Question question) => Name;

    public string Request(Question question) =>
        $"{LoadedModule.InterfaceOf(kind).Name} for topic {question.Topic}"
        + (question.Kind is AnswerKind.Loss or AnswerKind.LossSign ? "" : $", block {question.Nonce}")
        + (question.HasLabels ? ", with labels" : "");

    public Task<Reply> AskAsync(Question question, CancellationToken cancellationToken) => RunAsync(
        deadline => ModuleAnswers.AskAsync(Module().Instance, question, Name, deadline), cancellationToken);

    [SuppressMessage("Design", "CA1031", Justification = "The module's last word; nobody is left to tell.")]
    public async ValueTask DisposeAsync()
    {
        // Nothing may hold on to what is to be unloaded. A constructor that hangs keeps the lock, so it is not taken.
        if (Interlocked.Exchange(ref _module, null) is not { } module)
        {
            return;
        }

        try
        {
            await OnThread(async () =>
            {
                await module.DisposeAsync();
                return default(Reply);
            }).WaitAsync(Goodbye, time);
        }
        catch (Exception)
        {
            // It threw or hung while it was disposed of: the node stops all the same.
        }
    }

    private async Task<Reply> RunAsync(
        Func<CancellationToken, Task<Reply>> call, CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _leftBehind) == Places)
        {
            return new Answer.None(Reason.ModelTimeout,
                $"{Name}: {Places} calls that were left behind at their deadline have not come back, so none is made");
        }

        await _places.WaitAsync(cancellationToken);
        // What the module does with its deadline must not hold up whoever cancels it.
        var deadline = new CancellationTokenSource();
        var answer = OnThread(() => GuardedAsync(call, deadline.Token));
        using var cancelled = cancellationToken.UnsafeRegister(_ => _ = deadline.CancelAsync(), null);
        try
        {
            return await answer.WaitAsync(cancellationToken);
        }
        finally
        {
            if (answer.IsCompleted)
            {
                _places.Release();
            }
            else
            {
                Interlocked.Increment(ref _leftBehind);
                _ = ComeBackAsync(answer);
            }
        }
    }

    private async Task ComeBackAsync(Task<Reply> answer)
    {
        await answer;
        Interlocked.Decrement(ref _leftBehind);
        _places.Release();
    }

    /// <summary>Whatever a module throws is an answer: it throws nothing itself.</summary>
    [SuppressMessage("Design", "CA1031", Justification = "A module may throw anything; the node goes on.")]
    private async Task<Reply> GuardedAsync(Func<CancellationToken, Task<Reply>> call, CancellationToken deadline)
    {
        try
        {
            return await call(deadline);
        }
        catch (ModuleException problem)
        {
            return new Answer.None(Reason.ModelUnreachable, $"{Name}: {problem.Message}");
        }
        catch (BadImageFormatException)
        {
            return new Answer.None(Reason.ModelUnreachable, $"{Name}: {options.Path} is no .NET assembly");
        }
        catch (Exception fault)
        {
            return new Answer.None(Reason.ModelError,
                $"{Name} threw {fault.GetType().Name}: {AnswerText.Excerpt(fault.Message)}");
        }
    }

    private LoadedModule Module()
    {
        lock (_loading)
        {
            return _module ??= LoadedModule.Load(options.Source, LoadedModule.InterfaceOf(kind));
        }
    }

    /// <summary>
    /// Not on the pool, whose threads the node lives on: a module may block for as long as it likes. There are no
    /// threads of this kind where no module is configured.
    /// </summary>
    private static Task<Reply> OnThread(Func<Task<Reply>> work) => Task.Factory.StartNew(
        work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap();
}
