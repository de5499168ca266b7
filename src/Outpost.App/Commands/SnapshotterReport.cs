using System.Text.Encodings.Web;
using System.Text.Json;
using Outpost.Consensus.Snapshotters;

namespace Outpost.App.Commands;

/// <summary>Shows snapshotters, as lines or as JSON.</summary>
/// <param name="store">Where they are, as people call it.</param>
internal sealed class SnapshotterReport(TextWriter output, bool asJson, string store)
{
    private static readonly JsonSerializerOptions Json =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="uuid">Its instance id when it is new: nobody can show it later.</param>
    /// <param name="projects">What it is registered for; null when that was not asked for.</param>
    public void One(
        string title, Snapshotter snapshotter, string? uuid = null, IReadOnlyList<string>? projects = null)
    {
        if (asJson)
        {
            output.WriteLine(JsonSerializer.Serialize(Form(snapshotter, uuid, projects), Json));
            return;
        }

        output.WriteLine(title);
        output.WriteLine($"  alias       {snapshotter.Alias}");
        foreach (var (what, text) in ((string, string)[])[("name ", snapshotter.Name), ("email", snapshotter.Email)])
        {
            if (text.Length > 0)
            {
                output.WriteLine($"  {what}       {text}");
            }
        }

        output.WriteLine($"  rate limit  {snapshotter.RateLimit}");
        output.WriteLine($"  active      {(snapshotter.IsActive ? "yes" : "no")}");
        if (snapshotter.Address is { } address)
        {
            output.WriteLine($"  address     {address}");
        }

        if (uuid is not null)
        {
            output.WriteLine($"  uuid        {uuid}   kept as a hash only: it is not shown again");
        }

        foreach (var project in projects ?? [])
        {
            output.WriteLine($"  project     {project}");
        }
    }

    public void All(IReadOnlyList<Snapshotter> snapshotters)
    {
        if (asJson)
        {
            output.WriteLine(JsonSerializer.Serialize(
                snapshotters.Select(snapshotter => Form(snapshotter, null, null)), Json));
            return;
        }

        var width = snapshotters.Select(snapshotter => snapshotter.Alias.Length).DefaultIfEmpty(0).Max();
        foreach (var snapshotter in snapshotters)
        {
            var state = snapshotter.IsActive ? "active  " : "inactive";
            output.WriteLine($"{snapshotter.Alias.PadRight(width)}  {state}  {snapshotter.RateLimit}");
        }

        output.WriteLine($"{snapshotters.Count} snapshotter{(snapshotters.Count == 1 ? "" : "s")} in {store}");
    }

    private static Dictionary<string, object?> Form(
        Snapshotter snapshotter, string? uuid, IReadOnlyList<string>? projects)
    {
        var form = new Dictionary<string, object?>
        {
            ["alias"] = snapshotter.Alias,
            ["name"] = snapshotter.Name,
            ["email"] = snapshotter.Email,
            ["rate_limit"] = snapshotter.RateLimit,
            ["active"] = snapshotter.IsActive ? "active" : "inactive",
            ["address"] = snapshotter.Address,
            ["added"] = snapshotter.AddedAt.ToUnixTimeSeconds(),
        };
        if (uuid is not null)
        {
            form["uuid"] = uuid;
        }

        if (projects is not null)
        {
            form["projects"] = projects;
        }

        return form;
    }
}
