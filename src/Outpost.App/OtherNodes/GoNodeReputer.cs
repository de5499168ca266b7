using System.Text.Json;
using System.Text.Json.Nodes;
using Outpost.App.Settings;

namespace Outpost.App.OtherNodes;

/// <summary>
/// One entry of the Go node's reputer[]. Its first generation has one adapter, reputerEntrypointName, and one map of
/// parameters for all; later ones tell truth and loss apart.
/// </summary>
internal sealed class GoNodeReputer
{
    /// <summary>The endpoint of the first generation.</summary>
    private const string FirstEndpoint = "SourceOfTruthEndpoint";

    private readonly LooseObject _entry;
    private readonly GoAdapters _adapters;
    private readonly SettingsSource _source;
    private readonly GoParameters _truth;
    private readonly string _lossKey;

    public GoNodeReputer(LooseObject entry, GoAdapters adapters, SettingsSource source)
    {
        (_entry, _adapters, _source) = (entry, adapters, source);
        _truth = new GoParameters(entry, Key("groundTruthParameters"), source);
        _lossKey = Key("lossFunctionParameters");
    }

    /// <summary>Whether there is a truth to be asked for; says why, when there is none.</summary>
    public bool IsServed()
    {
        var isFirst = _entry["groundTruthEntrypointName"] is null && _entry["reputerEntrypointName"] is not null;
        var nameKey = isFirst ? "reputerEntrypointName" : "groundTruthEntrypointName";
        var isNamed = _adapters.IsNamed(_entry, nameKey);
        var (missing, what) = isNamed == false
            ? (_entry.At(nameKey), "is empty")
            : (_truth.At("GroundTruthEndpoint"), _truth.Has(TruthEndpoint) ? "" : "is missing");
        if (isNamed is not null && what.Length > 0)
        {
            _source.Note(
                NoteKind.Warning, missing, $"{what}: there is no truth to repute by, and this part is left out");
        }

        return isNamed == true && what.Length == 0;
    }

    /// <summary>The same in the native format, in which it stands at this path.</summary>
    public JsonObject Translate(string native)
    {
        var scalar = TruthEndpoint == FirstEndpoint ? FirstEndpoint : "GroundTruthEndpoint";
        var reputer = new JsonObject
        {
            ["truth"] = _truth.Entrypoint($"{native}.truth", scalar, "LabeledGroundTruthEndpoint"),
        };
        AddStake(reputer, native);
        AddLosses(reputer, native);
        return reputer;
    }

    private string Key(string key) => _entry[key] is null && _entry["parameters"] is not null ? "parameters" : key;

    private string TruthEndpoint => Array.Find(
        ["GroundTruthEndpoint", "LabeledGroundTruthEndpoint", FirstEndpoint], _truth.Has) ?? "GroundTruthEndpoint";

    private void AddStake(JsonObject reputer, string native)
    {
        _source.WrittenAs($"{native}.minStakeUallo", _entry.At("minStake"));
        reputer["minStakeUallo"] = LooseNumber.Of(_entry["minStake"]) ?? 0;
        if (_entry["minStake"] is null || LooseNumber.Value(_entry["minStake"]) == 0)
        {
            _source.Note(NoteKind.Warning, $"{native}.minStakeUallo",
                "is not set: no stake is added, as in the Go node, and the losses of a reputer with too little are "
                + "refused");
        }
    }

    private void AddLosses(JsonObject reputer, string native)
    {
        // A struct in Go, so its names match whatever their case.
        var losses = new LooseObject(_entry[_lossKey], _entry.At(_lossKey), ignoresCase: true);
        var options = new JsonObject();
        if (losses["LossMethodOptions"] is { ValueKind: JsonValueKind.Object } given)
        {
            foreach (var option in given.EnumerateObject().Where(one => one.Value.ValueKind != JsonValueKind.Null))
            {
                options[option.Name] = option.Value.ToString();
                _source.WrittenAs($"{native}.parameters.{option.Name}",
                    $"{losses.At("LossMethodOptions")}.{option.Name}");
            }
        }

        _source.WrittenAs($"{native}.parameters", losses.At("LossMethodOptions"));
        reputer["parameters"] = losses["LossMethodOptions"] is { ValueKind: not JsonValueKind.Object } odd
            ? JsonNode.Parse(odd.GetRawText())
            : options;
        var service = new JsonObject();
        var isServiceAsked = _adapters.IsNamed(_entry, "lossFunctionEntrypointName") == true;
        AddService("LossFunctionService", "url");
        AddService("LabeledLossFunctionService", "labeledUrl");
        _source.WrittenAs($"{native}.service.isNeverNegative", losses.At("IsNeverNegative"));
        var sign = losses["IsNeverNegative"];
        if (service.Count > 0)
        {
            service["isNeverNegative"] = sign is null ? null : JsonNode.Parse(sign.Value.GetRawText());
            reputer["service"] = service;
        }
        else if (sign is not null)
        {
            _source.Note(NoteKind.Ignored, losses.At("IsNeverNegative"), "has a meaning for a loss service only");
        }

        if (_lossKey != "parameters")
        {
            losses.NoteUnknown(_source);
        }

        void AddService(string key, string setting)
        {
            _source.WrittenAs($"{native}.service.{setting}", losses.At(key));
            if (losses[key] is not { } url || url.ToString().Trim().Length == 0)
            {
                return;
            }

            if (isServiceAsked)
            {
                service[setting] = JsonNode.Parse(url.GetRawText());
            }
            else
            {
                _source.Note(NoteKind.Ignored, losses.At(key),
                    "is not asked, since lossFunctionEntrypointName is empty");
            }
        }
    }
}
