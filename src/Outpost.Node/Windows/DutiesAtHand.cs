using Outpost.Node.Roles;
using Outpost.Node.Duties;

namespace Outpost.Node.Windows;

/// <summary>
/// The duties of one topic that are being done, side by side: one in its window, and those before it whose verdict is
/// still looked for. Used by its topic's loop only.
/// </summary>
internal sealed class DutiesAtHand(DutyRunner runner, IRoleWork work)
{
    /// <summary>
    /// A verdict may take a window and some 20 blocks more, and windows open 12 blocks apart or further.
    /// </summary>
    private const int Most = 4;

    private readonly List<Task<Outcome?>> _running = [];

    /// <summary>
    /// What an earlier run left open. A restart that finds all endpoints lagging sees such a window open once more.
    /// </summary>
    private readonly HashSet<DutyId> _left = [];

    public IEnumerable<Task> Running => _running;

    public bool IsFull => _running.Count == Most;

    /// <summary>A duty is done once at a time: one that an earlier run left open is at hand already.</summary>
    public void Begin(Duty duty, CancellationToken stop)
    {
        if (!_left.Contains(duty.Id))
        {
            _running.Add(DoAsync(duty, stop));
        }
    }

    /// <summary>Finishes, one after the other, what an earlier run left open.</summary>
    public void Resume(IReadOnlyList<Duty> left, CancellationToken stop)
    {
        if (left.Count > 0)
        {
            _left.UnionWith(left.Select(duty => duty.Id));
            _running.Add(ResumeAsync(left, stop));
        }
    }

    /// <summary>
    /// Lets go of what has ended. True when an outcome makes the account's standing in the topic doubtful.
    /// </summary>
    public async Task<bool> ReapAsync()
    {
        var isDoubtful = false;
        foreach (var ended in _running.Where(task => task.IsCompleted).ToArray())
        {
            _running.Remove(ended);
            isDoubtful |= await ended is Outcome.Missed { Reason: var reason } && DoubtsStanding(reason);
        }

        return isDoubtful;
    }

    /// <summary>After their stop: none is left behind.</summary>
    public async Task EndAsync() =>
        await ((Task)Task.WhenAll(_running)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private async Task<Outcome?> DoAsync(Duty duty, CancellationToken stop) =>
        await runner.RunAsync(duty, work, stop);

    private async Task<Outcome?> ResumeAsync(IReadOnlyList<Duty> left, CancellationToken stop)
    {
        foreach (var duty in left)
        {
            await runner.RunAsync(duty, work, stop);
        }

        return null;
    }

    /// <summary>Reasons after which the account's standing in the topic is looked at again.</summary>
    private static bool DoubtsStanding(Reason reason) =>
        reason == Reason.NotRegistered || reason == Reason.NotWhitelisted || reason == Reason.Refused
        || reason == Reason.StakeTooLow || reason == Reason.OutOfFunds;
}
