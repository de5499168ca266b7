using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Outpost.Sdk;

namespace Outpost.Node.Reading;

/// <summary>Writes points as JSON, lines of JSON, or comma-separated values (RFC 4180). No digit is lost.</summary>
internal static class SeriesText
{
    private static readonly JsonWriterOptions Plainly =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>The page as an answer.</summary>
    /// <param name="next">Where the next page is; null: there is none.</param>
    public static ReadAnswer Of(string project, SeriesQuery query, IReadOnlyList<SeriesPoint> points, string? next) =>
        query.Format switch
        {
            SeriesFormat.Json => new ReadAnswer(200, ReadAnswer.JsonType, Json(project, query, points, next), next),
            SeriesFormat.Ndjson => new ReadAnswer(200, "application/x-ndjson", Lines(query, points), next),
            _ => new ReadAnswer(200, "text/csv; charset=utf-8", Csv(query, points), next),
        };

    private static byte[] Json(string project, SeriesQuery query, IReadOnlyList<SeriesPoint> points, string? next)
    {
        using var text = new MemoryStream();
        using (var writer = new Utf8JsonWriter(text, Plainly))
        {
            writer.WriteStartObject();
            writer.WriteString("project", project);
            writer.WriteString("unit", query.Unit.ToString().ToLowerInvariant());
            writer.WriteString("aggregate", query.Aggregate?.ToString().ToLowerInvariant());
            writer.WriteNumber("page", query.Page);
            writer.WriteString("next", next);
            writer.WriteStartArray("points");
            foreach (var point in points)
            {
                Write(writer, query, point);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return text.ToArray();
    }

    private static byte[] Lines(SeriesQuery query, IReadOnlyList<SeriesPoint> points)
    {
        using var text = new MemoryStream();
        foreach (var point in points)
        {
            using (var writer = new Utf8JsonWriter(text, Plainly))
            {
                Write(writer, query, point);
            }

            text.WriteByte((byte)'\n');
        }

        return text.ToArray();
    }

    private static void Write(Utf8JsonWriter writer, SeriesQuery query, SeriesPoint point)
    {
        writer.WriteStartObject();
        foreach (var (name, value) in point.Columns)
        {
            switch (value)
            {
                case long number:
                    writer.WriteNumber(name, number);
                    break;
                default:
                    writer.WriteString(name, (string?)value);
                    break;
            }
        }

        writer.WriteStartObject("values");
        foreach (var field in FieldsOf(query, [point]))
        {
            writer.WritePropertyName(field);
            writer.WriteRawValue(point.Numbers.TryGetValue(field, out var number) ? number.ToString() : "null");
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static byte[] Csv(SeriesQuery query, IReadOnlyList<SeriesPoint> points)
    {
        if (points.Count == 0)
        {
            return [];
        }

        var fields = FieldsOf(query, points);
        var text = new StringBuilder();
        text.AppendJoin(',', points[0].Columns.Select(column => column.Name).Concat(fields.Select(Quoted)))
            .Append("\r\n");
        foreach (var point in points)
        {
            var columns = point.Columns.Select(
                column => Quoted(Convert.ToString(column.Value, CultureInfo.InvariantCulture) ?? ""));
            text.AppendJoin(',', columns.Concat(fields.Select(field => TextOf(point.Numbers, field)))).Append("\r\n");
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static string TextOf(IReadOnlyDictionary<string, BigDecimal> numbers, string field) =>
        numbers.TryGetValue(field, out var number) ? number.ToString() : "";

    /// <summary>Those that were asked for, else all that there are.</summary>
    private static IReadOnlyList<string> FieldsOf(SeriesQuery query, IReadOnlyList<SeriesPoint> points) =>
        query.Fields.Count > 0
            ? query.Fields
            : [.. points.SelectMany(point => point.Numbers.Keys).Distinct().Order(StringComparer.Ordinal)];

    private static string Quoted(string text) =>
        text.AsSpan().ContainsAny(",\"\r\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
}
