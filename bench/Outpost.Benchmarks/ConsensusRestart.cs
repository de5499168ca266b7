namespace Outpost.Benchmarks;

/// <summary>
/// From starting the consensus service again, after a kill -9 with hundreds of thousands of votes in its store, to the
/// first vote that it acknowledges.
/// </summary>
internal static class ConsensusRestart
{
    private const int Epochs = 200;
    private const int Starts = 7;
    private const double MostMilliseconds = 1000;

    internal static async Task<IReadOnlyList<Figure>> MeasureAsync(CancellationToken cancellationToken)
    {
        var votes = ConsensusSubmissions.Votes(Epochs);
        using var place = await ConsensusSubmissions.PlaceAsync(votes, cancellationToken);
        var load = new SubmissionLoad(place.Endpoint, votes);
        await load.SingleAsync((Epochs - 1) * votes.PerEpoch, 16, 16, cancellationToken);
        var times = new List<double>();
        for (var start = 0; start < Starts; start++)
        {
            await place.Program.KillAsync(cancellationToken);
            var begun = TimeProvider.System.GetTimestamp();
            await place.StartAsync(cancellationToken);
            load.MoveTo(place.Endpoint);
            await load.SingleAsync(1, 1, 1, cancellationToken);
            times.Add(TimeProvider.System.GetElapsedTime(begun).TotalMilliseconds);
        }

        var samples = new Samples(times);
        Console.Error.WriteLine(
            $"{(Epochs - 1) * votes.PerEpoch} votes in the store; median {samples.Median:F0}, "
            + $"max {samples.Percentile(1):F0} ms");
        return
        [
            Figure.AtMost(
                MostMilliseconds, "consensus-restart", samples.Median, "ms from start to a vote on disk, median"),
        ];
    }
}
