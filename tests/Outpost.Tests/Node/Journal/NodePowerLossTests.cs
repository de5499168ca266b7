using Outpost.Chains.Allora;
using Outpost.Node.Duties;
using Outpost.Node.Journal;

namespace Outpost.Tests.Node.Journal;

public sealed class NodePowerLossTests
{
    /// <summary>The journal is set back to the moment of the broadcast: all that was written after it is lost.</summary>
    [Fact]
    public async Task A_node_that_lost_what_was_behind_the_fsync_asks_the_chain_and_does_nothing_twice()
    {
        await using var node = await NodeOnDevnet.StartAsync(options => options with
        {
            BlockTime = null,
            Topics =
            [
                new Outpost.Devnet.TopicOptions
                {
                    Id = new TopicId(1), EpochLength = 400, WorkerWindow = 300, GroundTruthLag = 400, FirstOpening = 10,
                },
            ],
        });
        node.Run();
        await BlocksUntilAsync(node, () => node.Devnet.Observer.FirstArrivals.Count > 0, "a broadcast");
        var (file, log) = (Read(node.JournalPath), Read(node.JournalPath + "-wal"));
        await BlocksUntilAsync(node, () => node.Included > 0, "its inclusion");
        await node.StopAsync();
        File.WriteAllBytes(node.JournalPath, file);
        File.WriteAllBytes(node.JournalPath + "-wal", log);

        var first = node.Devnet.Observer.Admitted[0].Name;
        var duty = new DutyId(Role.Inferer, first.Topic, first.Nonce);
        bool wasLost;
        using (var lost = JournalReader.Open(node.JournalPath))
        {
            wasLost = lost.Find(duty) is { Outcome: null } && lost.Attempts(duty).Count == 1;
        }

        node.Run();
        await BlocksUntilAsync(node, () => node.Included > 0, "the word that it was included");
        Assert.True(wasLost, "the journal was not set back");
        using var journal = JournalReader.Open(node.JournalPath);
        Assert.IsType<Outcome.Included>(journal.Find(duty)!.Outcome);
        Assert.Single(journal.Attempts(duty));
        Assert.Empty(node.Devnet.Observer.Duplicates);
    }

    /// <summary>Blocks come only from here: none between what a test waits for and what it does then.</summary>
    private static Task BlocksUntilAsync(NodeOnDevnet node, Func<bool> holds, string what)
    {
        var last = TimeProvider.System.GetTimestamp();
        return node.UntilAsync(() =>
        {
            if (holds())
            {
                return true;
            }

            if (TimeProvider.System.GetElapsedTime(last) > NodeOnDevnet.BlockTime)
            {
                last = TimeProvider.System.GetTimestamp();
                node.Devnet.ProduceBlocksAsync(1, TestContext.Current.CancellationToken).GetAwaiter().GetResult();
            }

            return false;
        }, what);
    }

    private static byte[] Read(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
