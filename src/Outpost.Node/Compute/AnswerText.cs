using System.Text.Json;
using Outpost.Chains.Wire;
using Outpost.Node.Duties;

namespace Outpost.Node.Compute;

/// <summary>
/// Reads what models really answer: a number with a line end, in quotes, or as the one value of a JSON document; and
/// numbers by name. Digits are kept as they are; nothing passes through floating point.
/// </summary>
public static class AnswerText
{
    /// <summary>An answer is one number; what is longer is a page or a list, and is refused unread.</summary>
    public const int MaxBytes = 4096;

    /// <summary>A topic has at most 1024 labels of 64 bytes each, and a number beside each.</summary>
    public const int MaxBytesOfNames = 256 * 1024;

    private static readonly string[] ValueNames = ["value", "inference", "prediction", "infererValue"];

    public static int MaxBytesOf(Question question) =>
        question.HasLabels || question.Kind == AnswerKind.Forecast ? MaxBytesOfNames : MaxBytes;

    /// <summary>The body as the answer to a question.</summary>
    /// <param name="name">Who answered it, for the message when it is none.</param>
    public static Reply Read(Question question, string name, string body)
    {
        if (question.Kind == AnswerKind.GroundTruth && body.AsSpan().Trim() is "null")
        {
            return NotYet(name);
        }

        if (question.Kind == AnswerKind.LossSign)
        {
            body = body.Trim() switch { "true" => "1", "false" => "0", var other => other };
        }

        TopicValue? value;
        string? problem;
        if (question.HasLabels || question.Kind == AnswerKind.Forecast)
        {
            value = NamedNumbers.Read(body, question.Kind, out problem);
        }
        else
        {
            value = TryRead(body, out var number, out problem)
                || (question.Kind == AnswerKind.GroundTruth && DecimalText.TryParse(CleanUp(body), out number, out _))
                ? TopicValue.Of(number)
                : null;
        }

        return value is not null
            ? new Reply(value, null)
            : new Answer.None(Reason.ModelAnswerInvalid, $"{name}: {problem}");
    }

    /// <summary>A ground truth that is not there yet is asked for again, as what failed is.</summary>
    public static Answer.None NotYet(string name) =>
        new(Reason.ModelTimeout, $"{name}: the ground truth of this block is not known yet");

    public static bool TryRead(string body, out DecimalText value, out string? problem)
    {
        var text = body.AsSpan().Trim().Trim('"').Trim();
        if (text.IsEmpty)
        {
            value = default;
            problem = "the body is empty";
            return false;
        }

        if (text[0] is '{' or '[')
        {
            return TryReadJson(body, out value, out problem);
        }

        if (text[0] == '<')
        {
            value = default;
            problem = "the body is a page (HTML), not a number";
            return false;
        }

        return DecimalText.TryParse(text, out value, out problem);
    }

    /// <summary>
    /// A truth that is no number may be one for people: quotes, white space around it, commas and all points but the
    /// first are left out, as allora-offchain-node does (adapter/api/apiadapter). So 3,012.45 is 3012.45.
    /// </summary>
    internal static string CleanUp(string body)
    {
        var text = body.Replace("\"", "", StringComparison.Ordinal).Trim().Replace(",", "", StringComparison.Ordinal);
        var point = text.IndexOf('.', StringComparison.Ordinal);
        return point < 0
            ? text
            : text[..(point + 1)] + text[(point + 1)..].Replace(".", "", StringComparison.Ordinal);
    }

    private static bool TryReadJson(string body, out DecimalText value, out string? problem)
    {
        value = default;
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            if (root.ValueKind == JsonValueKind.Array && root.GetArrayLength() == 1)
            {
                root = root[0];
            }

            if (root.ValueKind == JsonValueKind.Object)
            {
                foreach (var name in ValueNames)
                {
                    if (root.TryGetProperty(name, out var member))
                    {
                        root = member;
                        break;
                    }
                }
            }

            if (root.ValueKind is JsonValueKind.Number or JsonValueKind.String)
            {
                return TryRead(root, out value, out problem);
            }

            problem = $"the body is JSON without one number in \"{string.Join("\", \"", ValueNames)}\"";
        }
        catch (JsonException)
        {
            problem = $"the body is neither a number nor JSON: {Excerpt(body)}";
        }

        return false;
    }

    /// <summary>A JSON number, or a text that is one, digit by digit.</summary>
    internal static bool TryRead(JsonElement element, out DecimalText value, out string? problem) =>
        DecimalText.TryParse(
            element.ValueKind == JsonValueKind.String ? element.GetString()! : element.GetRawText(),
            out value, out problem);

    /// <summary>The first words of a body, on one line, for a message.</summary>
    public static string Excerpt(string body)
    {
        var line = string.Join(' ', body.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return line.Length <= 80 ? $"'{line}'" : $"'{line[..80]}…'";
    }
}
