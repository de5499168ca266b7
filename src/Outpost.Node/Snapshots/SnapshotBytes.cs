using System.Text.Json;
using System.Text.Json.Nodes;
using Outpost.Chains.Wire;

namespace Outpost.Node.Snapshots;

/// <summary>A snapshot as it is named, stored and sent.</summary>
/// <param name="Bytes">Canonical JSON: equal snapshots are equal bytes.</param>
/// <param name="Cid">Their name.</param>
public sealed record SnapshotBytes(ReadOnlyMemory<byte> Bytes, Cid Cid)
{
    /// <summary>The most bytes of one snapshot.</summary>
    public const int MaxBytes = 16 * 1024 * 1024;

    private const int MaxDepth = 64;

    private static readonly JsonSerializerOptions Options = new() { MaxDepth = MaxDepth };

    /// <summary>The bytes of what a processor computed.</summary>
    /// <exception cref="FormatException">
    /// It holds what has no one form, such as a binary fraction, or is too large.
    /// </exception>
    public static SnapshotBytes Of(JsonObject snapshot)
    {
        ThrowIfInexact(snapshot, 0);
        byte[] bytes;
        try
        {
            bytes = CanonicalJson.Of(JsonSerializer.SerializeToElement(snapshot, Options));
        }
        catch (JsonException problem)
        {
            throw new FormatException(problem.Message, problem);
        }

        return bytes.Length <= MaxBytes
            ? new SnapshotBytes(bytes, Cid.Of(bytes))
            : throw new FormatException($"The snapshot has {bytes.Length} bytes; {MaxBytes} are the most.");
    }

    private static void ThrowIfInexact(JsonNode? node, int depth)
    {
        if (depth >= MaxDepth)
        {
            throw new FormatException($"The snapshot is nested deeper than {MaxDepth}.");
        }

        switch (node)
        {
            case JsonObject members:
                foreach (var (_, member) in members)
                {
                    ThrowIfInexact(member, depth + 1);
                }

                break;
            case JsonArray items:
                foreach (var item in items)
                {
                    ThrowIfInexact(item, depth + 1);
                }

                break;
            // A value that was read from text gives any number type; one that was made gives its own alone.
            case JsonValue value when !value.TryGetValue<JsonElement>(out _) && IsBinary(value):
                throw new FormatException(
                    $"{value.GetPath()} is a binary floating-point number, which is not the same on every machine: "
                    + "write a decimal or a BigDecimal.");
        }
    }

    private static bool IsBinary(JsonValue value) =>
        value.TryGetValue<double>(out _) || value.TryGetValue<float>(out _) || value.TryGetValue<Half>(out _);
}
