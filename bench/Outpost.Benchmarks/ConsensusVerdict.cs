using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Outpost.EndToEnd.Processes;

namespace Outpost.Benchmarks;

/// <summary>
/// A round with 10,000 snapshotters: from before the deciding vote is sent to the answer that says "finalized", which
/// comes when vote and verdict are on disk. Several projects, a round in each.
/// </summary>
internal static class ConsensusVerdict
{
    private const int Snapshotters = 10_000;
    private const int Rounds = 5;
    private const double MostMilliseconds = 100;

    internal static async Task<IReadOnlyList<Figure>> MeasureAsync(CancellationToken cancellationToken)
    {
        var votes = new VotesToCast(
            [.. Enumerable.Range(1, Snapshotters).Select(number => $"6b1f0000-0000-4000-8000-{number:d12}")],
            [.. Enumerable.Range(1, Rounds).Select(number => $"verdict_pairContract_{number:d4}")],
            Epochs: 1);
        using var place = await ConsensusPlace.CreateAsync(
            votes.Snapshotters, TimeSpan.FromSeconds(3600), "600s", cancellationToken);
        await place.StartAsync(cancellationToken);
        await place.RegisterAsync(votes.Snapshotters, votes.Projects, cancellationToken);
        using var sockets = new SocketsHttpHandler();
        using var client = new HttpClient(sockets);
        var load = new SubmissionLoad(place.Endpoint, votes);
        var (deciding, times) = (new List<double>(), new List<double>());
        for (var round = 0; round < Rounds; round++)
        {
            // Nine in ten agree, and two thirds of all decide: somewhere in the 7334th vote's neighbourhood.
            const int Undecided = 7300;
            await load.SingleAsync(Undecided, 16, 16, cancellationToken);
            var vote = round * Snapshotters + Undecided;
            for (var isDecided = false; !isDecided; vote++)
            {
                var (took, isFinal) = await VoteAsync(client, place, votes.Body(vote), cancellationToken);
                (isFinal ? deciding : times).Add(took);
                isDecided = isFinal;
            }

            load.SkipTo((round + 1) * Snapshotters);
        }

        var (last, before) = (new Samples(deciding), new Samples(times));
        Console.Error.WriteLine(
            $"{last.Count} rounds decided: median {last.Median:F1}, max {last.Percentile(1):F1} ms; "
            + $"{before.Count} votes before: median {before.Median:F1} ms");
        return
        [
            Figure.AtMost(
                MostMilliseconds, "consensus-verdict", last.Percentile(1),
                $"ms, {Snapshotters} snapshotters, the slowest"),
        ];
    }

    private static async Task<(double Milliseconds, bool IsFinal)> VoteAsync(
        HttpClient client, ConsensusPlace place, string body, CancellationToken cancellationToken)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        var begun = TimeProvider.System.GetTimestamp();
        using var response = await client.PostAsync(
            new Uri($"http://{place.Endpoint}/submitSnapshot"), content, cancellationToken);
        var answer = await response.EnsureSuccessStatusCode().Content
            .ReadFromJsonAsync<JsonElement>(cancellationToken);
        var took = TimeProvider.System.GetElapsedTime(begun).TotalMilliseconds;
        return (took, answer.GetProperty("status").GetString() == "FINALIZED");
    }
}
