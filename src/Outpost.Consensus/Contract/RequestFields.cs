using System.Text.Json;

namespace Outpost.Consensus.Contract;

/// <summary>
/// The fields of a request body, found in one pass and without a copy. What is missing or of the wrong kind is said
/// by <see cref="Faults"/>, as the reference's validation says it.
/// </summary>
internal ref struct RequestFields
{
    /// <summary>Deeper JSON is no request of ours.</summary>
    public const int MaxDepth = 16;

    /// <summary>Epochs in one question for the state of many.</summary>
    public const int MostEpochs = 1000;

    public RequestFields()
    {
    }

    public FieldText InstanceId { get; private set; }

    public FieldText ProjectId { get; private set; }

    public FieldText SnapshotCid { get; private set; }

    /// <summary>The signature over <see cref="Request"/>.</summary>
    public FieldText Signature { get; private set; }

    /// <summary>What was signed, as JSON; empty when it is not there.</summary>
    public ReadOnlySpan<byte> Request { get; private set; }

    /// <summary>True when the caller shows a signature instead of an instance id.</summary>
    public readonly bool IsSigned => Signature.State != FieldState.Missing && InstanceId.State == FieldState.Missing;

    public EpochField Epoch { get; private set; }

    /// <summary>Null when the key is not there.</summary>
    public List<EpochField>? Epochs { get; private set; }

    /// <summary>True when "epochs" is there and no list.</summary>
    public bool AreEpochsWrong { get; private set; }

    /// <summary>True when the body is an object.</summary>
    public bool IsObject { get; private set; }

    /// <summary>Reads one object; the reader stands on its first token, and then on its last.</summary>
    /// <exception cref="JsonException">It is no JSON, or too deep.</exception>
    public static RequestFields Read(scoped ref Utf8JsonReader reader, ReadOnlySpan<byte> json)
    {
        var fields = new RequestFields();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return fields;
        }

        fields.IsObject = true;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            fields.ReadMember(ref reader, json);
        }

        return fields;
    }

    /// <summary>Reads a body that is one object and nothing else.</summary>
    /// <param name="refusal">Set when it is no JSON, or too deep; then no field is given.</param>
    public static RequestFields Read(ReadOnlySpan<byte> json, out Answer? refusal)
    {
        refusal = null;
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaxDepth });
            reader.Read();
            var fields = Read(ref reader, json);
            while (reader.Read())
            {
                // What follows the object makes the reader throw.
            }

            return fields;
        }
        catch (JsonException fault)
        {
            refusal = Answer.Invalid(Faults.NotJson(fault));
            return default;
        }
    }

    private void ReadMember(scoped ref Utf8JsonReader reader, ReadOnlySpan<byte> json)
    {
        if (JsonText.IsName(ref reader, "instanceID"u8))
        {
            reader.Read();
            InstanceId = FieldText.Read(ref reader, json);
        }
        else if (JsonText.IsName(ref reader, "projectID"u8))
        {
            reader.Read();
            ProjectId = FieldText.Read(ref reader, json);
        }
        else if (JsonText.IsName(ref reader, "snapshotCID"u8))
        {
            reader.Read();
            SnapshotCid = FieldText.Read(ref reader, json);
        }
        else if (JsonText.IsName(ref reader, "signature"u8))
        {
            reader.Read();
            Signature = FieldText.Read(ref reader, json);
        }
        else if (JsonText.IsName(ref reader, "request"u8))
        {
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            Request = json[start..(int)reader.BytesConsumed];
        }
        else if (JsonText.IsName(ref reader, "epoch"u8))
        {
            reader.Read();
            Epoch = EpochField.Read(ref reader);
        }
        else if (JsonText.IsName(ref reader, "epochs"u8))
        {
            reader.Read();
            ReadEpochs(ref reader);
        }
        else
        {
            reader.Read();
            reader.Skip();
        }
    }

    private void ReadEpochs(scoped ref Utf8JsonReader reader)
    {
        Epochs = [];
        AreEpochsWrong = reader.TokenType != JsonTokenType.StartArray;
        if (AreEpochsWrong)
        {
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var epoch = EpochField.Read(ref reader);
            if (Epochs.Count <= MostEpochs)
            {
                Epochs.Add(epoch);
            }
        }
    }
}
