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
            Topics =
            [
                new Outpost.Devnet.TopicOptions
                {
                    Id = new TopicId(1), EpochLength = 40, WorkerWindow = 30, GroundTruthLag = 40, FirstOpening = 10,
                },
            ],
        });
        node.Run();
        await node.UntilAsync(() => node.Devnet.Observer.FirstArrivals.Count > 0, "a broadcast");
        var (file, log) = (Read(node.JournalPath), Read(node.JournalPath + "-wal"));
        await node.UntilAsync(() => node.Included > 0, "its inclusion");
        await node.StopAsync();
        File.WriteAllBytes(node.JournalPath, file);
        File.WriteAllBytes(node.JournalPath + "-wal", log);

        var first = node.Devnet.Observer.Admitted[0].Name;
        var duty = new DutyId(Role.Inferer, first.Topic, first.Nonce);
        using (var lost = JournalReader.Open(node.JournalPath))
        {
            Assert.Null(lost.Find(duty)!.Outcome);
            Assert.Single(lost.Attempts(duty));
        }

        node.Run();
        await node.UntilAsync(() => node.Included > 0, "the word that it was included");
        using var journal = JournalReader.Open(node.JournalPath);
        Assert.IsType<Outcome.Included>(journal.Find(duty)!.Outcome);
        Assert.Single(journal.Attempts(duty));
        Assert.Empty(node.Devnet.Observer.Duplicates);
    }

    private static byte[] Read(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
