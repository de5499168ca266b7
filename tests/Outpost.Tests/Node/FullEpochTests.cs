using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Outpost.Chains;
using Outpost.Chains.Allora;
using Outpost.Chains.Cosmos;
using Outpost.Chains.Wire;
using Outpost.Node;
using Outpost.Node.Duties;
using Outpost.Tests.Devnet;

namespace Outpost.Tests.Node;

/// <summary>The largest epoch that the chain knows, reputed by a whole node.</summary>
public sealed class FullEpochTests
{
    private const int Inferers = 32;
    private const int Forecasters = 6;

    /// <summary>Far from every inference, so that all losses are told apart.</summary>
    private const double Truth = 97.25;

    [Fact]
    public async Task All_losses_of_32_inferers_and_6_forecasters_are_sent_and_counted()
    {
        await using var world = new NetworkWorld(inferers: Inferers, forecasters: Forecasters);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        using var network = world.Devnet.Network();
        using var model = new ScriptedModel(ScriptedModel.Says(Truth.ToString(CultureInfo.InvariantCulture)));
        var node = new NodeHost(Options(world), world.Key("r1"),
            new NodeSurroundings(network, model, TimeProvider.System, new Random(1), NullLoggerFactory.Instance));
        var running = node.RunAsync(stop.Token);

        // The first losses, of a median, are what weights and forecasts begin with.
        await AnswerAsync(world, node, 3);
        await ReputeAsync(world, node, 3);
        await AnswerAsync(world, node, 27);
        await ReputeAsync(world, node, 27);
        await ToAsync(world, node, 51);

        var asked = (await world.InferencesAsync(27)).Values;
        var losses = (await world.Allora.Network.LossesAsync(NetworkWorld.Topic, new Height(27), stop.Token))!;
        var (expected, found) = (Fields(NetworkWorld.LossesOf(asked, Truth)), Fields(losses));
        Assert.Equal(276, found.Count);
        Assert.Equal(expected.Keys, found.Keys);
        Assert.All(expected, of => Assert.Equal(of.Value, found[of.Key], 9));
        Assert.True(world.PaidFor(27)["r1"] > 0);
        Assert.Equal(0, world.Devnet.Observer.Delivered.GetValueOrDefault(("sdk", 11U)));
        Assert.DoesNotContain(node.Status.RecentEnds, end => end.Outcome is Outcome.Missed);

        await stop.CancelAsync();
        await running;
    }

    private static NodeOptions Options(NetworkWorld world) => new()
    {
        Chain = new CosmosOptions { Endpoints = [new EndpointOptions(EndpointKind.Rpc, world.Devnet.Rpc)] },
        Topics =
        [
            new Outpost.Node.TopicOptions
            {
                Topic = NetworkWorld.Topic,
                GroundTruth = new HttpEntrypointOptions { UrlTemplate = "http://model.local/{BlockHeight}" },
            },
        ],
        JournalPath = ":memory:",
    };

    /// <summary>Every inferer has its own error, and every forecaster its own doubts about them.</summary>
    private static async Task AnswerAsync(NetworkWorld world, NodeHost node, long nonce)
    {
        await ToAsync(world, node, nonce);
        await world.SendAsync(
        [
            .. Enumerable.Range(1, Inferers).Select(number =>
                world.Answer($"i{number}", nonce, new WorkerAnswer { Value = NetworkWorld.Number(InferenceOf(number)) })),
            .. Enumerable.Range(1, Forecasters).Select(forecaster => world.Answer($"f{forecaster}", nonce, new WorkerAnswer
            {
                Forecast =
                [
                    .. Enumerable.Range(1, Inferers).Select(number => new OfWorker<DecimalText>(
                        world.Address($"i{number}"),
                        NetworkWorld.Number(NetworkWorld.Loss(InferenceOf(number), Truth) + (forecaster * number % 7 / 10.0)))),
                ],
            })),
        ]);
    }

    private static double InferenceOf(int number) => 100 + (number * 0.37);

    /// <summary>The window opens twelve blocks after the nonce; the block after it waits for the node's losses.</summary>
    private static async Task ReputeAsync(NetworkWorld world, NodeHost node, long nonce)
    {
        await ToAsync(world, node, nonce + 12);
        await UntilAsync(node, () => world.Devnet.Observer.FirstArrivals.Any(arrival =>
            arrival.Name is { Role: ActorRole.Reputer } name && name.Nonce.Value == nonce));
        await ToAsync(world, node, nonce + 13);
        await UntilAsync(node, () => node.Status.RecentEnds.Any(end =>
            end.Duty.Id.Nonce.Value == nonce && end.Outcome is Outcome.Included));
    }

    private static async Task ToAsync(NetworkWorld world, NodeHost node, long height)
    {
        while (world.Devnet.Height < height)
        {
            await UntilAsync(node, () => node.Status.Head?.Value >= world.Devnet.Height);
            await world.UntilAsync(world.Devnet.Height + 1);
        }

        await UntilAsync(node, () => node.Status.Head?.Value >= world.Devnet.Height);
    }

    private static async Task UntilAsync(NodeHost node, Func<bool> holds)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!holds())
        {
            Assert.False(limit.IsCancellationRequested, $"{node.Status.Line}; {node.Status.Topics[0]}");
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    private static SortedDictionary<string, double> Fields(ValueBundle<DecimalText> losses)
    {
        var fields = new SortedDictionary<string, double>(StringComparer.Ordinal);
        losses.Map((field, loss) => fields[field] = double.Parse(loss.Text, CultureInfo.InvariantCulture));
        return fields;
    }
}
