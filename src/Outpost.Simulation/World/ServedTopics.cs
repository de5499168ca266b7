using Outpost.Chains.Allora;
using Outpost.Devnet;
using Outpost.Node;

namespace Outpost.Simulation.World;

/// <summary>
/// The topics of a run and the node's roles in them. Most are served as inferer; of each six the first in all roles,
/// alone with its inference, and the fourth as forecaster and reputer of others'.
/// </summary>
internal sealed class ServedTopics
{
    /// <summary>The chain takes less, so that all of it is the node's own doing.</summary>
    private const int StakeUallo = 25_000;

    /// <summary>
    /// Epochs from two minutes to half an hour, windows from 20 s to a minute. Losses come an epoch later and take an
    /// epoch: who reputes has one of the first.
    /// </summary>
    private static readonly (int Epoch, int Window)[] Shapes = [(24, 4), (60, 6), (60, 12), (120, 8), (360, 12)];

    private const int ShapesOfReputers = 3;

    public ServedTopics(int count, Random random)
    {
        OnChain = [.. Enumerable.Range(0, count).Select(index => NewTopic(index, random))];
        OfNode = [.. OnChain.Select(topic => Serve(topic.Id, RolesIn(topic.Id)))];
        Roles = OnChain.SelectMany(topic => RolesIn(topic.Id).Select(role => (topic.Id.Value, role))).ToHashSet();
    }

    public IReadOnlyList<Devnet.TopicOptions> OnChain { get; }

    public IReadOnlyList<Node.TopicOptions> OfNode { get; }

    /// <summary>One for each kind of duty; a forecast beside an inference is none of its own.</summary>
    public IReadOnlySet<(ulong Topic, ActorRole Role)> Roles { get; }

    private static ActorRole[] RolesIn(TopicId topic) => (topic.Value % 6) switch
    {
        1 => [ActorRole.Inferer, ActorRole.Forecaster, ActorRole.Reputer],
        4 => [ActorRole.Forecaster, ActorRole.Reputer],
        _ => [ActorRole.Inferer],
    };

    private static Devnet.TopicOptions NewTopic(int index, Random random)
    {
        var id = new TopicId((ulong)index + 1);
        var roles = RolesIn(id);
        var (epoch, window) = Shapes[random.Next(
            roles.Contains(ActorRole.Reputer) ? ShapesOfReputers : Shapes.Length)];
        return new Devnet.TopicOptions
        {
            Id = id,
            EpochLength = epoch,
            WorkerWindow = window,
            GroundTruthLag = epoch,
            FirstOpening = 20 + random.Next(epoch),
            AllowsNegative = true,
            Competitors = roles.Contains(ActorRole.Inferer) ? null : new Competitors(3, Score: 0),
        };
    }

    private static Node.TopicOptions Serve(TopicId topic, ActorRole[] roles)
    {
        return new Node.TopicOptions
        {
            Topic = topic,
            Inference = At(ActorRole.Inferer, "inference"),
            Forecast = At(ActorRole.Forecaster, "forecast"),
            GroundTruth = At(ActorRole.Reputer, "truth"),
            MinStakeUallo = StakeUallo,
        };

        HttpEntrypointOptions? At(ActorRole role, string path) => roles.Contains(role)
            ? new HttpEntrypointOptions { UrlTemplate = ModelNetwork.UrlTemplate(path) }
            : null;
    }
}
