using System.Text.Json;

namespace Outpost.Node;

/// <summary>Where an answer comes from, and what is done when none comes.</summary>
public abstract record EntrypointOptions
{
    /// <summary>How long one attempt may take; attempts are repeated while the window is open.</summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// The pause after a failed attempt; it doubles, with jitter, up to 30 s or a quarter of what is left.
    /// </summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// True: asked before the window opens, by the time that its answers take, for the block at which the window is
    /// expected. For models that need long; one that wants to see that block must not be asked ahead.
    /// </summary>
    public bool IsAskedAhead { get; init; }

    /// <summary>Asked when this one has failed, or is silent until the middle of what is left; null: none.</summary>
    public EntrypointOptions? Fallback { get; init; }

    /// <summary>
    /// How old the last good value may be that is sent again when three quarters of the window brought no answer;
    /// null: a window without an answer is missed. Nothing is kept over a restart.
    /// </summary>
    public TimeSpan? LastValueMaxAge { get; init; }

    /// <summary>What is held against the network's last value; null: nothing.</summary>
    public SanityOptions? Sanity { get; init; }
}

/// <summary>A model behind a URL.</summary>
public sealed record HttpEntrypointOptions : EntrypointOptions
{
    /// <summary>
    /// The URL that is fetched with GET. {TopicId} and {BlockHeight} (the nonce) are filled in, then every name of
    /// <see cref="Variables"/>; the values are not escaped, as users of existing nodes rely on it.
    /// </summary>
    public required string UrlTemplate { get; init; }

    /// <summary>Fetched instead where the topic wants labels; null: the same.</summary>
    public string? LabeledUrlTemplate { get; init; }

    /// <summary>Further names for the template, such as Token. Names are case-sensitive.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>();
}

/// <summary>A .NET assembly, loaded into the node, with a class that implements an interface of Outpost.Sdk.</summary>
public sealed record ModuleEntrypointOptions : EntrypointOptions
{
    /// <summary>The assembly's file; what it needs lies beside it.</summary>
    public required string Path { get; init; }

    /// <summary>The full name of the class; null: the only one that implements what is asked for.</summary>
    public string? TypeName { get; init; }

    /// <summary>Handed to the class's constructor; null: an empty object.</summary>
    public JsonElement? Settings { get; init; }

    /// <summary>What is loaded.</summary>
    internal ModuleSource Source => new(Path, TypeName, Settings);
}

/// <summary>A class in a .NET assembly that implements an interface of Outpost.Sdk.</summary>
/// <param name="Path">The assembly's file; what it needs lies beside it.</param>
/// <param name="TypeName">The full name of the class; null: the only one that fits.</param>
/// <param name="Settings">Handed to the class's constructor; null: an empty object.</param>
public sealed record ModuleSource(string Path, string? TypeName, JsonElement? Settings);

/// <summary>A program that reads questions as lines of JSON and writes answers as such.</summary>
public sealed record ProcessEntrypointOptions : EntrypointOptions
{
    /// <summary>The program, then its arguments. Not for secrets: everybody on the machine can read them.</summary>
    public required IReadOnlyList<string> Command { get; init; }

    /// <summary>The folder that it runs in; null: the node's own.</summary>
    public string? Folder { get; init; }
}

/// <summary>How far an answer may be from the network's last value.</summary>
public sealed record SanityOptions
{
    /// <summary>The largest difference, in units of the value; null: any.</summary>
    public decimal? MostDistance { get; init; }

    /// <summary>How many times as large, or as small, at most; above 1. Another sign is too far. Null: any.</summary>
    public decimal? MostFactor { get; init; }

    /// <summary>True: such an answer is not sent, and counts as none. False: it is sent, with a warning.</summary>
    public bool Stops { get; init; }
}
