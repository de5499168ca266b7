using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Outpost.Node.Modules;
using Outpost.Sdk.Evm;
using Outpost.Sdk.Snapshots;

namespace Outpost.Node.Snapshots;

/// <summary>A use case as it is configured: one processor, and the contracts that it is for.</summary>
/// <param name="Type">The first part of its projects' ids, such as pairContract_trade_volume.</param>
public sealed record ProjectSpec(string Type, ModuleSource Processor, IReadOnlyList<EvmAddress> Contracts);

/// <summary>
/// A processor cannot be loaded, or an aggregate has no members; the message names the project's type and what to do.
/// </summary>
public sealed class ProjectException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Projects whose processors are loaded, and unloaded again with this.</summary>
public sealed class LoadedProjects : IAsyncDisposable
{
    private readonly List<LoadedModule> _modules = [];

    private LoadedProjects()
    {
    }

    /// <summary>In the order of the configuration.</summary>
    public IReadOnlyList<SnapshotProject> All { get; private set; } = [];

    /// <summary>Each after those that it is made of.</summary>
    public IReadOnlyList<AggregateProject> Aggregates { get; private set; } = [];

    /// <summary>Loads every processor.</summary>
    /// <exception cref="ProjectException">
    /// One of them cannot be loaded, or an aggregate is made of what there is not.
    /// </exception>
    public static async Task<LoadedProjects> LoadAsync(
        IReadOnlyList<ProjectSpec> specs, string networkName, IReadOnlyList<AggregateSpec>? aggregates = null)
    {
        var loaded = new LoadedProjects();
        try
        {
            var all = new List<SnapshotProject>();
            foreach (var spec in specs)
            {
                var processor = loaded.Load<ISnapshotProcessor>(spec.Type, spec.Processor);
                all.AddRange(spec.Contracts.Select(contract => new SnapshotProject(
                    SnapshotProject.IdOf(spec.Type, contract, networkName), spec.Type, contract, processor)));
            }

            loaded.All = all;
            loaded.Aggregates = AggregateOrder.Of(
                [.. all.Select(project => new Member(project.Id, project.Type, project.Contract))], aggregates ?? [],
                networkName, spec => loaded.Load<IAggregateProcessor>(spec.Type, spec.Processor));
            return loaded;
        }
        catch
        {
            await loaded.DisposeAsync();
            throw;
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "A module's constructor may throw anything.")]
    private T Load<T>(string type, ModuleSource source)
    {
        try
        {
            var module = LoadedModule.Load(source, typeof(T));
            _modules.Add(module);
            return (T)module.Instance;
        }
        catch (Exception fault)
        {
            var cause = fault is TargetInvocationException { InnerException: { } inner } ? inner : fault;
            throw new ProjectException($"the processor of {type}: {cause.Message}", cause);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var module in _modules)
        {
            await module.DisposeAsync();
        }

        _modules.Clear();
    }
}
