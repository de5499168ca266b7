using System.Collections;
using System.Globalization;
using System.Numerics;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Outpost.Chains.Wire.Cosmos.Base;

namespace Outpost.Chains.Rpc;

/// <summary>
/// A LegacyDec is a decimal with up to 18 digits after the point in JSON, and the integer times 10^18 in protobuf.
/// Every transport hands out the protobuf form.
/// </summary>
internal static class LcdDecimals
{
    private const int Digits = 18;

    public static void ToProtobufForm(IMessage message)
    {
        if (message is DecCoin coin)
        {
            coin.Amount = ToInteger(coin.Amount);
            return;
        }

        foreach (var field in message.Descriptor.Fields.InFieldNumberOrder())
        {
            if (field.FieldType is not FieldType.Message || field.IsMap)
            {
                continue;
            }

            switch (field.Accessor.GetValue(message))
            {
                case IMessage inner:
                    ToProtobufForm(inner);
                    break;
                case IList list:
                    foreach (var item in list.OfType<IMessage>())
                    {
                        ToProtobufForm(item);
                    }

                    break;
            }
        }
    }

    /// <exception cref="FormatException">The text is not a decimal with at most 18 digits after the point.</exception>
    public static string ToInteger(string text)
    {
        var point = text.IndexOf('.', StringComparison.Ordinal);
        var fraction = point < 0 ? "" : text[(point + 1)..];
        if (fraction.Length > Digits || text.Length == 0)
        {
            throw new FormatException($"'{text}' is not a decimal with {Digits} digits.");
        }

        var digits = (point < 0 ? text : text[..point]) + fraction.PadRight(Digits, '0');
        return BigInteger.Parse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture)
            .ToString(CultureInfo.InvariantCulture);
    }
}
