using Outpost.Devnet.Blocks;

namespace Outpost.Devnet.Rpc;

/// <summary>Hands each block's publications to the open websocket sessions.</summary>
internal sealed class EventFeed : IDisposable
{
    private readonly Lock _gate = new();
    private readonly List<RpcSession> _sessions = [];
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
            _sessions.Add(session);
        }
    }

    public void Leave(RpcSession session)
    {
        lock (_gate)
        {
            _sessions.Remove(session);
        }
    }

    public void Dispose() => _listening.Dispose();

    private void Publish(Block block)
    {
        RpcSession[] sessions;
        lock (_gate)
        {
            sessions = [.. _sessions];
        }

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
