using Microsoft.Extensions.Logging;
using Outpost.Chains;
using Outpost.Chains.Allora;
using Outpost.Node.Duties;
using Outpost.Node.Status;

namespace Outpost.Node.Windows;

/// <summary>What keeps a topic from being served.</summary>
/// <param name="Reason">Why windows are missed meanwhile; null: they are none that this node could serve.</param>
/// <param name="Line">For people: what is missing and what to do.</param>
internal sealed record Obstacle(Reason? Reason, string Line);

/// <summary>Whether a topic can be served: said once in the log, and shown on the board between its windows.</summary>
internal sealed partial class TopicStanding(TopicId topic, StatusBoard board, ILogger logger)
{
    /// <summary>Null when nothing stands in the way.</summary>
    public Obstacle? Obstacle { get; private set; }

    public void Change(Obstacle? obstacle)
    {
        var before = Obstacle?.Line;
        Obstacle = obstacle;
        if (obstacle?.Line == before)
        {
            return;
        }

        if (obstacle is not null)
        {
            Blocked(topic, obstacle.Line);
        }
        else
        {
            Unblocked(topic);
        }
    }

    /// <summary>No window is open.</summary>
    /// <param name="isKnown">False before the chain has told of the topic for the first time.</param>
    /// <param name="opensAt">The next nonce; null while the chain is being asked for it.</param>
    public void Show(bool isKnown, Height? opensAt)
    {
        if (Obstacle is { Line: var line })
        {
            board.Blocked(topic, line);
        }
        else if (isKnown)
        {
            board.Waiting(topic, opensAt);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Topic {Topic} waits: {Line}")]
    private partial void Blocked(TopicId topic, string line);

    [LoggerMessage(Level = LogLevel.Information, Message = "Topic {Topic} is ready")]
    private partial void Unblocked(TopicId topic);
}
