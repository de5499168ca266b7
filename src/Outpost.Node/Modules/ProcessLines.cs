using System.Text.Json;
using Outpost.Node.Compute;
using Outpost.Node.Duties;

namespace Outpost.Node.Modules;

/// <summary>
/// The lines between the node and a program that answers, one JSON object each.
/// <code>
/// {"id":7,"ask":"inference","topic":1,"block":5024,"labels":false}
/// {"id":7,"value":"3012.45"}  or {"id":7,"value":null} (a truth that is not known yet)  or {"id":7,"error":"why"}
/// </code>
/// "ask" is inference, forecast, truth, loss or loss-sign (is a loss never below 0? true or false). A loss comes with
/// "truth" and "prediction", and neither of the last two with a block. A value is what an http
/// entrypoint answers, as JSON; a number as a text keeps every digit in every language.
/// </summary>
internal static class ProcessLines
{
    public static byte[] Write(long id, Question question)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteNumber("id", id);
            json.WriteString("ask", question.Word);
            json.WriteNumber("topic", question.Topic.Value);
            if (question.Compared is var (truth, prediction))
            {
                Write(json, "truth", truth);
                Write(json, "prediction", prediction);
            }
            else if (question.Kind != AnswerKind.LossSign)
            {
                json.WriteNumber("block", question.Nonce.Value);
                json.WriteBoolean("labels", question.HasLabels);
            }

            json.WriteEndObject();
        }

        bytes.WriteByte((byte)'\n');
        return bytes.ToArray();
    }

    /// <summary>Which question a line answers, and with what; null when it is no answer at all.</summary>
    public static (long Id, ProcessAnswer Answer)? Read(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("id", out var id)
                || id.ValueKind != JsonValueKind.Number || !id.TryGetInt64(out var number))
            {
                return null;
            }

            var value = root.TryGetProperty("value", out var given) ? given.GetRawText() : null;
            var error = root.TryGetProperty("error", out var told) ? told.ToString() : null;
            return (number, new ProcessAnswer(value, error));
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public static Reply Read(Question question, string name, ProcessAnswer answer)
    {
        if (answer.Error is { } error)
        {
            return new Answer.None(Reason.ModelError, $"{name} answered with an error: {AnswerText.Excerpt(error)}");
        }

        return answer.Value is { } value
            ? AnswerText.Read(question, name, value)
            : new Answer.None(Reason.ModelAnswerInvalid, $"{name}: the answer has no \"value\" and no \"error\"");
    }

    private static void Write(Utf8JsonWriter json, string name, TopicValue value)
    {
        if (value.Scalar is { } scalar)
        {
            json.WriteString(name, scalar.Text);
            return;
        }

        json.WriteStartObject(name);
        foreach (var label in value.Labels)
        {
            json.WriteString(label.Label, label.Value.Text);
        }

        json.WriteEndObject();
    }
}

/// <summary>An answer as a program wrote it.</summary>
/// <param name="Value">JSON; null when there is none.</param>
/// <param name="Error">The program's own words; null when it tells of no error.</param>
internal sealed record ProcessAnswer(string? Value, string? Error);
