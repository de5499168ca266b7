using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Outpost.Node.Modules;
using Outpost.Sdk.Evm;
using Outpost.Sdk.Snapshots;

namespace Outpost.Node.Snapshots;

/// <summary>A use case as it is configured: one processor, and the contracts that it is for.</summary>
/// <param name="Type">The first part of its projects' ids, such as pairContract_trade_volume.</param>
public sealed record ProjectSpec(string Type, ModuleSource Processor, IReadOnlyList<EvmAddress> Contracts);

/// <summary>A processor cannot be loaded; the message names the project's type and what to do.</summary>
public sealed class ProjectException(string message, Exception inner) : Exception(message, inner);

/// <summary>Projects whose processors are loaded, and unloaded again with this.</summary>
public sealed class LoadedProjects : IAsyncDisposable
{
    private readonly List<LoadedModule> _modules = [];

    private LoadedProjects()
    {
    }

    /// <summary>In the order of the configuration.</summary>
    public IReadOnlyList<SnapshotProject> All { get; private set; } = [];

    /// <summary>Loads every processor.</summary>
    /// <exception cref="ProjectException">One of them cannot be loaded.</exception>
    [SuppressMessage("Design", "CA1031", Justification = "A module's constructor may throw anything.")]
    public static async Task<LoadedProjects> LoadAsync(IReadOnlyList<ProjectSpec> specs, string networkName)
    {
        var loaded = new LoadedProjects();
        var all = new List<SnapshotProject>();
        foreach (var spec in specs)
        {
            try
            {
                var module = LoadedModule.Load(spec.Processor, typeof(ISnapshotProcessor));
                loaded._modules.Add(module);
                all.AddRange(spec.Contracts.Select(contract => new SnapshotProject(
                    SnapshotProject.IdOf(spec.Type, contract, networkName), spec.Type, contract,
                    (ISnapshotProcessor)module.Instance)));
            }
            catch (Exception fault)
            {
                await loaded.DisposeAsync();
                var cause = fault is TargetInvocationException { InnerException: { } inner } ? inner : fault;
                throw new ProjectException($"the processor of {spec.Type}: {cause.Message}", cause);
            }
        }

        loaded.All = all;
        return loaded;
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
