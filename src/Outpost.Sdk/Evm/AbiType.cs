using System.Globalization;

namespace Outpost.Sdk.Evm;

/// <summary>A Solidity type as it travels in calls and logs (Contract ABI specification).</summary>
public abstract record AbiType
{
    // Types come from configurations too: nothing real is nested deeper or longer.
    private const int MaxDepth = 8;
    private const int MaxLength = 1_000_000;
    private const int WordBits = 256;
    private const int WordBytes = 32;

    private AbiType()
    {
    }

    /// <summary>As it stands in a function's signature, such as (address,uint256)[].</summary>
    public abstract string Name { get; }

    /// <summary>True when its encoding has no fixed length and is pointed at by an offset.</summary>
    public abstract bool IsDynamic { get; }

    /// <summary>Bytes that it takes in place: 32 for an offset.</summary>
    public virtual int HeadSize => WordBytes;

    /// <summary>uintN and intN; a BigInteger.</summary>
    public sealed record Number(int Bits, bool IsSigned) : AbiType
    {
        public override string Name =>
            (IsSigned ? "int" : "uint") + Bits.ToString(CultureInfo.InvariantCulture);

        public override bool IsDynamic => false;
    }

    /// <summary>An <see cref="EvmAddress"/>.</summary>
    public sealed record Address : AbiType
    {
        public override string Name => "address";

        public override bool IsDynamic => false;
    }

    /// <summary>A bool.</summary>
    public sealed record Flag : AbiType
    {
        public override string Name => "bool";

        public override bool IsDynamic => false;
    }

    /// <summary>bytesN, N bytes.</summary>
    public sealed record FixedBytes(int Length) : AbiType
    {
        public override string Name => "bytes" + Length.ToString(CultureInfo.InvariantCulture);

        public override bool IsDynamic => false;
    }

    /// <summary>bytes, as a byte array, or string, as text in UTF-8.</summary>
    public sealed record Blob(bool IsText) : AbiType
    {
        public override string Name => IsText ? "string" : "bytes";

        public override bool IsDynamic => true;
    }

    /// <summary>T[] and T[n], as an array of objects.</summary>
    /// <param name="Length">Null: any.</param>
    public sealed record List(AbiType Element, int? Length) : AbiType
    {
        public override string Name => $"{Element.Name}[{Length?.ToString(CultureInfo.InvariantCulture)}]";

        public override bool IsDynamic => Length is null || Element.IsDynamic;

        public override int HeadSize => IsDynamic ? WordBytes : checked(Length!.Value * Element.HeadSize);
    }

    /// <summary>A struct or the parameters of a function, as an array of objects.</summary>
    public sealed record Tuple(IReadOnlyList<AbiType> Elements) : AbiType
    {
        public override string Name => $"({string.Join(',', Elements.Select(one => one.Name))})";

        public override bool IsDynamic => Elements.Any(one => one.IsDynamic);

        public override int HeadSize => IsDynamic ? WordBytes : Elements.Sum(one => one.HeadSize);

        public bool Equals(Tuple? other) => other is not null && Elements.SequenceEqual(other.Elements);

        public override int GetHashCode() => Elements.Count;
    }

    /// <summary>Reads a type as it is written in a signature; uint and int mean 256 bits.</summary>
    /// <exception cref="FormatException">There is no such type.</exception>
    public static AbiType Parse(string text) => Parse(text.Trim(), 0);

    public sealed override string ToString() => Name;

    /// <summary>Splits at the commas that stand in no brackets; no parts for nothing.</summary>
    internal static IReadOnlyList<string> Split(string text)
    {
        List<string> parts = [];
        var (depth, start) = (0, 0);
        for (var index = 0; index < text.Length; index++)
        {
            depth += text[index] switch { '(' => 1, ')' => -1, _ => 0 };
            if (depth < 0)
            {
                throw new FormatException($"'{text}' closes a bracket that is not open.");
            }

            if (text[index] == ',' && depth == 0)
            {
                parts.Add(text[start..index].Trim());
                start = index + 1;
            }
        }

        if (depth != 0)
        {
            throw new FormatException($"'{text}' leaves a bracket open.");
        }

        return text.Trim().Length == 0 ? [] : [.. parts, text[start..].Trim()];
    }

    /// <summary>The type at the front of "type name": it ends at the first blank behind its brackets.</summary>
    internal static string Unnamed(string text) =>
        text.IndexOf(' ', Math.Max(0, text.LastIndexOf(')'))) is >= 0 and var blank ? text[..blank] : text;

    private static AbiType Parse(string text, int depth)
    {
        if (depth > MaxDepth)
        {
            throw new FormatException($"A type is nested deeper than {MaxDepth}.");
        }

        if (text.EndsWith(']') && text.LastIndexOf('[') is > 0 and var open)
        {
            var length = text[(open + 1)..^1];
            return new List(
                Parse(text[..open], depth + 1), length.Length == 0 ? null : Digits(text, length, 1, MaxLength));
        }

        if (text.StartsWith('(') && text.EndsWith(')'))
        {
            var elements = Split(text[1..^1]).Select(one => Parse(Unnamed(one), depth + 1)).ToArray();
            return elements.Length > 0 ? new Tuple(elements) : throw new FormatException("A tuple has elements.");
        }

        return text switch
        {
            "address" => new Address(),
            "bool" => new Flag(),
            "string" => new Blob(IsText: true),
            "bytes" => new Blob(IsText: false),
            "uint" or "int" => new Number(WordBits, text == "int"),
            _ when text.StartsWith("uint", StringComparison.Ordinal) => Whole(text, text[4..], isSigned: false),
            _ when text.StartsWith("int", StringComparison.Ordinal) => Whole(text, text[3..], isSigned: true),
            _ when text.StartsWith("bytes", StringComparison.Ordinal) =>
                new FixedBytes(Digits(text, text[5..], 1, WordBytes)),
            _ => throw new FormatException($"There is no type '{text}'."),
        };
    }

    private static Number Whole(string text, string bits, bool isSigned) =>
        Digits(text, bits, 8, WordBits) is var size && size % 8 == 0
            ? new Number(size, isSigned)
            : throw new FormatException($"There is no type '{text}'.");

    private static int Digits(string text, string digits, int least, int most) =>
        int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && number >= least && number <= most && !digits.StartsWith('0')
            ? number
            : throw new FormatException($"There is no type '{text}'.");
}
