using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Outpost.App.Checks;

namespace Outpost.App.Commands;

/// <summary>Trials for a person, a few lines each; or all of them as one JSON object.</summary>
internal sealed class TryReport(TextWriter output, bool asJson)
{
    private static readonly JsonSerializerOptions Format = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly JsonArray _trials = [];
    private bool _isGood = true;

    public void Add(Trial trial, IEnumerable<Finding> findings, bool isFallback)
    {
        List<Finding> all = [.. findings];
        _isGood &= all.TrueForAll(finding => finding.Grade != Grade.Fail);
        if (asJson)
        {
            _trials.Add(Plain(trial, all, isFallback));
            return;
        }

        output.WriteLine($"{trial.Question}{(isFallback ? ", its fallback" : "")}");
        Line("sent", trial.Request);
        Line("answer", trial.Reply.Value?.ToString() ?? "none");
        Line("took", $"{trial.Took.TotalMilliseconds:0} ms");
        foreach (var finding in all)
        {
            Line(finding.Grade.ToString().ToLowerInvariant(),
                $"{finding.Subject}: {finding.Text}{(finding.Fix is null ? "" : $" → {finding.Fix}")}");
        }
    }

    /// <summary>True when every answer was good.</summary>
    public bool End()
    {
        if (asJson)
        {
            output.WriteLine(new JsonObject { ["ok"] = _isGood, ["trials"] = _trials }.ToJsonString(Format));
        }

        return _isGood;
    }

    private static JsonObject Plain(Trial trial, IEnumerable<Finding> findings, bool isFallback) => new()
    {
        ["kind"] = trial.Question.Kind.ToString(),
        ["topic"] = trial.Question.Topic.Value,
        ["block"] = trial.Question.Nonce.Value,
        ["fallback"] = isFallback,
        ["sent"] = trial.Request,
        ["value"] = trial.Reply.Value is not { } value ? null : value.Scalar is { } scalar
            ? scalar.Text
            : JsonNode.Parse(value.ToString()),
        ["reason"] = trial.Reply.Problem?.Reason.Code,
        ["milliseconds"] = Math.Round(trial.Took.TotalMilliseconds, 3),
        ["checks"] = new JsonArray([.. findings.Select(finding => (JsonNode)new JsonObject
        {
            ["grade"] = finding.Grade.ToString().ToLowerInvariant(),
            ["subject"] = finding.Subject,
            ["text"] = finding.Text,
            ["fix"] = finding.Fix,
        })]),
    };

    private void Line(string subject, string text) => output.WriteLine($"  {subject,-8}{text}");
}
