using System.ComponentModel;
using System.Diagnostics;

namespace Outpost.Node.Modules;

/// <summary>
/// One run of a program that answers questions, from its start to its end. It ends for good when it closes its output,
/// breaks the rules, or answers nothing while several questions run out.
/// </summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    /// <summary>The longest answer, a number for each of a thousand labels; a longer line ends the program.</summary>
    internal const int MostBytes = 256 * 1024;

    /// <summary>Lines between two answers that are none: somebody's print is forgiven, a flood is not.</summary>
    internal const int MostStrays = 200;

    /// <summary>Questions that ran out, one after the other, without a sign of life: it hangs.</summary>
    internal const int MostSilences = 3;

    /// <summary>Questions that wait for their answers at a time.</summary>
    internal const int MostWaiting = 256;

    private const int LogLineBytes = 500;

    private static readonly TimeSpan Goodbye = TimeSpan.FromSeconds(2);

    private readonly Process _process;
    private readonly ProcessOutput _said;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly Lock _lock = new();
    private readonly Dictionary<long, TaskCompletionSource<ProcessAnswer?>> _waiting = [];
    private readonly Task _errors;
    private readonly Task _reading;
    private long _lastId;
    private int _strays;
    private int _silences;

    /// <param name="process">Just started, with its three streams redirected.</param>
    public ChildProcess(Process process, ProcessOutput said, TimeProvider time)
    {
        (_process, _said, _time) = (process, said, time);
        _errors = ReadErrorsAsync();
        _reading = Task.WhenAll(_errors, ReadAnswersAsync());
    }

    /// <summary>Why it is over; null while it runs.</summary>
    public string? End { get; private set; }

    /// <summary>The timestamp of its end.</summary>
    public long EndedAt { get; private set; }

    /// <summary>True when it has answered anything in this run.</summary>
    public bool HasAnswered { get; private set; }

    /// <summary>Null when it is over, or too much waits: see <see cref="End"/>. Cancellation is thrown.</summary>
    public async Task<ProcessAnswer?> AskAsync(Func<long, byte[]> write, CancellationToken cancellationToken)
    {
        if (Add() is not var (id, answer))
        {
            return null;
        }

        try
        {
            await WriteAsync(write(id), cancellationToken);
            return await answer.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            bool isHung;
            lock (_lock)
            {
                isHung = _waiting.ContainsKey(id) && ++_silences >= MostSilences;
            }

            if (isHung)
            {
                Kill($"answered none of {MostSilences} questions in time, one after the other");
            }

            throw;
        }
        finally
        {
            lock (_lock)
            {
                _waiting.Remove(id);
            }
        }
    }

    /// <summary>Closes its input, which asks it to end, and makes an end of it after a moment.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            _process.StandardInput.Close();
            await _process.WaitForExitAsync(CancellationToken.None).WaitAsync(Goodbye, _time);
        }
        catch (Exception fault) when (fault is TimeoutException or IOException or InvalidOperationException)
        {
            // It did not listen.
        }

        Kill("was stopped");
        await _reading.WaitAsync(Goodbye, _time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _process.Dispose();
    }

    /// <summary>Ends it, whatever it started itself included.</summary>
    private void Kill(string why)
    {
        TaskCompletionSource<ProcessAnswer?>[] left;
        lock (_lock)
        {
            EndedAt = End is null ? _time.GetTimestamp() : EndedAt;
            End ??= why;
            left = [.. _waiting.Values];
        }

        foreach (var one in left)
        {
            one.TrySetResult(null);
        }

        try
        {
            _process.Kill(entireProcessTree: true);
        }
        catch (Exception fault) when (fault is InvalidOperationException or Win32Exception or AggregateException)
        {
            // It is gone already.
        }
    }

    private (long Id, Task<ProcessAnswer?> Answer)? Add()
    {
        lock (_lock)
        {
            if (End is not null || _waiting.Count >= MostWaiting)
            {
                return null;
            }

            var answer = new TaskCompletionSource<ProcessAnswer?>(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add(++_lastId, answer);
            return (_lastId, answer.Task);
        }
    }

    private async Task WriteAsync(byte[] line, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            await _process.StandardInput.BaseStream.WriteAsync(line, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // A line of which only a part was taken makes nonsense of all that follows.
            Kill("did not read its questions");
            throw;
        }
        catch (Exception fault) when (fault is IOException or InvalidOperationException)
        {
            // It is gone, and the end of its output will tell how; or it closed its input, and would never answer.
            await _reading.WaitAsync(Goodbye, _time, cancellationToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Kill($"takes no more questions: {fault.Message}");
        }
        finally
        {
            _writing.Release();
        }
    }

    private async Task ReadAnswersAsync()
    {
        try
        {
            var lines = new LineReader(_process.StandardOutput.BaseStream, MostBytes);
            while (await lines.ReadAsync() is ({ } line, var isCut))
            {
                if (isCut)
                {
                    Kill($"wrote a line of more than {MostBytes} bytes");
                    return;
                }

                if (!Take(line))
                {
                    Kill($"wrote {MostStrays} lines in a row that answer nothing");
                    return;
                }
            }
        }
        catch (Exception fault) when (fault is IOException or InvalidOperationException)
        {
            Kill($"cannot be read: {fault.Message}");
            return;
        }

        Kill(await LastWordsAsync());
    }

    /// <summary>False when too much was written that is no answer.</summary>
    private bool Take(string line)
    {
        var read = ProcessLines.Read(line);
        TaskCompletionSource<ProcessAnswer?>? waiting = null;
        lock (_lock)
        {
            if (read is var (id, _) && id > 0 && id <= _lastId)
            {
                // Late is a sign of life too.
                (_silences, HasAnswered) = (0, true);
                _waiting.Remove(id, out waiting);
            }

            _strays = waiting is null ? _strays + 1 : 0;
        }

        if (waiting is not null)
        {
            waiting.TrySetResult(read!.Value.Answer);
        }
        else if (read is null)
        {
            _said.Add(line.Length <= LogLineBytes ? line : line[..LogLineBytes]);
        }

        return _strays < MostStrays;
    }

    private async Task ReadErrorsAsync()
    {
        try
        {
            var lines = new LineReader(_process.StandardError.BaseStream, LogLineBytes);
            while (await lines.ReadAsync() is ({ } line, _))
            {
                _said.Add(line);
            }
        }
        catch (Exception fault) when (fault is IOException or InvalidOperationException)
        {
            // With the program its words are gone; its output tells of the end.
        }
    }

    private async Task<string> LastWordsAsync()
    {
        try
        {
            await _process.WaitForExitAsync(CancellationToken.None).WaitAsync(Goodbye, _time);
        }
        catch (TimeoutException)
        {
            return "closed its output";
        }

        // What it said last may still be on its way.
        await _errors.WaitAsync(Goodbye, _time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        var last = _said.Last is { } words ? $", after saying {Compute.AnswerText.Excerpt(words)}" : "";
        return $"ended with exit code {_process.ExitCode}{last}";
    }
}
