namespace Outpost.Node.Submission;

/// <summary>
/// The names of messages that an upgrade of the chain took away. One refusal tells of it for all: who still bears an
/// old name is given the new one before it is signed, since it would be refused in the middle of a batch and make those
/// behind it wrong.
/// </summary>
internal sealed class GoneNames
{
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);

    /// <summary>The chain does not know its name.</summary>
    public async Task RenewAsync(Ticket ticket)
    {
        var name = ticket.Message.TypeUrl;
        await ticket.RenewAsync();
        if (ticket.Message.TypeUrl != name)
        {
            _names.Add(name);
        }
    }

    /// <summary>Before it is signed.</summary>
    public async Task RenameAsync(Ticket ticket)
    {
        if (_names.Contains(ticket.Message.TypeUrl))
        {
            await ticket.RenewAsync();
            ticket.IsRenewed = false;
        }
    }
}
