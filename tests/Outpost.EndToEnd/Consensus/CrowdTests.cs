using System.Collections.Concurrent;
using System.Text.Json;
using Outpost.EndToEnd.Processes;

namespace Outpost.EndToEnd.Consensus;

/// <summary>
/// Fifty snapshotters on forty projects for a hundred epochs, some of them wrong, late, dead, or voting twice, as a seed
/// has it. What the service answers to every vote, and what it shows of every round, has to be what the model says.
/// </summary>
public sealed class CrowdTests(ITestOutputHelper output)
{
    private const int Seed = 20_261_122;
    private const int Snapshotters = 50;
    private const int Projects = 40;
    private const int Epochs = 100;
    private const int MinSnapshotterCount = 4;
    private const int Percentage = 66;

    /// <summary>A round's votes in time come in two requests one right after the other: this is ages between them.</summary>
    private const string Window = "15s";

    private const int Callers = 4;
    private const int RoundsInRequest = 20;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static readonly string[] Instances =
        [.. Enumerable.Range(1, Snapshotters).Select(number => $"c0de0000-0000-4000-8000-{number:d12}")];

    private static readonly string[] ProjectNames =
        [.. Enumerable.Range(1, Projects).Select(number => $"crowd_pairContract_{number:d4}")];

    private readonly ConcurrentQueue<string> _faults = [];

    private sealed record Case(CrowdRound Round, CrowdModel Model);

    [Fact]
    public async Task Every_verdict_is_what_an_independent_model_of_the_rule_says()
    {
        var stop = TestContext.Current.CancellationToken;
        var chance = new Random(Seed);
        var cases = Enumerable.Range(1, Epochs).SelectMany(epoch => ProjectNames, (epoch, project) =>
        {
            var round = CrowdRound.Draw(project, epoch, Snapshotters, chance);
            return new Case(round, new CrowdModel(round, Snapshotters, MinSnapshotterCount, Percentage));
        }).ToArray();
        using var place = await ConsensusPlace.CreateAsync(
            Instances, TimeSpan.FromMilliseconds(50), Window, stop, MinSnapshotterCount);
        await place.StartAsync(stop);
        await place.RegisterAsync(Instances, ProjectNames, stop);
        using var calls = new CrowdCalls(place.Endpoint, Instances);
        var begun = TimeProvider.System.GetTimestamp();

        await ForEachAsync(cases.Chunk(RoundsInRequest), chunk => VoteInTimeAsync(calls, chunk, stop), stop);
        await ForEachAsync(cases.Where(one => one.Model.IsOpened), one => WaitForEndAsync(calls, one, stop), stop);
        await ForEachAsync(cases.Chunk(RoundsInRequest), chunk => VoteAsync(
            calls, chunk, one => one.Round.Late, one => one.Round.Late.Select(_ => one.Model.LateAnswer), stop), stop);
        var took = TimeProvider.System.GetElapsedTime(begun);
        await ForEachAsync(ProjectNames, project => CompareStatesAsync(
            calls, project, [.. cases.Where(one => one.Round.Project == project)], stop), stop);
        await ForEachAsync(cases, one => CompareRowsAsync(calls, one, stop), stop);

        var finalized = cases.Count(one => one.Model.Cid is not null);
        var opened = cases.Count(one => one.Model.IsOpened);
        output.WriteLine(
            $"seed {Seed}: {cases.Sum(one => one.Round.Early.Count + one.Round.Late.Count)} votes in {took.TotalSeconds:F0} s, "
            + $"{cases.Sum(one => one.Round.Late.Count)} of them late, {cases.Sum(one => one.Model.Equivocations)} equivocations; "
            + $"{cases.Length} rounds: {finalized} finalized, {opened - finalized} indeterminate, {cases.Length - opened} without "
            + $"a vote; {_faults.Count} faults");
        Assert.True(_faults.IsEmpty, string.Join('\n', _faults.Take(20)));
        Assert.True(finalized > cases.Length / 2 && opened - finalized > cases.Length / 20);
    }

    private static Task ForEachAsync<T>(IEnumerable<T> all, Func<T, Task> act, CancellationToken stop) =>
        Parallel.ForEachAsync(
            all, new ParallelOptions { MaxDegreeOfParallelism = Callers, CancellationToken = stop },
            async (one, _) => await act(one));

