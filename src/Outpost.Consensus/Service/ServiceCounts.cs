using System.Globalization;
using System.Text;
using Outpost.Consensus.Contract;
using Outpost.Consensus.Rounds;
using Outpost.Consensus.Snapshotters;
using Outpost.Consensus.Store;

namespace Outpost.Consensus.Service;

/// <summary>GET /prometheus: what was written since the start, in Prometheus' text format (0.0.4).</summary>
internal sealed class ServiceCounts(
    EpochLedger epochs, SnapshotterDirectory directory, RoundWriter writer)
{
    private readonly long[] _votes = new long[Enum.GetValues<Standing>().Length + 1];
    private long _equivocations;
    private long _opened;
    private long _finalized;
    private long _indeterminate;
    private long _released;
    private long _invalidated;
    private long _recorded;
    private long _pruned;

    /// <summary>Counts what was written; only the writer calls.</summary>
    public void Hear(IReadOnlyList<Change> changes)
    {
        foreach (var change in changes)
        {
            switch (change)
            {
                case Change.Voted vote:
                    _votes[(int)vote.Standing]++;
                    break;
                case Change.Equivocated:
                    _equivocations++;
                    break;
                case Change.RoundOpened:
                    _opened++;
                    break;
                case Change.Decided { Decision.Verdict: Verdict.Finalized }:
                    _finalized++;
                    break;
                case Change.Decided:
                    _indeterminate++;
                    break;
                case Change.EpochReleased:
                    _released++;
                    break;
                case Change.EpochInvalidated:
                    _invalidated++;
                    break;
                case Change.VotesPruned:
                    _pruned++;
                    break;
                case Change.Recorded:
                    _recorded++;
                    break;
            }
        }
    }

    public Answer Answer(int eventReaders)
    {
        var text = new StringBuilder();
        Metric(text, "votes_total", "counter", "First votes, by what they were worth.",
            [
                .. Enum.GetValues<Standing>()
                    .Select(standing => ($"{{standing=\"{Label(standing)}\"}}", _votes[(int)standing])),
            ]);
        Metric(text, "equivocations_total", "counter", "Votes for another CID by one who had voted.",
            ("", _equivocations));
        Metric(text, "rounds_opened_total", "counter", "Windows that began.", ("", _opened));
        Metric(text, "verdicts_total", "counter", "Rounds that came to a verdict.",
            ("{outcome=\"finalized\"}", _finalized), ("{outcome=\"indeterminate\"}", _indeterminate));
        Metric(text, "records_total", "counter", "Signed records of verdicts.", ("", _recorded));
        Metric(text, "epochs_released_total", "counter", "Epochs that take snapshots.", ("", _released));
        Metric(text, "epochs_invalidated_total", "counter", "Epochs whose blocks a chain has left.",
            ("", _invalidated));
        Metric(text, "last_epoch_end", "gauge", "The last block of the newest epoch.",
            [.. epochs.Streams.Where(stream => epochs.Last(stream) is not null).Select(stream =>
                ($"{{chain=\"{stream.ChainId}\",size=\"{stream.Size}\"}}", epochs.Last(stream)!.Epoch.End))]);
        Metric(text, "snapshotters", "gauge", "Those who may vote.",
            ("", directory.All.Count(member => member.Snapshotter.IsActive)));
        Metric(text, "rounds_held", "gauge", "Rounds in memory.", ("", writer.RoundsHeld));
        Metric(text, "pruned_rounds_total", "counter", "Rounds whose votes were removed for their age.", ("", _pruned));
        Metric(text, "event_readers", "gauge", "Who listens to /events.", ("", eventReaders));
        return new Answer(200, Encoding.UTF8.GetBytes(text.ToString()))
        {
            ContentType = "text/plain; version=0.0.4; charset=utf-8",
        };
    }

    private static void Metric(
        StringBuilder text, string name, string type, string help, params (string Labels, long Value)[] values)
    {
        text.Append(CultureInfo.InvariantCulture, $"# HELP outpost_consensus_{name} {help}\n");
        text.Append(CultureInfo.InvariantCulture, $"# TYPE outpost_consensus_{name} {type}\n");
        foreach (var (labels, value) in values)
        {
            text.Append(CultureInfo.InvariantCulture, $"outpost_consensus_{name}{labels} {value}\n");
        }
    }

    private static string Label(Standing standing) => standing switch
    {
        Standing.Counted => "counted",
        Standing.AfterVerdict => "after_verdict",
        Standing.Late => "late",
        _ => "not_eligible",
    };
}
