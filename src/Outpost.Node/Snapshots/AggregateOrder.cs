using Outpost.Sdk.Snapshots;

namespace Outpost.Node.Snapshots;

/// <summary>Finds the members of aggregates, and the order in which aggregates can be computed.</summary>
internal static class AggregateOrder
{
    /// <summary>All aggregates, each after those that it is made of.</summary>
    /// <param name="known">The projects that are snapshotted.</param>
    /// <exception cref="ProjectException">
    /// One names what there is not, or is made of itself by way of others; or two have one id.
    /// </exception>
    public static IReadOnlyList<AggregateProject> Of(
        IReadOnlyList<Member> known, IReadOnlyList<AggregateSpec> specs, string networkName,
        Func<AggregateSpec, IAggregateProcessor> load)
    {
        var members = known.ToList();
        var types = known.Select(member => member.Type).ToHashSet(StringComparer.Ordinal);
        var ordered = new List<AggregateProject>();
        var left = specs.ToList();
        while (left.Count > 0)
        {
            if (left.Find(spec => Unknown(spec, types, members) is null) is not { } next)
            {
                throw new ProjectException(
                    $"the aggregate {left[0].Type} is made of {Unknown(left[0], types, members)}: there is no such "
                    + "project or type, or it is made of this aggregate itself");
            }

            left.Remove(next);
            var projects = ProjectsOf(next, members, networkName, load(next)).ToList();
            foreach (var project in projects)
            {
                if (members.Exists(member => member.ProjectId == project.Id))
                {
                    throw new ProjectException($"{project.Id} is there twice: take one of them out");
                }

                members.Add(new Member(project.Id, project.Type, project.Contract));
            }

            // Several aggregates may have one type: only all of them are what its name stands for.
            if (!left.Exists(spec => spec.Type == next.Type))
            {
                types.Add(next.Type);
            }

            ordered.AddRange(projects);
        }

        return ordered;
    }

    private static IReadOnlyList<string> NamesOf(AggregateSpec spec) => spec.Of switch
    {
        AggregateMembers.EachOf { Type: var type } => [type],
        AggregateMembers.AllOf { Names: var names } => names,
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>The first name that stands for nothing yet; null: all do.</summary>
    private static string? Unknown(AggregateSpec spec, HashSet<string> types, List<Member> members) =>
        NamesOf(spec) is [] ? "nothing" : NamesOf(spec).FirstOrDefault(
            name => !types.Contains(name) && !members.Exists(member => member.ProjectId == name));

    private static IEnumerable<AggregateProject> ProjectsOf(
        AggregateSpec spec, List<Member> members, string networkName, IAggregateProcessor processor)
    {
        // As configured, and each once.
        Member[] found =
        [
            .. NamesOf(spec)
                .SelectMany(name => members.Where(member => member.ProjectId == name || member.Type == name))
                .Distinct(),
        ];
        return spec.Of is AggregateMembers.AllOf
            ? [Of(null, found)]
            : found.Select(member => Of(member.Contract, [member]));

        AggregateProject Of(Sdk.Evm.EvmAddress? contract, Member[] of) => new(
            contract is { } own
                ? SnapshotProject.IdOf(spec.Type, own, networkName)
                : AggregateProject.IdOf(spec.Type, of, networkName),
            spec.Type, contract, of, processor);
    }
}
