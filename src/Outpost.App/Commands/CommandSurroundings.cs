using Microsoft.Extensions.Logging;
using Outpost.App.Settings;
using Outpost.Chains.Keys;
using Outpost.Node;

namespace Outpost.App.Commands;

/// <summary>What the world gives to a command; a test gives its own.</summary>
/// <param name="PromptSecret">Asks a person without an echo; null when there is nobody to ask.</param>
/// <param name="Environment">One environment variable by name; null when it is not set.</param>
internal sealed record CommandSurroundings(
    TextReader In, TextWriter Out, TextWriter Error, TimeProvider Time,
    Func<string, Secret?> PromptSecret, Func<string, string?> Environment)
{
    /// <summary>The names of all environment variables, so that a misspelt OUTPOST__ name is found.</summary>
    public IReadOnlyCollection<string> EnvironmentNames { get; init; } = [];

    /// <summary>True when a person looks at <see cref="Out"/>, so that it may be redrawn and coloured.</summary>
    public bool IsInteractive { get; init; }

    /// <summary>Chance, for retry jitter and throw-away keys of the demo.</summary>
    public Random Random { get; init; } = new();

    /// <summary>The way to chains.</summary>
    public HttpMessageHandler ChainNetwork { get; init; } = new SocketsHttpHandler();

    /// <summary>The way to models; apart from the chain's, so that a slow model holds no chain connection.</summary>
    public HttpMessageHandler ModelNetwork { get; init; } = new SocketsHttpHandler
    {
        // Topics that open in one block ask side by side; between two windows nothing need stay open.
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(5),
    };

    /// <summary>The folder that relative paths on the command line start from.</summary>
    public string WorkingDirectory { get; init; } = ".";

    /// <summary>True when log lines would be written over what a person looks at.</summary>
    public bool IsErrorInteractive { get; init; }

    /// <summary>The part that a node gets.</summary>
    public NodeSurroundings ForNode(ILoggerFactory loggers) => new(ChainNetwork, ModelNetwork, Time, Random, loggers);

    /// <summary>The part that reading a configuration needs.</summary>
    public SettingsSurroundings ForSettings => new(Environment, EnvironmentNames, WorkingDirectory);
}
