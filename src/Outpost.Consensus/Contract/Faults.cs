using System.Text.Json;

namespace Outpost.Consensus.Contract;

/// <summary>
/// What is wrong with a request, in the form of the reference's validation: detail with loc, msg and type.
/// </summary>
internal sealed class Faults
{
    /// <summary>A request with more is not told of the rest.</summary>
    private const int Most = 20;

    private readonly record struct Fault(
        object[] Place, string Message, string Type, (string Name, object Value)? Context);

    private readonly List<Fault> _all = [];

    public bool IsEmpty => _all.Count == 0;

    /// <param name="place">"body" or "query", then names of fields and places in lists.</param>
    public void Add(string message, string type, params object[] place) => Add(message, type, null, place);

    public void Add(string message, string type, (string Name, object Value)? context, params object[] place)
    {
        if (_all.Count < Most)
        {
            _all.Add(new Fault(place, message, type, context));
        }
    }

    public static Faults NotJson(JsonException fault)
    {
        var faults = new Faults();
        faults.Add(
            $"Expecting value: line {fault.LineNumber + 1} column {fault.BytePositionInLine + 1}",
            "value_error.jsondecode", "body", fault.BytePositionInLine ?? 0);
        return faults;
    }

    /// <param name="isKnown">True when the caller is known without an instance id in the body.</param>
    public void Caller(in RequestFields fields, bool isKnown)
    {
        if (!fields.IsObject)
        {
            Add("value is not a valid dict", "type_error.dict", "body");
        }
        else if (!isKnown)
        {
            Text(fields.InstanceId, "instanceID");
        }
    }

    public void Text(in FieldText field, string name)
    {
        if (field.State is FieldState.Missing)
        {
            Add("field required", "value_error.missing", "body", name);
        }
        else if (field.State is FieldState.Null)
        {
            Add("none is not an allowed value", "type_error.none.not_allowed", "body", name);
        }
        else if (field.State is FieldState.Wrong)
        {
            Add("str type expected", "type_error.str", "body", name);
        }
    }

    public void ProjectId(in FieldText field, int maxBytes)
    {
        Text(field, "projectID");
        if (field.State is FieldState.Given && !field.IsName(maxBytes))
        {
            Add($"1 to {maxBytes} bytes without control characters", "value_error.project_id", "body", "projectID");
        }
    }

    public void Cid(in FieldText field, int maxBytes)
    {
        Text(field, "snapshotCID");
        if (field.State is FieldState.Given && !field.IsVisible(maxBytes))
        {
            Add($"1 to {maxBytes} visible ASCII characters", "value_error.cid", "body", "snapshotCID");
        }
    }

    public void Epoch(in EpochField field, params object[] place)
    {
        if (field.State is FieldState.Given)
        {
            Block(field.Begin, [.. place, "begin"]);
            Block(field.End, [.. place, "end"]);
        }
        else if (field.State is FieldState.Missing)
        {
            Add("field required", "value_error.missing", place);
        }
        else
        {
            Add("value is not a valid dict", "type_error.dict", place);
        }
    }

    public void Epochs(in RequestFields fields)
    {
        if (fields.AreEpochsWrong)
        {
            Add("value is not a valid list", "type_error.list", "body", "epochs");
        }
        else if (fields.Epochs!.Count > RequestFields.MostEpochs)
        {
            Add($"ensure this value has at most {RequestFields.MostEpochs} items", "value_error.list.max_items",
                ("limit_value", RequestFields.MostEpochs), "body", "epochs");
        }

        for (var i = 0; i < fields.Epochs!.Count; i++)
        {
            Epoch(fields.Epochs[i], "body", "epochs", i);
        }
    }

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteStartArray("detail");
        foreach (var (place, message, type, context) in _all)
        {
            json.WriteStartObject();
            json.WriteStartArray("loc");
            foreach (var part in place)
            {
                if (part is string name)
                {
                    json.WriteStringValue(name);
                }
                else
                {
                    json.WriteNumberValue(Convert.ToInt64(part, System.Globalization.CultureInfo.InvariantCulture));
                }
            }

            json.WriteEndArray();
            json.WriteString("msg", message);
            json.WriteString("type", type);
            if (context is { } more)
            {
                json.WriteStartObject("ctx");
                json.WritePropertyName(more.Name);
                JsonSerializer.Serialize(json, more.Value);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private void Block(BlockField field, object[] place)
    {
        if (field.State is FieldState.Missing)
        {
            Add("field required", "value_error.missing", place);
        }
        else if (field.State is FieldState.Null)
        {
            Add("none is not an allowed value", "type_error.none.not_allowed", place);
        }
        else if (field.State is FieldState.Wrong)
        {
            Add("value is not a valid integer", "type_error.integer", place);
        }
    }
}
