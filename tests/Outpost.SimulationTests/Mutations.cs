namespace Outpost.SimulationTests;

/// <summary>Breaks of lane, windows, journal and endpoints that the simulation has to catch.</summary>
internal static class Mutations
{
    private const string Node = "src/Outpost.Node/";
    private const string Chains = "src/Outpost.Chains/";

    public static IReadOnlyList<Mutation> All { get; } =
    [
        new("bytes leave before they are in the journal", Node + "Submission/Dispatch.cs",
            "            around.Journal.RecordAttempts([.. fresh.Select(ticket => ticket.Attempt!)]);\n", ""),
        new("a restart forgets the bytes that were sent", Node + "Journal/AttemptTable.cs",
            "row => AttemptIn(id, row), JournalDatabase.KeyOf(id)).SingleOrDefault();",
            "row => AttemptIn(id, row), JournalDatabase.KeyOf(id)).FirstOrDefault(_ => false);"),
        new("a number is used again after its block", Node + "Submission/Flight.cs",
            "_seen = Math.Max(_seen, number + 1);", "_seen = Math.Max(_seen, number);"),
        new("an older answer sets the numbers back", Node + "Submission/Flight.cs",
            "Committed = _seen = Math.Max(_seen, committed);", "Committed = _seen = committed - committed % 2;"),
        new("lost bytes are signed anew instead of sent again", Node + "Submission/SubmissionLane.cs",
            """
                    foreach (var ticket in _flight.InOrder.Where(ticket => ticket.SentAt < sighting.Height))
                    {
                        ticket.IsTaken = false;
                    }
            """,
            """
                    foreach (var ticket in _flight.InOrder.Where(ticket => ticket.SentAt < sighting.Height).ToList())
                    {
                        _flight.Remove(ticket);
                        ticket.Unsign();
                    }
            """),
        new("lost bytes are not sent again", Node + "Submission/SubmissionLane.cs",
            "            ticket.IsTaken = false;\n        }\n\n        _dispatch.IsSure",
            "            ticket.SentAt = sighting.Height;\n        }\n\n        _dispatch.IsSure"),
        new("a full disk is no obstacle to sending", Node + "Submission/Dispatch.cs",
            "            IsSure = false;\n            return false;\n", "            return true;\n"),
        new("what is in a block counts as done, whatever its code", Node + "DutyRunner.cs",
            "        if (refusal == Refusal.None)\n", "        if (refusal == Refusal.None || result.Height > duty.OpensAt)\n"),
        new("gaps between blocks are not filled", Chains + "Cosmos/BlockFeed.cs",
            "for (var height = (Last ?? head.Height - 1) + 1; height < head.Height; height++)",
            "for (var height = head.Height; height < head.Height; height++)"),
        new("an overdue window is not asked for", Node + "Windows/NextEvent.cs",
            "IsOverdue = clock.Reached(isSooner ? end!.Value : opening + (_hasEvents ? OverdueBlocks : 0));",
            "IsOverdue = CancellationToken.None;"),
        new("a block that is overdue is not looked for", Chains + "Cosmos/BlockWatch.cs",
            "            if (feed.Last is null || feed.Silence < Overdue)\n",
            "            if (feed.Last is not null)\n            {\n                return;\n            }\n\n"
            + "            if (feed.Last is null || feed.Silence < Overdue)\n"),
        new("answers from older blocks are believed", Chains + "Rpc/HedgedRead.cs",
            "return outcome.Height < _least ? Old(endpoint, outcome) : outcome;", "return outcome;"),
        new("transactions go to one endpoint only", Chains + "Cosmos/Broadcast.cs",
            "Enqueue(endpoints.Writable(), transaction)", "Enqueue([.. endpoints.Writable().Take(1)], transaction)"),
        new("a dead endpoint is asked for as long as it takes", Chains + "Rpc/EndpointSet.cs",
            "public TimeSpan PatienceWith(Endpoint endpoint) => Locked(() => endpoint.Patience);",
            "public TimeSpan PatienceWith(Endpoint endpoint) => TimeSpan.FromHours(1);"),
        new("a model that failed is not asked again", Node + "Compute/HttpEntrypoint.cs",
            "                failure = problem;\n", "                failure = problem;\n                break;\n"),
        new("an upgrade of the chain is not noticed", Node + "DutyRunner.cs",
            "        return !message.TypeUrl.Contains(name, StringComparison.Ordinal);\n", "        return false;\n"),
        new("a window is taken for one block longer", Node + "Windows/TopicWatch.cs",
            "new(new DutyId(Role.Inferer, topic, nonce), closesAt);",
            "new(new DutyId(Role.Inferer, topic, nonce), closesAt + 1);"),
        new("an interrupted duty is not resumed", Node + "NodeHost.cs",
            "journal.Unfinished().ToLookup", "journal.Unfinished().Where(_ => false).ToLookup"),
    ];
}
