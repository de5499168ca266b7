using System.Text.Json;
using Outpost.Consensus.Contract;
using Outpost.Consensus.Snapshotters;

namespace Outpost.Consensus.Service;

/// <summary>The fields of a reported issue.</summary>
internal static class IssueForm
{
    private static readonly string[] Severities = ["HIGH", "MEDIUM", "LOW", "CLEARED"];

    private static readonly string[] Kept =
        ["namespace", "severity", "issueType", "projectID", "epochs", "noOfEpochsBehind", "extra", "serviceName"];

    public static void Check(JsonElement issue, Faults faults)
    {
        foreach (var name in (string[])["severity", "issueType", "projectID", "serviceName"])
        {
            if (!issue.TryGetProperty(name, out var text))
            {
                faults.Add("field required", "value_error.missing", "body", name);
            }
            else if (text.ValueKind != JsonValueKind.String)
            {
                faults.Add("str type expected", "type_error.str", "body", name);
            }
            else if (name == "severity" && !Severities.Contains(text.GetString()))
            {
                faults.Add("value is not a valid enumeration member; permitted: 'HIGH', 'MEDIUM', 'LOW', 'CLEARED'",
                    "type_error.enum", ("enum_values", Severities), "body", name);
            }
        }

        Optional(issue, "namespace", JsonValueKind.String, "str type expected", "type_error.str", faults);
        Optional(issue, "extra", JsonValueKind.Object, "value is not a valid dict", "type_error.dict", faults);
        Optional(issue, "epochs", JsonValueKind.Array, "value is not a valid list", "type_error.list", faults);
        Optional(issue, "noOfEpochsBehind", JsonValueKind.Number, "value is not a valid integer", "type_error.integer",
            faults);
        if (issue.TryGetProperty("epochs", out var epochs) && epochs.ValueKind == JsonValueKind.Array)
        {
            foreach (var (i, epoch) in epochs.EnumerateArray().Index())
            {
                if (epoch.ValueKind != JsonValueKind.Number || !epoch.TryGetInt64(out _))
                {
                    faults.Add("value is not a valid integer", "type_error.integer", "body", "epochs", i);
                }
            }
        }
    }

    /// <summary>
    /// As it is kept and shown: without the instance id, with the alias and the time of this service.
    /// </summary>
    public static void Write(Utf8JsonWriter json, JsonElement issue, Snapshotter snapshotter, DateTimeOffset now)
    {
        json.WriteStartObject();
        foreach (var name in Kept)
        {
            if (issue.TryGetProperty(name, out var value))
            {
                json.WritePropertyName(name);
                value.WriteTo(json);
            }
        }

        json.WriteNumber("timeOfReporting", now.ToUnixTimeSeconds());
        json.WriteString("alias", snapshotter.Alias);
        json.WriteEndObject();
    }

    private static void Optional(
        JsonElement issue, string name, JsonValueKind kind, string message, string type, Faults faults)
    {
        if (issue.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null
            && value.ValueKind != kind)
        {
            faults.Add(message, type, "body", name);
        }
    }
}
