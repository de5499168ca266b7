using System.Security.Cryptography;
using System.Text;
using Outpost.Sdk.Evm;
using Outpost.Sdk.Snapshots;

namespace Outpost.Node.Snapshots;

/// <summary>What follows in each epoch from the snapshots of other projects.</summary>
/// <param name="Id">Its name in rounds.</param>
/// <param name="Type">The use case, such as aggregate_24h_top_pairs.</param>
/// <param name="Contract">Where it is on a single project: that one's contract; else null.</param>
/// <param name="Members">The projects that it is made of, in the order of the configuration.</param>
/// <param name="Processor">Shared by all aggregates of the type.</param>
public sealed record AggregateProject(
    string Id, string Type, EvmAddress? Contract, IReadOnlyList<Member> Members, IAggregateProcessor Processor)
{
    /// <summary>
    /// The id of an aggregate on several projects, as Pooler forms it: type, SHA3-256 of the members' ids in order, and
    /// namespace.
    /// </summary>
    public static string IdOf(string type, IEnumerable<Member> members, string networkName)
    {
        var ids = string.Concat(members.Select(member => member.ProjectId).Order(StringComparer.Ordinal));
        return $"{type}_{Convert.ToHexStringLower(SHA3_256.HashData(Encoding.UTF8.GetBytes(ids)))}_{networkName}";
    }
}

/// <summary>An aggregate as it is configured.</summary>
/// <param name="Type">The first part of its projects' ids.</param>
/// <param name="Processor">The module's class that implements <see cref="IAggregateProcessor"/>.</param>
public sealed record AggregateSpec(string Type, ModuleSource Processor, AggregateMembers Of);

/// <summary>What an aggregate is made of.</summary>
public abstract record AggregateMembers
{
    private AggregateMembers()
    {
    }

    /// <summary>One aggregate for each project of a type (Pooler: SingleProject).</summary>
    public sealed record EachOf(string Type) : AggregateMembers;

    /// <summary>
    /// One aggregate over all of these (Pooler: MultiProject). A name is a project's id, or a type, which stands for
    /// all of its projects.
    /// </summary>
    public sealed record AllOf(IReadOnlyList<string> Names) : AggregateMembers;
}
