using Outpost.Sdk.Evm;

namespace Outpost.Node.Snapshots;

/// <summary>
/// What contracts say of themselves and never change: asked once, kept for all epochs. Used by one epoch at a time; a
/// store hands in what it had and takes what is new.
/// </summary>
public sealed class MetadataBook
{
    private readonly Dictionary<CallKey, ReadOnlyMemory<byte>> _known = [];
    private readonly List<(EvmCall Call, ReadOnlyMemory<byte> Answer)> _fresh = [];

    /// <summary>Null when it has to be asked.</summary>
    public ReadOnlyMemory<byte>? Find(EvmCall call) =>
        _known.TryGetValue(CallKey.Of(call, 0), out var answer) ? answer : default(ReadOnlyMemory<byte>?);

    /// <summary>Keeps an answer that will never be another one.</summary>
    public void Keep(EvmCall call, ReadOnlyMemory<byte> answer)
    {
        if (_known.TryAdd(CallKey.Of(call, 0), answer))
        {
            _fresh.Add((call, answer));
        }
    }

    /// <summary>What was kept before, from a store: it is not handed out again.</summary>
    public void Load(EvmCall call, ReadOnlyMemory<byte> answer) => _known.TryAdd(CallKey.Of(call, 0), answer);

    /// <summary>What was learned since the last time.</summary>
    public IReadOnlyList<(EvmCall Call, ReadOnlyMemory<byte> Answer)> TakeFresh()
    {
        var fresh = _fresh.ToArray();
        _fresh.Clear();
        return fresh;
    }
}
