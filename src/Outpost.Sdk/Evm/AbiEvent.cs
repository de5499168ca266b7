namespace Outpost.Sdk.Evm;

/// <summary>An event of a contract: knows its logs and decodes them.</summary>
public sealed class AbiEvent
{
    private readonly AbiType[] _inData;

    private AbiEvent(string name, IReadOnlyList<AbiParameter> parameters)
    {
        (Name, Parameters) = (name, parameters);
        Topic = new Hash32(AbiSignature.Hash(name, parameters.Select(one => one.Type)));
        _inData = [.. parameters.Where(one => !one.IsIndexed).Select(one => one.Type)];
    }

    public string Name { get; }

    public IReadOnlyList<AbiParameter> Parameters { get; }

    /// <summary>The first topic of its logs.</summary>
    public Hash32 Topic { get; }

    /// <summary>Reads a signature such as "Transfer(address indexed from, address indexed to, uint256)".</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static AbiEvent Parse(string signature)
    {
        const string keyword = "event ";
        var text = signature.Trim();
        var (name, parameters, _) = AbiSignature.Parse(
            text.StartsWith(keyword, StringComparison.Ordinal) ? text[keyword.Length..] : text);
        return new AbiEvent(name, parameters);
    }

    /// <summary>
    /// The values in the order of the parameters, as <see cref="AbiReader.Decode"/> gives them. Of an indexed string,
    /// array or tuple the chain keeps a hash only, which then stands in its place as 32 bytes.
    /// </summary>
    /// <exception cref="FormatException">The log is none of this event.</exception>
    public object[] Decode(EvmLog log)
    {
        var indexed = Parameters.Count - _inData.Length;
        if (log.Topics.Count != indexed + 1 || log.Topics[0] != Topic)
        {
            throw new FormatException($"The log is no {Name}.");
        }

        var inData = AbiReader.Decode(_inData, log.Data.Span);
        var (topic, data) = (1, 0);
        return [.. Parameters.Select(one => one.IsIndexed
            ? FromTopic(one.Type, log.Topics[topic++])
            : inData[data++])];
    }

    private static object FromTopic(AbiType type, Hash32 topic)
    {
        var word = topic.ToArray();
        return type is AbiType.Blob or AbiType.List or AbiType.Tuple ? word : AbiReader.Decode([type], word)[0];
    }
}
