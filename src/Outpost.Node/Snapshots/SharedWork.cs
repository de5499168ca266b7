namespace Outpost.Node.Snapshots;

/// <summary>What several projects need in one epoch, worked out once: by the first that asks under a name.</summary>
internal sealed class SharedWork
{
    private readonly Dictionary<(Type, string), Task> _works = [];

    public Task<T> DoAsync<T>(string name, Func<Task<T>> work)
    {
        if (_works.TryGetValue((typeof(T), name), out var known))
        {
            return (Task<T>)known;
        }

        var mine = work();
        _works[(typeof(T), name)] = mine;
        return mine;
    }
}
