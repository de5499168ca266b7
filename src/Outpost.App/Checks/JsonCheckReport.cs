using System.Text.Json;
using System.Text.Json.Nodes;
using Outpost.App.Settings;

namespace Outpost.App.Checks;

/// <summary>A check as one JSON object for a script.</summary>
internal sealed class JsonCheckReport(TextWriter output) : ICheckReport
{
    private static readonly JsonSerializerOptions Options = new()
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly JsonObject _report = [];
    private readonly JsonArray _findings = [];

    public void Wrong(IReadOnlyList<string> problems)
    {
        _report["ok"] = false;
        _report["problems"] = new JsonArray([.. problems.Select(problem => (JsonNode)problem)]);
        output.WriteLine(_report.ToJsonString(Options));
    }

    public void Understood(Configuration configuration, Account? account)
    {
        _report["file"] = configuration.File;
        _report["format"] = configuration.Format.ToString();
        _report["chainId"] = configuration.Node.Chain.ChainId;
        _report["address"] = account?.Address;
        _report["endpoints"] = new JsonArray(
            [.. configuration.Node.Chain.Endpoints.Select(endpoint => (JsonNode)Understanding.Endpoint(endpoint))]);
        _report["topics"] = new JsonArray(
            [.. configuration.Node.Topics.Select(topic => (JsonNode)topic.Topic.Value)]);
        _report["roles"] = new JsonObject(configuration.Node.Topics.Select(topic => KeyValuePair.Create(
            topic.Topic.ToString(),
            (JsonNode?)new JsonArray([.. Understanding.Roles(topic).Select(role => (JsonNode)role)]))));
        if (configuration.Consensus is { } consensus)
        {
            _report["consensus"] = ConsensusUnderstanding.Json(consensus);
        }

        _report["notes"] = new JsonArray([.. configuration.Notes.Select(note => (JsonNode)new JsonObject
        {
            ["kind"] = note.Kind.ToString().ToLowerInvariant(),
            ["path"] = note.Path,
            ["text"] = note.Text,
        })]);
        if (account?.Problem is { } problem)
        {
            Found(new Finding(Grade.Warn, "account", problem));
        }
    }

    public void Found(Finding finding) => _findings.Add(new JsonObject
    {
        ["grade"] = finding.Grade.ToString().ToLowerInvariant(),
        ["subject"] = finding.Subject,
        ["text"] = finding.Text,
        ["fix"] = finding.Fix,
    });

    public void End(bool failed)
    {
        _report["findings"] = _findings;
        _report["ok"] = !failed;
        output.WriteLine(_report.ToJsonString(Options));
    }
}
