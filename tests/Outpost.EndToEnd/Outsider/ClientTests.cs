using Microsoft.Extensions.Logging.Abstractions;
using Outpost.Chains.Allora;
using Outpost.Devnet;

namespace Outpost.EndToEnd.Outsider;

/// <summary>The devnet, judged by a client that was written for real nodes.</summary>
public sealed class ClientTests
{
    private const ulong ShortTopic = 1;
    private const ulong LongTopic = 2;
    private const ulong WhitelistedTopic = 3;

    [Theory]
    [InlineData(EmissionsVersion.V9)]
    [InlineData(EmissionsVersion.V10)]
    public async Task CosmJS_registers_as_a_worker_and_has_an_inference_accepted(EmissionsVersion version)
    {
        await using var devnet = await StartAsync(version);
        await OutsiderScript.AssertAllPassAsync(
            "client.mjs", null, atLeast: 10,
            devnet.Rpc.ToString(), devnet.Lcd.ToString(), Name(version), $"{ShortTopic}");
    }

    [Theory]
    [InlineData(EmissionsVersion.V9)]
    [InlineData(EmissionsVersion.V10)]
    public async Task CosmJS_is_refused_what_a_real_node_refuses(EmissionsVersion version)
    {
        await using var devnet = await StartAsync(version);
        await OutsiderScript.AssertAllPassAsync(
            "refusals.mjs", null, atLeast: 51,
            devnet.Rpc.ToString(), devnet.Lcd.ToString(), Name(version), $"{LongTopic}", $"{WhitelistedTopic}");
    }

    private static Task<Devnet.Devnet> StartAsync(EmissionsVersion version) => Devnet.Devnet.StartAsync(
        new DevnetOptions
        {
            Version = version,
            BlockTime = TimeSpan.FromMilliseconds(100),
            Topics =
            [
                new TopicOptions { Id = new(ShortTopic), EpochLength = 16, WorkerWindow = 12, GroundTruthLag = 16 },
                new TopicOptions { Id = new(LongTopic), EpochLength = 50, WorkerWindow = 40, GroundTruthLag = 50 },
                new TopicOptions
                {
                    Id = new(WhitelistedTopic), EpochLength = 50, WorkerWindow = 40, GroundTruthLag = 50,
                    WorkerWhitelist = [],
                },
            ],
        },
        TimeProvider.System, NullLoggerFactory.Instance, TestContext.Current.CancellationToken);

    private static string Name(EmissionsVersion version) => version == EmissionsVersion.V9 ? "v9" : "v10";
}
