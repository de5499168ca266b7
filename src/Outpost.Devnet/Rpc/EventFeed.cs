using Outpost.Devnet.Blocks;

namespace Outpost.Devnet.Rpc;

/// <summary>Hands each block's publications to the open websocket sessions.</summary>
internal sealed class EventFeed : IDisposable
{
    private readonly Lock _gate = new();
    private RpcSession[] _sessions = [];
    private readonly DevnetOptions _options;
    private readonly IDisposable _listening;

    public EventFeed(ChainNode node)
    {
        _options = node.Chain.Options;
        _listening = node.Listen(Publish);
    }

    public void Join(RpcSession session)
    {
        lock (_gate)
        {
            _sessions = [.. _sessions, session];
        }
    }

    public void Leave(RpcSession session)
    {
        lock (_gate)
        {
            _sessions = [.. _sessions.Where(other => other != session)];
        }
    }

    public void Dispose() => _listening.Dispose();

    private void Publish(Block block)
    {
        var sessions = _sessions;
        if (sessions.Length == 0)
        {
            return;
        }

        var publications = Publication.Of(block, _options);
        foreach (var session in sessions)
        {
            session.Offer(publications);
        }
    }
}
