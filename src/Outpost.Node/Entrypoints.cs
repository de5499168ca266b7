using Microsoft.Extensions.Logging;
using Outpost.Node.Compute;
using Outpost.Node.Modules;

namespace Outpost.Node;

/// <summary>
/// Makes entrypoints of every kind, and ends them when it is disposed. Modules are loaded and programs started when
/// they are asked for the first time.
/// </summary>
public sealed class Entrypoints(HttpMessageInvoker network, TimeProvider time, ILoggerFactory loggers)
    : IAsyncDisposable
{
    private readonly List<EntrypointLadder> _made = [];

    /// <param name="kind">What it will be asked for: a module's class is found by it.</param>
    public EntrypointLadder Ladder(EntrypointOptions options, AnswerKind kind, Random random)
    {
        var ladder = new EntrypointLadder(
            options, Make(options, kind), options.Fallback is { } fallback ? Make(fallback, kind) : null, time, random,
            loggers.CreateLogger<EntrypointLadder>());
        _made.Add(ladder);
        return ladder;
    }

    /// <summary>All at a time: each may take a moment to go.</summary>
    public async ValueTask DisposeAsync() =>
        await Task.WhenAll(_made.Select(ladder => ladder.DisposeAsync().AsTask()));

    private IEntrypoint Make(EntrypointOptions options, AnswerKind kind) => options switch
    {
        HttpEntrypointOptions http => new HttpEntrypoint(http, network),
        ModuleEntrypointOptions module => new ModuleEntrypoint(module, kind, time),
        ProcessEntrypointOptions process =>
            new ProcessEntrypoint(process, time, loggers.CreateLogger<ProcessEntrypoint>()),
        _ => throw new ArgumentException($"there is no entrypoint of kind {options.GetType().Name}", nameof(options)),
    };
}
