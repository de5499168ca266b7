using System.Collections.Concurrent;
using System.Text;
using Outpost.Consensus.Contract;
using Outpost.Consensus.Epochs;
using Outpost.Consensus.Store;

namespace Outpost.Consensus.Service;

/// <summary>
/// Projects by their names, found without a string being made of them. Safe for use from several threads.
/// </summary>
internal sealed class ProjectIndex(IStoreReader reader)
{
    /// <summary>Above it, projects are asked of the store each time: slower, not wrong.</summary>
    private const int MostHeld = 200_000;

    private readonly ConcurrentDictionary<string, Project> _byName = new(StringComparer.Ordinal);

    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        foreach (var project in await reader.ProjectsAsync(cancellationToken))
        {
            Add(project);
        }
    }

    /// <summary>Only what is held.</summary>
    public Project? Find(in FieldText name)
    {
        Span<char> text = stackalloc char[Limits.ProjectIdBytes];
        var length = Encoding.UTF8.GetChars(name.Utf8, text);
        return _byName.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(text[..length], out var project)
            ? project
            : null;
    }

    /// <summary>What is held, or what another instance has added to the store.</summary>
    public async ValueTask<Project?> FindAsync(string name, CancellationToken cancellationToken)
    {
        if (_byName.TryGetValue(name, out var held))
        {
            return held;
        }

        var project = await reader.ProjectAsync(name, cancellationToken);
        if (project is not null)
        {
            Add(project);
        }

        return project;
    }

    /// <summary>The stream of a project, also of one that does not exist yet.</summary>
    public EpochStream StreamOf(string name, ConsensusOptions options) =>
        _byName.TryGetValue(name, out var held)
            ? held.Stream
            : options.ProjectStreams.GetValueOrDefault(name) ?? options.Streams[0];

    public void Add(Project project)
    {
        if (_byName.Count < MostHeld)
        {
            _byName.TryAdd(project.Name, project);
        }
    }
}
