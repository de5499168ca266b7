using Outpost.Devnet.Blocks;
using Outpost.Devnet.Faults;

namespace Outpost.Devnet.Rpc;

/// <summary>Hands the publications of each block that the node shows to its open websocket sessions.</summary>
internal sealed class EventFeed : IDisposable
{
    private readonly Lock _gate = new();
    private readonly ChainNode _node;
    private readonly IDisposable _blocks;
    private readonly IDisposable _faults;
    private RpcSession[] _sessions = [];
    private long _published;

    public EventFeed(ChainNode node)
    {
        _node = node;
        _published = node.Read(view => view.Height);
        _blocks = node.Listen(_ => Publish());
        _faults = node.ListenForFaults(Break);
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

    public void Dispose()
    {
        _blocks.Dispose();
        _faults.Dispose();
    }

    /// <summary>One block as a rule; none while the node stands still, and then all that it missed.</summary>
    private void Publish()
    {
        var sessions = _sessions;
        if (sessions.Length == 0 || _node.Faults.Has(FaultKind.RpcSilentSocket))
        {
            _published = _node.Read(view => Math.Max(_published, view.Height));
            return;
        }

        for (var head = _node.Read(view => view.Height); _published < head;)
        {
            _published++;
            if (_node.Read(view => view.Find(_published)) is { } block)
            {
                var publications = Publication.Of(block, _node.Chain.Options);
                foreach (var session in sessions)
                {
                    session.Offer(publications);
                }
            }
        }
    }

    private void Break(Fault fault)
    {
        var isClosed = fault.Kind == FaultKind.RpcClosesSocket;
        if (isClosed || fault.Kind == FaultKind.RpcRefuses)
        {
            foreach (var session in _sessions)
            {
                session.End(withFarewell: isClosed);
            }
        }
    }
}
