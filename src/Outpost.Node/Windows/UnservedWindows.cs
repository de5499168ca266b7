using Outpost.Node.Duties;

namespace Outpost.Node.Windows;

/// <summary>Gives a window that passed without a duty its record: what stood in the way of its topic.</summary>
internal sealed class UnservedWindows(TopicStanding standing, WatchRooms rooms)
{
    public void Record(Duty duty)
    {
        if (rooms.Blackouts.During(duty.OpensAt, duty.ClosesAt) is { } silence)
        {
            rooms.Runner.Pass(duty, new Outcome.Missed(Reason.ChainUnreachable, silence));
        }
        else if (standing.Obstacle is not var (reason, line))
        {
            rooms.Runner.Pass(duty, new Outcome.Missed(Reason.SeenTooLate,
                $"the window was over at block {duty.ClosesAt}, and the chain is at {rooms.Clock.Head}"));
        }
        else if (reason is not null)
        {
            rooms.Runner.Pass(duty, new Outcome.Missed(reason, line));
        }
    }
}
