namespace Outpost.Devnet;

/// <summary>A dictionary that keeps the entries that were added last, up to a bound, in their order.</summary>
internal sealed class NewestEntries<TKey, TValue>(int kept)
    where TKey : notnull
{
    private readonly Dictionary<TKey, TValue> _values = [];
    private readonly Queue<TKey> _order = new();

    /// <summary>Oldest first.</summary>
    public IEnumerable<TValue> Values => _order.Select(key => _values[key]);

    public bool Contains(TKey key) => _values.ContainsKey(key);

    public bool TryGet(TKey key, out TValue? value) => _values.TryGetValue(key, out value);

    public Dictionary<TKey, TValue> ToDictionary() => new(_values);

    public void Set(TKey key, TValue value)
    {
        if (!_values.ContainsKey(key))
        {
            _order.Enqueue(key);
        }

        _values[key] = value;
        if (_order.Count > kept)
        {
            _values.Remove(_order.Dequeue());
        }
    }
}
