using System.Text;
using System.Text.Json;
using Outpost.App.Settings;
using Outpost.Chains.Rpc;
using Outpost.Consensus.Snapshotters;

namespace Outpost.App.Commands;

/// <summary>A snapshotter as JSON, in the form of the reference's command line.</summary>
internal static class SnapshotterText
{
    public const string Sample = """
        {
          "rate_limit": "10000/day;300/minute;40/second",
          "active": "active",
          "name": "Jane Doe",
          "email": "jane@example.com",
          "alias": "jane-1",
          "uuid": "d1a4b7f0-52c9-4d0e-9a36-0c7f5f1f0b6e"
        }
        """;

    private static readonly string[] Known =
        ["rate_limit", "active", "name", "email", "alias", "uuid", "address"];

    /// <summary>Kept by the reference for each of its processes; here the service counts for itself.</summary>
    private static readonly string[] Counters = ["callsCount", "throttledCount", "next_reset_at"];

    /// <summary>The snapshotter and the instance id that the JSON names, or what is wrong with it.</summary>
    public static (Snapshotter? Snapshotter, string? Uuid, string? Problem) Read(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? Read(document.RootElement)
                : (null, null, "the JSON is no object");
        }
        catch (JsonException problem)
        {
            return (null, null,
                $"this is no JSON ({problem.Message.Split(" LineNumber:")[0]}); quote it for the shell");
        }
    }

    /// <summary>What is wrong with an instance id as a secret; null when nothing is.</summary>
    public static string? Doubt(string uuid) => Guid.TryParseExact(uuid, "D", out _) ? null
        : "is no UUID: whoever guesses it votes as this snapshotter; leave \"uuid\" out to get one";

    private static (Snapshotter?, string?, string?) Read(JsonElement root)
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var member in root.EnumerateObject().Where(member => !Counters.Contains(member.Name)))
        {
            if (!Known.Contains(member.Name))
            {
                var near = NearestName.Of(member.Name, Known);
                return (null, null,
                    $"\"{member.Name}\" is no key{(near is null ? "" : $"; \"{near}\" was probably meant")}");
            }

            if (member.Value.ValueKind is not (JsonValueKind.String or JsonValueKind.Null))
            {
                return (null, null, $"\"{member.Name}\" is no text in quotes");
            }

            texts[member.Name] = member.Value.GetString() ?? "";
        }

        var snapshotter = new Snapshotter(0, texts.GetValueOrDefault("alias", ""))
        {
            Name = texts.GetValueOrDefault("name", ""),
            Email = texts.GetValueOrDefault("email", ""),
            RateLimit = texts.GetValueOrDefault("rate_limit", ""),
            IsActive = texts.GetValueOrDefault("active", "active") == "active",
            Address = texts.GetValueOrDefault("address", "") is { Length: > 0 } address
                ? address.ToLowerInvariant()
                : null,
        };
        var uuid = texts.GetValueOrDefault("uuid", "");
        return ProblemOf(snapshotter, uuid, texts.GetValueOrDefault("active", "active")) is { } problem
            ? (null, null, problem)
            : (snapshotter, uuid.Length > 0 ? uuid : null, null);
    }

    private static string? ProblemOf(Snapshotter snapshotter, string uuid, string active) =>
        snapshotter.Alias.Length is 0 or > 100 || snapshotter.Alias.Any(sign => char.IsControl(sign) || sign == '/')
            ? "\"alias\" must have 1 to 100 characters without \"/\""
        : snapshotter.RateLimit.Length == 0
            ? "\"rate_limit\" is missing: write such as \"10000/day;300/minute;40/second\""
        : !RateLimitText.TryParse(snapshotter.RateLimit, out _, out var problem) ? $"\"rate_limit\": {problem}"
        : active is not ("active" or "inactive") ? "\"active\" must be \"active\" or \"inactive\""
        : Encoding.UTF8.GetByteCount(uuid) > InstanceId.MaxBytes
            ? $"\"uuid\" is longer than {InstanceId.MaxBytes} bytes"
        : snapshotter.Address is { } address && !IsAddress(address) ? "\"address\" must be 0x and 40 hex digits"
        : null;

    private static bool IsAddress(string text) =>
        text.Length == 42 && text.StartsWith("0x", StringComparison.Ordinal) && text[2..].All(char.IsAsciiHexDigit);
}
