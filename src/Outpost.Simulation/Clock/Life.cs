namespace Outpost.Simulation.Clock;

/// <summary>
/// Whether one process lives. Everything that can wake the process goes through here: what belongs to a dead one
/// never happens, what belongs to a frozen one happens when it thaws.
/// </summary>
internal sealed class Life
{
    private readonly Queue<Action> _held = new();
    private readonly List<IDisposable> _belongings = [];
    private bool _isFrozen;

    public bool IsDead { get; private set; }

    /// <summary>What the machine closes when the process is gone, such as its connections.</summary>
    public void Owns(IDisposable belonging) => _belongings.Add(belonging);

    public void Disowns(IDisposable belonging) => _belongings.Remove(belonging);

    /// <summary>Ends the process between two of its steps, without a word to it (kill -9).</summary>
    public void End()
    {
        IsDead = true;
        _held.Clear();
        foreach (var belonging in _belongings)
        {
            belonging.Dispose();
        }

        _belongings.Clear();
    }

    public void Freeze() => _isFrozen = true;

    public void Thaw()
    {
        _isFrozen = false;
        while (!_isFrozen && !IsDead && _held.TryDequeue(out var happening))
        {
            happening();
        }
    }

    /// <summary>Does it now, when the process thaws, or never.</summary>
    public void Happen(Action happening)
    {
        if (_isFrozen && !IsDead)
        {
            _held.Enqueue(happening);
        }
        else if (!IsDead)
        {
            happening();
        }
    }

    /// <summary>The end of something outside, as the process gets to know it: at once, later, or never.</summary>
    public async Task<T> HearAsync<T>(Task<T> outside)
    {
        await Task.WhenAny(outside);
        if (IsDead || _isFrozen)
        {
            var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Happen(turn.SetResult);
            await turn.Task;
        }

        return await outside;
    }
}
