using Outpost.Devnet.Faults;
using Outpost.Node.Submission;

namespace Outpost.Tests.Node.Submission;

public sealed class ManyTransactionsTests
{
    private const int Topics = 40;
    private const int Epoch = 16;
    private const int Window = 8;

    /// <summary>Fifty windows of forty topics, answered over their first blocks, under faults drawn from the seed.</summary>
    [Theory]
    [InlineData(1)]
    public async Task Two_thousand_under_eviction_restarts_and_lost_replies_have_no_wrong_number(int seed)
    {
        FaultKind[] kinds = [FaultKind.TxEvicted, FaultKind.TxLostReply, FaultKind.TxSwallowed, FaultKind.TxMempoolFull];
        var chance = new Random(seed);
        await using var world = await LaneOnDevnet.StartAsync(Topics, Window, stepMilliseconds: 500);
        var included = 0;
        for (var nonce = 2L; nonce < 2 + (50 * Epoch); nonce += Epoch)
        {
            var open = new List<Task<LaneAnswer>>();
            var topics = Enumerable.Range(1, Topics).ToArray();
            chance.Shuffle(topics);
            var kind = kinds[chance.Next(kinds.Length)];
            world.Begin(kind);
            for (var block = 0; block < 4; block++)
            {
                open.AddRange(topics.Skip(block * 10).Take(10).Select(topic => world.ServeAsync(topic, nonce)));
                await world.QuietAsync();
                if (block == 1)
                {
                    world.End(kind);
                }

                if (block == 2 && chance.Next(3) == 0)
                {
                    await world.RestartAsync();
                    open = [.. topics.Take(30).Select(topic => world.ServeAsync(topic, nonce))];
                    await world.QuietAsync();
                }

                await world.BlockAsync();
            }

            await world.BlockAsync(Epoch - 4);
            var answers = await Task.WhenAll(open).WaitAsync(
                TimeSpan.FromSeconds(20), TimeProvider.System, TestContext.Current.CancellationToken);
            included += answers.Count(answer => answer is LaneAnswer.InBlock { Result.Code: 0 });
        }

        Assert.Equal((0, 0), (world.WrongSequences, world.Duplicates));
        Assert.Equal(50 * Topics, included);
    }
}
