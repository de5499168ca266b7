using System.Text;

namespace Outpost.Sdk.Evm;

/// <summary>One parameter as a signature names it.</summary>
/// <param name="Name">Empty where there is none.</param>
/// <param name="IsIndexed">True for a parameter of an event that stands in its topics.</param>
public sealed record AbiParameter(AbiType Type, string Name, bool IsIndexed);

/// <summary>The readable form of functions and events, which both are read from.</summary>
internal static class AbiSignature
{
    /// <summary>Name and parameters of "name(type name, type indexed name)", and what follows the bracket.</summary>
    public static (string Name, IReadOnlyList<AbiParameter> Parameters, string Tail) Parse(string text)
    {
        var open = text.IndexOf('(', StringComparison.Ordinal);
        var name = open > 0 ? text[..open].Trim() : "";
        if (name.Length == 0 || name.Any(letter => !char.IsAsciiLetterOrDigit(letter) && letter is not ('_' or '$')))
        {
            throw new FormatException($"'{text}' is no signature: write for example balanceOf(address)(uint256)");
        }

        var close = Closing(text, open);
        return (name, Parameters(text[(open + 1)..close]), text[(close + 1)..].Trim());
    }

    /// <summary>A list of parameters, without the brackets around it.</summary>
    public static IReadOnlyList<AbiParameter> Parameters(string text) =>
        [.. AbiType.Split(text).Select(Parameter)];

    /// <summary>The place of the bracket that closes the one at this place.</summary>
    public static int Closing(string text, int open)
    {
        var depth = 0;
        for (var index = open; index < text.Length; index++)
        {
            depth += text[index] switch { '(' => 1, ')' => -1, _ => 0 };
            if (depth == 0)
            {
                return index;
            }
        }

        throw new FormatException($"'{text}' leaves a bracket open.");
    }

    /// <summary>The hash of the canonical form, whose first four bytes select a function.</summary>
    public static byte[] Hash(string name, IEnumerable<AbiType> types) =>
        Keccak256.Hash(Encoding.UTF8.GetBytes($"{name}({string.Join(',', types.Select(type => type.Name))})"));

    private static AbiParameter Parameter(string text)
    {
        var type = AbiType.Unnamed(text);
        var words = text[type.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var isIndexed = words.Contains("indexed", StringComparer.Ordinal);
        var name = words.LastOrDefault(word => word is not ("indexed" or "memory" or "calldata")) ?? "";
        return new AbiParameter(AbiType.Parse(type), name, isIndexed);
    }
}
