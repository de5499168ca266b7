using Outpost.Node.Snapshots;

namespace Outpost.App.Settings;

/// <summary>What a configuration asks of a snapshotter.</summary>
/// <param name="Options">All but the projects and aggregates, whose processors are loaded when they are needed.</param>
/// <param name="Namespace">The last part of project ids.</param>
internal sealed record SnapshotConfiguration(
    SnapshotOptions Options, IReadOnlyList<ProjectSpec> Projects, IReadOnlyList<AggregateSpec> Aggregates,
    string Namespace);
