using System.Text.Json;
using Outpost.Chains.Allora;
using Outpost.Chains.Wire;

namespace Outpost.Node.Roles;

/// <summary>The losses of a nonce as the journal keeps them: a JSON object with the bundle's fields.</summary>
internal static class LossText
{
    public static string Write(ValueBundle<DecimalText> losses) =>
        JsonSerializer.Serialize(losses.Map((_, loss) => loss.Text));

    /// <exception cref="InvalidOperationException">The journal holds something else.</exception>
    public static ValueBundle<DecimalText> Read(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<ValueBundle<string>>(text)!.Map((field, loss) =>
                DecimalText.TryParse(loss, out var number, out var problem)
                    ? number
                    : throw new InvalidOperationException($"the journal holds the {field} {loss}: {problem}"));
        }
        catch (JsonException fault)
        {
            throw new InvalidOperationException($"the journal holds losses that are none: {fault.Message}", fault);
        }
    }
}
