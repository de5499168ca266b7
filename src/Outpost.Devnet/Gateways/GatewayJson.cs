using System.Globalization;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Outpost.Chains.Wire.Cosmos.Auth;
using Outpost.Chains.Wire.Cosmos.Base;
using Outpost.Chains.Wire.Cosmos.Tx;
using Outpost.Chains.Wire.Emissions.Query;
using Outpost.Chains.Wire.Emissions.V3;
using Outpost.Devnet.Ledger;
using Outpost.Devnet.Wire;

namespace Outpost.Devnet.Gateways;

/// <summary>
/// Messages as the SDK's REST gateway prints them: snake_case, defaults emitted, 64-bit numbers as text, bytes in
/// base64, absent messages null, Any opened under @type, decimals positional.
/// </summary>
internal sealed class GatewayJson(Func<MessageTypes> types)
{
    /// <summary>The fields of the emissions module that hold decimals which actors or the network made.</summary>
    private static readonly HashSet<string> Decimals = new(StringComparer.Ordinal)
    {
        "value", "values", "combined_value", "naive_value", "score",
    };

    public JsonObject Format(IMessage message)
    {
        var result = new JsonObject();
        foreach (var field in message.Descriptor.Fields.InFieldNumberOrder())
        {
            result[field.Name] = Value(message, field);
        }

        return result;
    }

    private JsonNode? Value(IMessage message, FieldDescriptor field)
    {
        var value = field.Accessor.GetValue(message);
        if (field.IsRepeated)
        {
            var list = new JsonArray();
            foreach (var item in (System.Collections.IEnumerable)value)
            {
                list.Add(Single(message, field, item));
            }

            return list;
        }

        return Single(message, field, value);
    }

    private JsonNode? Single(IMessage message, FieldDescriptor field, object? value) => value switch
    {
        null => null,
        string text => Text(message, field, text),
        ByteString bytes => bytes.IsEmpty && message is Inference or ValueBundle or Forecast ? null : bytes.ToBase64(),
        bool flag => flag,
        int number when message is ModeInfo.Types.Single && number == 1 => "SIGN_MODE_DIRECT",
        int number => number,
        uint number => number,
        long number => number.ToString(CultureInfo.InvariantCulture),
        ulong number => number.ToString(CultureInfo.InvariantCulture),
        Timestamp time => time.ToDateTimeOffset().UtcDateTime.ToString(
            "yyyy-MM-dd'T'HH:mm:ss.fffffff'00Z'", CultureInfo.InvariantCulture),
        Any any => Open(any),
        IMessage nested => Format(nested),
        _ => field.EnumType.FindValueByNumber((int)value)?.Name ?? ((int)value).ToString(CultureInfo.InvariantCulture),
    };

    private static string Text(IMessage message, FieldDescriptor field, string text) => message switch
    {
        DecCoin when text.All(char.IsAsciiDigit) && text.Length > 0 => LegacyDecimal(text),
        _ when Decimals.Contains(field.Name) && field.File.Package.StartsWith("emissions.", StringComparison.Ordinal)
            && text.Length > 0 && ExactDecimal.TryParse(text, out var value) => value.ToPlainText(),
        _ => text,
    };

    /// <summary>The integer ×10^18 of the protobuf wire with its point put back.</summary>
    private static string LegacyDecimal(string text)
    {
        var padded = text.PadLeft(19, '0');
        return $"{padded[..^18]}.{padded[^18..]}";
    }

    private JsonObject Open(Any any)
    {
        var result = new JsonObject { ["@type"] = any.TypeUrl };
        var type = any.TypeUrl switch
        {
            "/cosmos.auth.v1beta1.BaseAccount" => BaseAccount.Descriptor,
            "/cosmos.tx.v1beta1.Tx" => Tx.Descriptor,
            _ => types().Resolve(any.TypeUrl),
        };
        if (type is null)
        {
            return result;
        }

        foreach (var (name, value) in Format(type.Parser.ParseFrom(any.Value)))
        {
            result[name] = value?.DeepClone();
        }

        return result;
    }
}
