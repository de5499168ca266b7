using Outpost.Devnet.Ledger;

namespace Outpost.Devnet.Allora;

/// <summary>
/// The bounded active set of one window and one role, and the scores that decide over it when it is full.
/// </summary>
internal sealed class Seats<T>(
    SortedDictionary<string, T> active, Dictionary<string, ScoreEma> scores, int count, string duplicateText)
{
    /// <param name="isAdmitted">False when the actor's score does not exceed the lowest of a full set.</param>
    public Refused? Take(string actor, T entry, long nonce, UndoLog undo, out bool isAdmitted)
    {
        isAdmitted = false;
        if (active.ContainsKey(actor))
        {
            return Refused.Plain(duplicateText);
        }

        if (active.Count < count)
        {
            undo.Set(active, actor, entry);
            isAdmitted = true;
            return null;
        }

        var own = scores.GetValueOrDefault(actor);
        if (own.UpdatedAt >= nonce)
        {
            return Refused.Emissions(78, "cannot update EMA more than once per window");
        }

        var lowest = active.Keys.MinBy(address => scores.GetValueOrDefault(address).Score)!;
        var floor = scores.GetValueOrDefault(lowest);
        if (own.Score <= floor.Score)
        {
            undo.Set(scores, actor, own with { UpdatedAt = nonce });
            return null;
        }

        undo.Set(scores, lowest, floor with { UpdatedAt = nonce });
        undo.Remove(active, lowest);
        undo.Set(active, actor, entry);
        isAdmitted = true;
        return null;
    }
}
