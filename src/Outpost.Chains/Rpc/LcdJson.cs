using System.Text.Json.Nodes;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Outpost.Chains.Wire.Cosmos.Auth;
using Outpost.Chains.Wire.Cosmos.Crypto;

namespace Outpost.Chains.Rpc;

/// <summary>Reads the gateway's JSON into protobuf messages, as far as their fields are known here.</summary>
internal static class LcdJson
{
    // How an Any says its type; one of a type that is not listed here cannot be read.
    private const string TypeKey = "@type";

    private static readonly MessageDescriptor[] Known = [BaseAccount.Descriptor, PubKey.Descriptor];

    private static readonly HashSet<string> KnownUrls =
        [.. Known.Select(descriptor => "/" + descriptor.FullName)];

    private static readonly JsonParser Parser = new(JsonParser.Settings.Default
        .WithIgnoreUnknownFields(true)
        .WithTypeRegistry(TypeRegistry.FromMessages(Known)));

    /// <summary>A message whose decimals are in their protobuf form, without the Anys of unknown types.</summary>
    public static IMessage Parse(JsonNode? json, MessageDescriptor descriptor)
    {
        var root = json as JsonObject ?? throw new FormatException("The answer is not a JSON object.");
        Prune(root);
        var message = Parser.Parse(root.ToJsonString(), descriptor);
        LcdDecimals.ToProtobufForm(message);
        return message;
    }

    private static void Prune(JsonNode node)
    {
        switch (node)
        {
            case JsonObject fields:
                foreach (var (name, value) in fields.ToList())
                {
                    if (IsUnknown(value))
                    {
                        fields.Remove(name);
                    }
                    else if (value is not null)
                    {
                        Prune(value);
                    }
                }

                break;
            case JsonArray items:
                for (var index = items.Count - 1; index >= 0; index--)
                {
                    if (IsUnknown(items[index]))
                    {
                        items.RemoveAt(index);
                    }
                    else if (items[index] is { } item)
                    {
                        Prune(item);
                    }
                }

                break;
        }
    }

    private static bool IsUnknown(JsonNode? node) =>
        node is JsonObject fields && fields[TypeKey] is { } type && !KnownUrls.Contains(type.ToString());
}