    /// <summary>The votes of each round in two requests, so that some rounds are open between them.</summary>
    private async Task VoteInTimeAsync(CrowdCalls calls, Case[] cases, CancellationToken stop)
    {
        await calls.WaitForEpochAsync(cases.Max(one => one.Round.Epoch), Patience, stop);
        await VoteAsync(
            calls, cases, one => one.Round.Early.Take(Half(one)), one => one.Model.EarlyAnswers.Take(Half(one)), stop);
        await VoteAsync(
            calls, cases, one => one.Round.Early.Skip(Half(one)), one => one.Model.EarlyAnswers.Skip(Half(one)), stop);
    }

    private static int Half(Case one) => one.Round.Early.Count / 2;

    private async Task VoteAsync(
        CrowdCalls calls, Case[] cases, Func<Case, IEnumerable<CrowdVote>> votes, Func<Case, IEnumerable<string>> answers,
        CancellationToken stop)
    {
        var told = await calls.SubmitAsync(
            cases.SelectMany(one => votes(one).Select(vote => calls.VoteOf(one.Round, vote))), stop);
        var expected = cases.SelectMany(one => answers(one).Select(answer => (one.Round, answer))).ToList();
        if (told.Count != expected.Count)
        {
            _faults.Enqueue($"{expected.Count} votes had {told.Count} answers");
        }

        foreach (var (answer, (round, due)) in told.Zip(expected).Where(pair => pair.First != pair.Second.answer))
        {
            _faults.Enqueue($"{round.Project} {round.Epoch}: answered {answer}, not {due}");
        }
    }

    /// <summary>Until the service itself says that a vote would be late.</summary>
    private static async Task WaitForEndAsync(CrowdCalls calls, Case one, CancellationToken stop)
    {
        var begun = TimeProvider.System.GetTimestamp();
        while (!(await calls.ConfirmAsync(one.Round, one.Round.Early[0], stop))
            .Contains("\"delayedSubmission\":true", StringComparison.Ordinal))
        {
            Assert.True(
                TimeProvider.System.GetElapsedTime(begun) < Patience,
                $"The window of {one.Round.Project} {one.Round.Epoch} does not end.");
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, stop);
        }
    }

    private async Task CompareStatesAsync(CrowdCalls calls, string project, Case[] cases, CancellationToken stop)
    {
        var expected = $"{{{string.Join(',', cases.Select(one => $"\"{one.Round.Epoch}\":{one.Model.State}"))}}}";
        var told = await calls.StatesAsync(project, cases.Select(one => one.Round.Epoch), stop);
        if (told != expected)
        {
            _faults.Enqueue($"{project}: epochStatus says {told}, not {expected}");
        }

        var finalized = await calls.FinalizedAsync(project, Epochs, stop);
        if (!finalized.SetEquals(cases.Where(one => one.Model.Cid is not null).Select(one => one.Round.Epoch)))
        {
            _faults.Enqueue($"{project}: finalized are {string.Join(' ', finalized.Order())}");
        }
    }

    private async Task CompareRowsAsync(CrowdCalls calls, Case one, CancellationToken stop)
    {
        var (round, model) = one;
        var told = await calls.GetAsync($"/metrics/{round.Project}/{round.Epoch}/submissionStatus", stop);
        var shown = told.ValueKind != JsonValueKind.Array ? [] : told.EnumerateArray().Select(row => CrowdModel.Row(
            row.GetProperty("snapshotterName").GetString()!, row.GetProperty("snapshotCID").GetString()!,
            row.GetProperty("submissionStatus").GetString()!, row.GetProperty("standing").GetString()!,
            row.TryGetProperty("isCorrect", out var isCorrect) ? isCorrect.GetBoolean() : null,
            row.GetProperty("equivocations").EnumerateArray().Select(cid => cid.GetString()!)));
        foreach (var (row, due) in shown.Order(StringComparer.Ordinal).Zip(model.Rows.Order(StringComparer.Ordinal))
            .Where(pair => pair.First != pair.Second))
        {
            _faults.Enqueue($"{round.Project} {round.Epoch}: shown as {row}, not {due}");
        }

        if (shown.Count() != model.Rows.Count())
        {
            _faults.Enqueue($"{round.Project} {round.Epoch}: {shown.Count()} voters are shown, not {model.Rows.Count()}");
        }
    }
}
