using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Outpost.Consensus.Contract;
using Outpost.Consensus.Rounds;
using Outpost.Consensus.Snapshotters;
using Outpost.Consensus.Store;

namespace Outpost.Consensus.Service;

/// <summary>GET /metrics/…: projects, their snapshotters and epochs, who submitted what, and reported issues.</summary>
internal sealed class MetricsRoutes(
    CallDesk desk, ProjectIndex projects, EpochLedger ledger, SnapshotterDirectory directory, IStoreReader store,
    SteadyClock clock)
{
    /// <summary>All paths, with names in braces.</summary>
    public static readonly IReadOnlyList<string> Paths =
    [
        "/metrics/projects", "/metrics/{project}/snapshotters", "/metrics/{project}/epochs",
        "/metrics/{alias}/issues", "/metrics/{project}/{epoch}/submissionStatus",
    ];

    private const long MostOnPage = 1000;

    /// <param name="parts">What follows /metrics/ in the path.</param>
    public async Task<Answer?> AnswerAsync(HttpContext http, string[] parts)
    {
        Func<HttpContext, Task<Answer>>? route = parts switch
        {
            ["projects"] => ProjectsAsync,
            [var project, "snapshotters"] => http => SnapshottersAsync(http, project),
            [var project, "epochs"] => http => EpochsAsync(http, project),
            [var alias, "issues"] => http => IssuesAsync(http, alias),
            [var project, var epoch, "submissionStatus"] => http => SubmissionsAsync(http, project, epoch),
            _ => null,
        };
        return route is null ? null : desk.Admit(http) ?? await route(http);
    }

    private async Task<Answer> ProjectsAsync(HttpContext http)
    {
        var all = await store.ProjectsAsync(http.RequestAborted);
        return List(all, (json, project) => json.WriteStringValue(project.Name));
    }

    private async Task<Answer> SnapshottersAsync(HttpContext http, string name)
    {
        if (await projects.FindAsync(name, http.RequestAborted) is not { } project)
        {
            return NoProject(name);
        }

        var aliases = await store.RegisteredAsync(project.Id, http.RequestAborted);
        return Answer.Write(200, json =>
        {
            json.WriteStartObject();
            json.WriteString("projectId", name);
            json.WriteStartArray("snapshotters");
            foreach (var alias in aliases)
            {
                json.WriteStringValue(alias);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    private async Task<Answer> EpochsAsync(HttpContext http, string name)
    {
        var faults = new Faults();
        var page = Query.Whole(http, "page", 1, 1, int.MaxValue, faults);
        var limit = (int)Query.Whole(http, "limit", 100, 1, MostOnPage, faults);
        if (!faults.IsEmpty)
        {
            return Answer.Invalid(faults);
        }

        if (await projects.FindAsync(name, http.RequestAborted) is not { } project)
        {
            return NoProject(name);
        }

        var all = ledger.Ascending(project.Stream);
        if (all.Length == 0)
        {
            return Answer.Message(404, $"No epochs found for project {name}.");
        }

        long[] ends = [.. all.Reverse().Skip((int)Math.Min((page - 1) * limit, all.Length)).Take(limit)
            .Select(epoch => epoch.Epoch.End)];
        var finalized = ends.Length == 0 ? new HashSet<long>()
            : await store.FinalizedAsync(project.Id, ends[^1], ends[0], http.RequestAborted);
        return Answer.Write(200, json =>
        {
            json.WriteStartObject();
            json.WriteNumber("total", all.Length);
            json.WriteString("next_page", page * limit < all.Length ? Link(name, page + 1, limit) : null);
            json.WriteString("prev_page", page > 1 ? Link(name, page - 1, limit) : null);
            json.WriteStartObject("data");
            json.WriteString("projectId", name);
            json.WriteStartArray("epochs");
            foreach (var end in ends)
            {
                json.WriteStartObject();
                json.WriteNumber("sourcechainEndheight", end);
                json.WriteBoolean("finalized", finalized.Contains(end));
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndObject();
        });
    }

    private async Task<Answer> IssuesAsync(HttpContext http, string alias)
    {
        var issues = directory.ByAlias(alias) is { } member
            ? await store.IssuesAsync(member.Snapshotter.Id, clock.Now - StoredIssue.Kept, http.RequestAborted)
            : [];
        return issues.Count == 0
            ? Answer.Message(404, $"No issues found for snapshotter {alias}.")
            : List(issues, (json, issue) => json.WriteRawValue(issue.Json, skipInputValidation: true));
    }

    private async Task<Answer> SubmissionsAsync(HttpContext http, string name, string epoch)
    {
        if (!long.TryParse(epoch, NumberStyles.None, CultureInfo.InvariantCulture, out var end))
        {
            var faults = new Faults();
            faults.Add("value is not a valid integer", "type_error.integer", "path", "epoch");
            return Answer.Invalid(faults);
        }

        var project = await projects.FindAsync(name, http.RequestAborted);
        var key = new RoundKey(project?.Id ?? -1, end);
        if (project is null || await store.RoundAsync(key, http.RequestAborted) is not { } round)
        {
            return Answer.Message(404, $"Submission schedule for project {name} and epoch {end} not found.");
        }

        if (round.IsPruned)
        {
            return Answer.Message(
                404, $"Submissions for project {name} and epoch {end} are removed, as all votes of that age are.");
        }

        var votes = await store.VotesAsync(key, http.RequestAborted);
        var again = votes.Where(vote => vote.Standing is null).ToLookup(vote => vote.Snapshotter);
        return votes.Count == 0
            ? Answer.Message(404, $"Submissions for project {name} and epoch {end} not found.")
            : List(votes.Where(vote => vote.Standing is not null), (json, vote) =>
                SubmissionForm.Write(json, vote, round, again[vote.Snapshotter]));
    }

    private static Answer NoProject(string name) => Answer.Message(404, $"Project {name} not found.");

    private static string Link(string project, long page, int limit) => string.Create(
        CultureInfo.InvariantCulture,
        $"/metrics/{Uri.EscapeDataString(project).Replace("%3A", ":", StringComparison.Ordinal)}/epochs"
        + $"?page={page}&limit={limit}");

    private static Answer List<T>(IEnumerable<T> all, Action<Utf8JsonWriter, T> write) => Answer.Write(200, json =>
    {
        json.WriteStartArray();
        foreach (var one in all)
        {
            write(json, one);
        }

        json.WriteEndArray();
    });
}
