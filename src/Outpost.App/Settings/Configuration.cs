using Outpost.Node;

namespace Outpost.App.Settings;

/// <summary>In which form a configuration was written.</summary>
internal enum ConfigurationFormat
{
    /// <summary>Outpost's own.</summary>
    Native,
    /// <summary>config.json of allora-offchain-node, any generation that can be read.</summary>
    GoNode,
    /// <summary>config.json of allora_offchain_node_py.</summary>
    PythonNode,
    /// <summary>settings.json of Powerloom's Pooler, with its projects.json.</summary>
    Pooler,
}

/// <summary>How much a person should care about a note.</summary>
internal enum NoteKind
{
    /// <summary>A default that holds since nothing was written.</summary>
    Default,
    /// <summary>Something that was read and changes nothing here.</summary>
    Ignored,
    /// <summary>Something that works, but probably not as was meant.</summary>
    Warning,
}

/// <summary>What the reader of a configuration did with one key.</summary>
internal sealed record Note(NoteKind Kind, string Path, string Text)
{
    public override string ToString() => $"{Path}: {Text}";
}

/// <summary>A configuration that was understood.</summary>
/// <param name="File">Where it came from, for messages.</param>
internal sealed record Configuration(
    string File, ConfigurationFormat Format, NodeOptions Node, KeySource Key, IReadOnlyList<Note> Notes)
{
    /// <summary>The consensus service that runs in the same process; null: none.</summary>
    public ConsensusConfiguration? Consensus { get; init; }

    /// <summary>The snapshotter that runs in the same process; null: none.</summary>
    public SnapshotConfiguration? Snapshots { get; init; }

    /// <summary>False where no topic is served: there need be no Allora chain and no key then.</summary>
    public bool ServesTopics => Node.Topics.Count > 0;

    public string FormatName => Format switch
    {
        ConfigurationFormat.GoNode => "Go node (allora-offchain-node)",
        ConfigurationFormat.PythonNode => "Python node (allora_offchain_node_py)",
        ConfigurationFormat.Pooler => "Powerloom's Pooler",
        _ => "Outpost",
    };
}
