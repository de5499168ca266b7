using Outpost.Node.Snapshots;
using Outpost.Sdk.Snapshots;

namespace Outpost.Node.Reading;

/// <summary>A range of a stream in one of the units, both ends included; empty when it ends before it begins.</summary>
/// <param name="Before">The end of the last epoch before a value of the unit.</param>
internal sealed record SeriesRange(long From, long To, Func<long, long> Before)
{
    // What is shown when nobody says from where.
    private const int UsualEpochs = 100;

    /// <summary>What a query asks for, with what it leaves out.</summary>
    /// <param name="newest">The newest epoch of the stream; ranges end with it.</param>
    public static SeriesRange Of(SeriesQuery query, Epoch newest, EpochScale scale, SnapshotStore store)
    {
        var (last, usual, before) = query.Unit switch
        {
            SeriesUnit.Epoch => (
                scale.NumberOf(newest), UsualEpochs, value => scale.EndOf(value - 1, newest.Size)),
            SeriesUnit.Block => (newest.End, UsualEpochs * newest.Size, (Func<long, long>)(value => value - 1)),
            _ => (
                store.Series.NewestTime() ?? 0,
                (long)(UsualEpochs * newest.Size * scale.BlockTime.TotalSeconds), store.Series.EndBefore),
        };
        var to = Math.Max(0, Math.Min(query.To ?? last, last));
        return new SeriesRange(query.From ?? Math.Max(0, to - usual + 1), to, before);
    }
}
