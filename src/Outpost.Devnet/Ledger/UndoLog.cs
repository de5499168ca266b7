namespace Outpost.Devnet.Ledger;

/// <summary>How to take back what a message changed, should the transaction fail or only be a simulation.</summary>
internal sealed class UndoLog
{
    private readonly Stack<Action> _actions = new();

    public void Record(Action undo) => _actions.Push(undo);

    public void Set<TKey, TValue>(IDictionary<TKey, TValue> map, TKey key, TValue value)
    {
        var existed = map.TryGetValue(key, out var before);
        map[key] = value;
        Record(() =>
        {
            if (existed)
            {
                map[key] = before!;
            }
            else
            {
                map.Remove(key);
            }
        });
    }

    public void Remove<TKey, TValue>(IDictionary<TKey, TValue> map, TKey key)
    {
        if (map.TryGetValue(key, out var before))
        {
            map.Remove(key);
            Record(() => map[key] = before);
        }
    }

    public void Undo()
    {
        while (_actions.TryPop(out var undo))
        {
            undo();
        }
    }
}
