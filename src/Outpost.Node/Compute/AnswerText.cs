using Outpost.Chains.Wire;

namespace Outpost.Node.Compute;

/// <summary>
/// Reads what models really answer: a number with a line end, in quotes, or as the one value of a JSON document.
/// Digits are kept as they are; nothing passes through floating point.
/// </summary>
public static class AnswerText
{
    /// <summary>An answer is one number; what is longer is a page or a list, and is refused unread.</summary>
    public const int MaxBytes = 4096;

    private static readonly string[] ValueNames = ["value", "inference", "prediction", "infererValue"];

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

    private static bool TryReadJson(string body, out DecimalText value, out string? problem)
    {
        value = default;
        try
        {
            using var document = System.Text.Json.JsonDocument.Parse(body);
            var root = document.RootElement;
            if (root.ValueKind == System.Text.Json.JsonValueKind.Array && root.GetArrayLength() == 1)
            {
                root = root[0];
            }

            if (root.ValueKind == System.Text.Json.JsonValueKind.Object)
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

            if (root.ValueKind is System.Text.Json.JsonValueKind.Number or System.Text.Json.JsonValueKind.String)
            {
                var text = root.ValueKind == System.Text.Json.JsonValueKind.String
                    ? root.GetString()!
                    : root.GetRawText();
                return DecimalText.TryParse(text.AsSpan().Trim(), out value, out problem);
            }

            problem = $"the body is JSON without one number in \"{string.Join("\", \"", ValueNames)}\"";
        }
        catch (System.Text.Json.JsonException)
        {
            problem = $"the body is neither a number nor JSON: {Excerpt(body)}";
        }

        return false;
    }

    /// <summary>The first words of a body, on one line, for a message.</summary>
    public static string Excerpt(string body)
    {
        var line = string.Join(' ', body.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return line.Length <= 80 ? $"'{line}'" : $"'{line[..80]}…'";
    }
}
