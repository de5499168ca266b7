namespace Outpost.SimulationTests;

/// <summary>Breaks of lane, windows, journal and endpoints that the simulation has to catch.</summary>
internal static class Mutations
{
    private const string Node = "src/Outpost.Node/";
    private const string Chains = "src/Outpost.Chains/";

    public static IReadOnlyList<Mutation> All { get; } =
    [
        new("bytes leave before they are in the journal", Node + "Submission/Dispatch.cs",
            "            around.Journal.RecordAttempts([.. fresh.Select(ticket => ticket.Attempt!)]);\n", "",
            MatrixRow.Often("node-killed amount=4")),
        new("a restart forgets the bytes that were sent", Node + "Journal/AttemptTable.cs",
            "row => AttemptIn(id, row), JournalDatabase.KeyOf(id)).SingleOrDefault();",
            "row => AttemptIn(id, row), JournalDatabase.KeyOf(id)).FirstOrDefault(_ => false);",
            MatrixRow.Often("node-killed amount=4")),
        new("a number is used again after its block", Node + "Submission/Flight.cs",
            "_seen = Math.Max(_seen, number + 1);", "_seen = Math.Max(_seen, number);",
            new MatrixRow("rpc-behind@node-1 amount=20")),
        new("the number that the chain expects is taken for a lower one", Node + "Submission/Flight.cs",
            "Committed = _seen = Math.Max(_seen, committed);", "Committed = _seen = committed - committed % 2;",
            MatrixRow.Often("node-killed amount=0")),
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
            """,
            MatrixRow.Often("blocks-full")),
        new("lost bytes are not sent again", Node + "Submission/SubmissionLane.cs",
            "            ticket.IsTaken = false;\n        }\n\n        _dispatch.IsSure",
            "            ticket.SentAt = sighting.Height;\n        }\n\n        _dispatch.IsSure",
            MatrixRow.Often("tx-evicted amount=1")),
        new("a full disk is no obstacle to sending", Node + "Submission/Dispatch.cs",
            "            IsSure = false;\n            return false;\n", "            return true;\n",
            MatrixRow.Often("disk-full")),
        new("what is in a block counts as done, whatever its code", Node + "DutyRunner.cs",
            "        if (refusal == Refusal.None)\n", "        if (refusal == Refusal.None || result.Height > duty.OpensAt)\n",
            new MatrixRow("blocks-full every=60s for=20s")),
        new("gaps between blocks are not filled", Chains + "Cosmos/BlockFeed.cs",
            "for (var height = (Last ?? head.Height - 1) + 1; height < head.Height; height++)",
            "for (var height = head.Height; height < head.Height; height++)",
            new MatrixRow("rpc-refuses every=60s for=30s + epoch-length every=150s for=75s amount=5 "
                + "+ window-length amount=3")),
        new("an overdue window is not asked for", Node + "Windows/NextEvent.cs",
            "IsOverdue = clock.Reached(isSooner ? end!.Value : opening + (_hasEvents ? OverdueBlocks : 0));",
            "IsOverdue = CancellationToken.None;",
            new MatrixRow("rpc-empty-events")),
        new("a block that is overdue is not looked for", Chains + "Cosmos/BlockWatch.cs",
            "            if (feed.Last is null || feed.Silence < Overdue)\n",
            "            if (feed.Last is not null)\n            {\n                _lookedAt = time.GetTimestamp();\n"
            + "                return;\n            }\n\n"
            + "            if (feed.Last is null || feed.Silence < Overdue)\n",
            new MatrixRow("rpc-silent-socket")),
        new("answers from older blocks are believed", Chains + "Rpc/HedgedRead.cs",
            ": Math.Max(Math.Min(_seenAtStart, set.SeenHeight), freshness.Least);", ": 0;",
            new MatrixRow("node-killed every=71s for=4s amount=0 + rpc-behind@node-1 amount=20")),
        new("transactions go to one endpoint only", Chains + "Cosmos/Broadcast.cs",
            "Enqueue(endpoints.Writable(), transaction)", "Enqueue([.. endpoints.Writable().Take(1)], transaction)",
            new MatrixRow("tx-swallowed@node-1")),
        new("a model that failed is not asked again", Node + "Compute/EntrypointLadder.cs",
            "                failure = problem;\n", "                failure = problem;\n                break;\n",
            MatrixRow.Often("model-errors")),
        new("an upgrade of the chain is not noticed", Node + "DutyRunner.cs",
            "        return !message.TypeUrl.Contains(name, StringComparison.Ordinal);\n", "        return false;\n",
            new MatrixRow("upgrade")),
        new("a window is taken for one block longer", Node + "Windows/TopicWatch.cs",
            "new(new DutyId(_work.Role, _topic, nonce), closesAt);",
            "new(new DutyId(_work.Role, _topic, nonce), closesAt + 1);",
            new MatrixRow("blocks-full every=60s for=20s")),
        new("an interrupted duty is not resumed", Node + "Watches.cs",
            "journal.Unfinished().ToLookup", "journal.Unfinished().Where(_ => false).ToLookup",
            MatrixRow.Often("node-killed amount=0")),
        new("nonces that wait are not begun", Node + "Windows/ReputerWatch.cs",
            "            _waiting.TryAdd(nonce.Nonce.Value, NewDuty(nonce));\n", "            _ = nonce;\n",
            new MatrixRow("rpc-empty-events")),
        new("an older run's duties are begun twice", Node + "Windows/DutiesAtHand.cs",
            "            _left.UnionWith(left.Select(duty => duty.Id));\n", "",
            new MatrixRow("node-killed every=71s for=4s amount=0 + model-slow amount=9s")),
        new("stake is not topped up", Node + "Windows/ReputerReadiness.cs",
            "missing ??= await TopUpAsync(id, stop);", "",
            new MatrixRow("tx-lost-reply")),
        new("a reputer's windows that passed unseen are not recorded", Node + "Windows/ReputerWatch.cs",
            "            _unserved.Record(NewDuty(nonce));\n", "            _ = nonce;\n",
            new MatrixRow("node-frozen")),
        new("a nonce without inferences is taken for a reputer's window", Node + "Windows/ReputerReadiness.cs",
            "if (await rooms.Allora.Network.InferencesAsync(topic.Id, nonce, stop) is not null)", "",
            new MatrixRow("node-frozen")),
        new("what others may have done is paid for without a question", Node + "Submission/Lineup.cs",
            "        ticket.IsSimulatedFirst |= ticket.Request.Duty?.Nonce <= account.OthersSeenAt;\n", "",
            new MatrixRow("second-signer every=600s for=200s + node-frozen every=600s for=240s")),
    ];
}
