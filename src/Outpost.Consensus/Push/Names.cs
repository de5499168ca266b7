using System.Collections.Concurrent;
using Outpost.Consensus.Snapshotters;
using Outpost.Consensus.Store;

namespace Outpost.Consensus.Push;

/// <summary>What the numbers of projects and snapshotters are called. Safe for use from several threads.</summary>
internal sealed class Names(SnapshotterDirectory directory)
{
    private readonly ConcurrentDictionary<int, Project> _projects = [];

    public void Add(Project project) => _projects[project.Id] = project;

    /// <summary>Null for a project that another service on the same store has just added.</summary>
    public Project? ProjectOf(int id) => _projects.GetValueOrDefault(id);

    /// <summary>Its alias; its number when it is no longer there.</summary>
    public string SnapshotterOf(int id) => directory.ById(id)?.Snapshotter.Alias ?? $"#{id}";
}
