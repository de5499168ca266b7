using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Outpost.Chains.Keys;
using Outpost.Consensus.Proofs;
using Outpost.Consensus.Service;
using Outpost.Consensus.Snapshotters;
using Outpost.Consensus.Store;
using Outpost.Sdk.Evm;

namespace Outpost.Tests.Consensus;

/// <summary>Records and series of services that share a PostgreSQL database.</summary>
public sealed class PostgresProofsTests(PostgresServer server) : IClassFixture<PostgresServer>
{
    [Fact]
    public async Task Two_services_with_one_key_keep_one_series()
    {
        var database = await server.NewDatabaseAsync();
        await using var world = await ServiceWorld.StartAsync(
            options => options with { Store = database, PublicRateLimit = "1000000/second" });
        await world.RegisterAsync("A");
        for (var end = 1010; end <= 1400; end += 10)
        {
            await world.ReleaseAsync(end);
        }

        await using var second = await ConsensusHost.StartAsync(
            world.Options, world.Time, new Random(2), NullLoggerFactory.Instance, ServiceWorld.Stop);
        for (var end = 1010; end <= 1400; end += end % 70 == 0 ? 20 : 10)
        {
            await world.SubmitAtAsync(end % 20 == 0 ? second : world.Host, "A", $"X{end}", end);
        }

        for (var end = 1010; end <= 1400; end += end % 70 == 0 ? 20 : 10)
        {
            Good(world, await AnsweredAsync(world, $"/verdicts/P/{end}"));
        }

        Good(world, await AnsweredAsync(world, "/series/P/proof?epoch=1060"));
        for (var from = 1; from <= 30; from += 3)
        {
            Good(world, await AnsweredAsync(world, $"/series/P/consistency?from={from}"));
        }
    }

    [Fact]
    public async Task A_signed_vote_and_a_changed_id_are_kept_as_on_SQLite()
    {
        var database = await server.NewDatabaseAsync();
        await using var world = await ServiceWorld.StartAsync(
            options => options with { Store = database, PublicRateLimit = "1000000/second" });
        using var key = EthereumKey.FromPrivateKey(Keccak256.Hash("signs"u8));
        await world.RegisterAsync("A");
        var registry = await ConsensusStore.OpenRegistryAsync(database, ServiceWorld.Stop);
        await registry.AddAsync(
            new Snapshotter(0, "signs") { Address = key.Address.ToString().ToLowerInvariant(), RateLimit = "100/second" },
            ServiceWorld.Stop);
        await world.RestartAsync();
        string Body(string cid, ulong epoch)
        {
            var request = new SnapshotRequest(ulong.MaxValue, 5000, cid, epoch, "P");
            return $$"""
                {"request":{"slotId":"18446744073709551615","deadline":5000,"snapshotCid":"{{cid}}","epochId":{{epoch}},
                 "projectId":"P"},"signature":"{{key.Sign(request.Digest(world.Options.Domain))}}","projectID":"P"}
                """;
        }

        Assert.Equal((200, "null"), await world.PostAsync("/registerProjectPeer", Body("-", 0)));
        await world.ReleaseAsync(1010);
        await world.SubmitAsync("A", "X");
        Assert.Equal(200, (await world.PostAsync("/submitSnapshot", Body("X", 1010))).Status);
        var before = await AnsweredAsync(world, "/verdicts/P/1010");
        var one = (await registry.ListAsync(ServiceWorld.Stop)).Single(known => known.Alias == "A");
        await registry.ChangeAsync(one with { InstanceHash = InstanceId.Hash("another"u8) }, ServiceWorld.Stop);

        Assert.Equal(before, await AnsweredAsync(world, "/verdicts/P/1010"));
        Good(world, before);
        Assert.Contains($"\"snapshotter\":\"{key.Address}\"", before, StringComparison.Ordinal);
    }

    private static void Good(ServiceWorld world, string json) =>
        Assert.Empty(ProofCheck.Of(Encoding.UTF8.GetBytes(json), world.Host.Key).Problems);

    /// <summary>Records are written soon after their verdicts, by whichever service comes first.</summary>
    private static async Task<string> AnsweredAsync(ServiceWorld world, string path)
    {
        for (var i = 0; ; i++)
        {
            var (status, json) = await world.GetAsync(path);
            if (status == 200)
            {
                return json;
            }

            Assert.True(i < 1000, $"{path}: {status} {json}");
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, ServiceWorld.Stop);
            world.Time.Advance(TimeSpan.FromMilliseconds(10));
        }
    }
}
