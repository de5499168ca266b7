namespace Outpost.Sdk.Evm;

/// <summary>A function of a contract: encodes its calls and decodes what it returns.</summary>
public sealed class AbiFunction
{
    private const int SelectorBytes = 4;

    private readonly byte[] _selector;

    private AbiFunction(string name, IReadOnlyList<AbiParameter> inputs, IReadOnlyList<AbiParameter> outputs)
    {
        (Name, Inputs, Outputs) = (name, inputs, outputs);
        _selector = AbiSignature.Hash(name, inputs.Select(one => one.Type))[..SelectorBytes];
    }

    public string Name { get; }

    public IReadOnlyList<AbiParameter> Inputs { get; }

    /// <summary>What it returns; empty where the signature does not say.</summary>
    public IReadOnlyList<AbiParameter> Outputs { get; }

    /// <summary>The four bytes that a call of it begins with.</summary>
    public ReadOnlySpan<byte> Selector => _selector;

    /// <summary>
    /// Reads a signature as Solidity has it or short: "function balanceOf(address owner) view returns (uint256)" or
    /// "balanceOf(address)(uint256)".
    /// </summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static AbiFunction Parse(string signature)
    {
        const string keyword = "function ";
        var text = signature.Trim();
        text = text.StartsWith(keyword, StringComparison.Ordinal) ? text[keyword.Length..] : text;
        var (name, inputs, rest) = AbiSignature.Parse(text);
        var open = rest.IndexOf('(', StringComparison.Ordinal);
        return new AbiFunction(
            name, inputs,
            open < 0 ? [] : AbiSignature.Parameters(rest[(open + 1)..AbiSignature.Closing(rest, open)]));
    }

    /// <summary>The data of a call.</summary>
    /// <exception cref="ArgumentException">The values do not fit the inputs.</exception>
    public byte[] Encode(params IReadOnlyList<object> values) =>
        [.. _selector, .. AbiWriter.Encode([.. Inputs.Select(one => one.Type)], values)];

    /// <summary>The values that it returned, as <see cref="AbiReader.Decode"/> gives them.</summary>
    /// <exception cref="FormatException">The data are not what it returns.</exception>
    public object[] Decode(ReadOnlySpan<byte> data) => AbiReader.Decode([.. Outputs.Select(one => one.Type)], data);
}
