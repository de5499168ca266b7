using Microsoft.Extensions.Logging;
using Outpost.Chains.Allora;
using Outpost.Chains.Keys;
using Outpost.Node.Blocks;
using Outpost.Node.Compute;
using Outpost.Node.Duties;
using Outpost.Node.Journal;
using Outpost.Node.Losses;
using Outpost.Node.Roles;
using Outpost.Node.Windows;

namespace Outpost.Node;

/// <summary>All topics of a node: for each a worker's watch, a reputer's, or both.</summary>
internal sealed class Watches : IDisposable
{
    private readonly Dictionary<TopicId, TopicWatch> _workers = [];
    private readonly Dictionary<TopicId, ReputerWatch> _reputers = [];
    private readonly List<LossService> _services = [];

    /// <param name="roomsOf">Each watch draws from its own chance: a Random is not for several threads.</param>
    public Watches(
        NodeOptions options, AccountKey key, NodeSurroundings around, Entrypoints entrypoints, ReadinessRooms rooms,
        TopicReadiness readiness, Func<Random, WatchRooms> roomsOf, HttpMessageInvoker models)
    {
        foreach (var topic in options.Topics)
        {
            if (topic.Inference is not null || topic.Forecast is not null)
            {
                var chance = new Random(around.Random.Next());
                var work = new WorkerWork(
                    Ladder(topic.Inference, AnswerKind.Inference, chance),
                    Ladder(topic.Forecast, AnswerKind.Forecast, chance), rooms.Allora, key, around.Time);
                _workers[topic.Topic] = new TopicWatch(
                    topic.Topic, work, readiness, roomsOf(chance), around.Loggers.CreateLogger<TopicWatch>());
            }

            if (topic.GroundTruth is not null)
            {
                var chance = new Random(around.Random.Next());
                var own = Ladder(topic.Loss, AnswerKind.Loss, chance) is { } ladder
                    ? Kept(new LossService(topic.Topic, ladder))
                    : null;
                var losses = new LossSource(
                    topic.Losses, own ?? Service(topic.Losses.Service), own ?? Service(topic.Losses.LabeledService));
                var work = new ReputerWork(
                    Ladder(topic.GroundTruth, AnswerKind.GroundTruth, chance)!, losses, rooms.Allora, key, around.Time);
                _reputers[topic.Topic] = new ReputerWatch(
                    topic.Topic, work,
                    new ReputerReadiness(key.Address, options.Lane.FeeGranter, topic.MinStakeUallo, losses, rooms),
                    isShown: !_workers.ContainsKey(topic.Topic), roomsOf(chance),
                    around.Loggers.CreateLogger<ReputerWatch>());
            }
        }

        EntrypointLadder? Ladder(EntrypointOptions? entrypoint, AnswerKind kind, Random chance) => entrypoint is null
            ? null
            : entrypoints.Ladder(entrypoint, kind, new Random(chance.Next()));

        LossService? Service(LossServiceOptions? service) => service is null
            ? null
            : Kept(new LossService(service, models, around.Time, around.Loggers.CreateLogger<LossService>()));
    }

    private LossService Kept(LossService made)
    {
        _services.Add(made);
        return made;
    }

    /// <summary>Topics, however many roles they are served in.</summary>
    public int Count => _workers.Keys.Union(_reputers.Keys).Count();

    /// <summary>Hands an event to whom it concerns.</summary>
    public void Tell(AlloraEvent happened)
    {
        switch (happened)
        {
            case AlloraEvent.WorkerWindowOpened { Topic: var topic }:
                _workers.GetValueOrDefault(topic)?.Tell(happened);
                break;
            case AlloraEvent.WorkerWindowClosed { Topic: var topic }:
                _workers.GetValueOrDefault(topic)?.Tell(happened);
                break;
            case AlloraEvent.ReputerWindowOpened { Topic: var topic }:
                _reputers.GetValueOrDefault(topic)?.Tell(happened);
                break;
            case AlloraEvent.TopicStatusChanged { Topic: var topic }:
                _workers.GetValueOrDefault(topic)?.Tell(happened);
                _reputers.GetValueOrDefault(topic)?.Tell(happened);
                break;
        }
    }

    /// <summary>Events were perhaps left out until now.</summary>
    public void Doubt(bool hasEvents)
    {
        foreach (var watch in _workers.Values)
        {
            watch.Doubt(hasEvents);
        }

        foreach (var watch in _reputers.Values)
        {
            watch.Doubt();
        }
    }

    /// <summary>One loop for each watch, beginning with what an earlier run left open.</summary>
    public Task[] Run(DutyJournal journal, BlockClock clock, CancellationToken stop)
    {
        var unfinished = journal.Unfinished().ToLookup(
            record => (record.Duty.Id.Topic, IsReputer: record.Duty.Id.Role == Role.Reputer));
        return
        [
            .. _workers.Values.Select(watch => watch.RunAsync(
                unfinished[(watch.Topic, false)], journal.NewestNonces(watch.Role, watch.Topic, clock.Head, 2), stop)),
            .. _reputers.Values.Select(watch => watch.RunAsync(
                unfinished[(watch.Topic, true)],
                journal.NewestNonces(Role.Reputer, watch.Topic, clock.Head, 1), stop)),
        ];
    }

    public void Dispose() => _services.ForEach(service => service.Dispose());
}
