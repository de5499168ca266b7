using System.CommandLine;
using System.Security.Cryptography;
using System.Text;
using Outpost.Chains.Rpc;
using Outpost.Consensus;
using Outpost.Consensus.Snapshotters;
using Outpost.Consensus.Store;

namespace Outpost.App.Commands;

/// <summary>outpost snapshotter: who may vote. Changes hold within a second in a service that runs.</summary>
internal static class SnapshotterCommand
{
    private delegate Task<int> Act(ISnapshotterRegistry registry, SnapshotterReport report);

    public static Command Build(CommandSurroundings surroundings)
    {
        var config = ConsensusCommand.ConfigFile();
        config.Recursive = true;
        var json = new Option<bool>("--json") { Description = "JSON instead of lines", Recursive = true };
        var shared = new Shared(config, json, surroundings);
        return new Command("snapshotter", """
            Adds, changes and lists the snapshotters of a consensus service, in its store; a service that runs notices
            within a second. Exit code 0: done; 1: refused, the last line says why; 2: the command line is wrong.
            """)
        {
            HelpWithExamples.Of("""
                outpost snapshotter add '{"alias":"jane-1","rate_limit":"10000/day;300/minute;40/second"}'
                outpost snapshotter disable jane-1
                outpost snapshotter limit jane-1 '600/second'
                outpost snapshotter list --json
                """),
            config, json,
            Add(shared), List(shared), Show(shared),
            Change("disable", "Refuses its calls and takes it off the rosters of rounds that open from now on.",
                "is disabled", one => one with { IsActive = false }, shared),
            Change("enable", "Lets it vote again, in all projects that it was registered for.",
                "is active", one => one with { IsActive = true }, shared),
            Limit(shared), Rotate(shared), Remove(shared),
        };
    }

    private sealed record Shared(Option<string?> Config, Option<bool> Json, CommandSurroundings Surroundings)
    {
        public async Task<int> RunAsync(ParseResult parsed, Act act)
        {
            if (ConsensusCommand.Load(parsed.GetValue(Config), Surroundings) is not { } configuration)
            {
                return ExitCode.Wrong;
            }

            try
            {
                var registry = await ConsensusStore.OpenRegistryAsync(
                    configuration.Options.Store, CancellationToken.None);
                return await act(registry, new SnapshotterReport(
                    Surroundings.Out, parsed.GetValue(Json), ConsensusStore.NameOf(configuration.Options.Store)));
            }
            catch (ConsensusException problem)
            {
                return Refuse(problem.Message);
            }
        }

        public Task<int> RunAsync(
            ParseResult parsed, Argument<string> alias,
            Func<ISnapshotterRegistry, SnapshotterReport, Snapshotter, Task<int>> act,
            CancellationToken cancellationToken) =>
            RunAsync(parsed, async (registry, report) =>
            {
                var name = parsed.GetValue(alias);
                var all = await registry.ListAsync(cancellationToken);
                return all.FirstOrDefault(one => one.Alias == name) is { } snapshotter
                    ? await act(registry, report, snapshotter)
                    : Refuse($"there is no snapshotter with the alias {name}; outpost snapshotter list shows all");
            });

        public int Refuse(string problem)
        {
            Surroundings.Error.WriteLine($"outpost: {problem}");
            return ExitCode.Failed;
        }
    }

    private static Argument<string> Alias() => new("ALIAS") { Description = "The snapshotter's alias" };

    private static Command Add(Shared shared)
    {
        var text = new Argument<string?>("JSON")
        {
            Description = "As --sample-metadata prints it; without uuid one is made",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var sample = new Option<bool>("--sample-metadata") { Description = "Print a sample of the JSON, and stop" };
        var command = new Command("add", "Adds a snapshotter, and shows its uuid once.") { text, sample };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (parsed.GetValue(text) is not { } json || parsed.GetValue(sample))
            {
                shared.Surroundings.Out.WriteLine(SnapshotterText.Sample);
                return ExitCode.Done;
            }

            var (snapshotter, given, problem) = SnapshotterText.Read(json);
            return snapshotter is null
                ? shared.Refuse(problem!)
                : await shared.RunAsync(parsed, (registry, report) => AddAsync(
                    registry, report, snapshotter, given, shared, cancellationToken));
        });
        return command;
    }

    private static async Task<int> AddAsync(
        ISnapshotterRegistry registry, SnapshotterReport report, Snapshotter snapshotter, string? given, Shared shared,
        CancellationToken cancellationToken)
    {
        var uuid = given ?? NewUuid();
        if (SnapshotterText.Doubt(uuid) is { } doubt)
        {
            shared.Surroundings.Error.WriteLine($"outpost: the uuid of {snapshotter.Alias} {doubt}");
        }

        var added = snapshotter with { InstanceHash = HashOf(uuid), AddedAt = shared.Surroundings.Time.GetUtcNow() };
        if (!await registry.AddAsync(added, cancellationToken))
        {
            return shared.Refuse(
                $"a snapshotter with the alias {snapshotter.Alias}, or with this uuid or address, exists already");
        }

        report.One($"Added the snapshotter {snapshotter.Alias}.", added, uuid);
        return ExitCode.Done;
    }

    private static Command List(Shared shared)
    {
        var command = new Command("list", "Lists all snapshotters.");
        command.SetAction((parsed, cancellationToken) => shared.RunAsync(parsed, async (registry, report) =>
        {
            report.All(await registry.ListAsync(cancellationToken));
            return ExitCode.Done;
        }));
        return command;
    }

    private static Command Show(Shared shared)
    {
        var alias = Alias();
        var command = new Command("show", "Shows a snapshotter and the projects it is registered for.") { alias };
        command.SetAction((parsed, cancellationToken) => shared.RunAsync(
            parsed, alias, async (registry, report, snapshotter) =>
            {
                var projects = await registry.ProjectsOfAsync(snapshotter.Id, cancellationToken);
                report.One($"The snapshotter {snapshotter.Alias}:", snapshotter, projects: projects);
                return ExitCode.Done;
            }, cancellationToken));
        return command;
    }

    private static Command Change(
        string name, string description, string becomes, Func<Snapshotter, Snapshotter> change, Shared shared)
    {
        var alias = Alias();
        var command = new Command(name, description) { alias };
        command.SetAction((parsed, cancellationToken) => shared.RunAsync(
            parsed, alias, (registry, report, snapshotter) =>
                ChangeAsync(registry, report, change(snapshotter), becomes, null, shared, cancellationToken),
            cancellationToken));
        return command;
    }

    private static Command Limit(Shared shared)
    {
        var alias = Alias();
        var limit = new Argument<string>("LIMIT") { Description = "Such as 10000/day;300/minute;40/second" };
        var command = new Command("limit", "Sets how often it may call.") { alias, limit };
        command.SetAction((parsed, cancellationToken) => shared.RunAsync(
            parsed, alias, async (registry, report, snapshotter) =>
            {
                var text = parsed.GetValue(limit)!;
                return RateLimitText.TryParse(text, out _, out var problem)
                    ? await ChangeAsync(registry, report, snapshotter with { RateLimit = text },
                        $"may call {text}", null, shared, cancellationToken)
                    : shared.Refuse(problem);
            }, cancellationToken));
        return command;
    }

    private static Command Rotate(Shared shared)
    {
        var alias = Alias();
        var command = new Command("rotate", "Gives it a new uuid, shown once; the old one is refused.") { alias };
        command.SetAction((parsed, cancellationToken) => shared.RunAsync(
            parsed, alias, (registry, report, snapshotter) =>
            {
                var uuid = NewUuid();
                return ChangeAsync(registry, report, snapshotter with { InstanceHash = HashOf(uuid) },
                    "has a new uuid", uuid, shared, cancellationToken);
            }, cancellationToken));
        return command;
    }

    private static Command Remove(Shared shared)
    {
        var alias = Alias();
        var command = new Command("remove", "Removes it for good and frees its alias; its votes stay.") { alias };
        command.SetAction((parsed, cancellationToken) => shared.RunAsync(
            parsed, alias, async (registry, report, snapshotter) =>
            {
                await registry.RemoveAsync(
                    snapshotter.Id, shared.Surroundings.Time.GetUtcNow(), cancellationToken);
                report.One($"Removed the snapshotter {snapshotter.Alias}.", snapshotter with { IsActive = false });
                return ExitCode.Done;
            }, cancellationToken));
        return command;
    }

    private static async Task<int> ChangeAsync(
        ISnapshotterRegistry registry, SnapshotterReport report, Snapshotter changed, string becomes, string? uuid,
        Shared shared, CancellationToken cancellationToken)
    {
        if (!await registry.ChangeAsync(changed, cancellationToken))
        {
            return shared.Refuse($"the snapshotter {changed.Alias} was removed meanwhile");
        }

        report.One($"The snapshotter {changed.Alias} {becomes}.", changed, uuid);
        return ExitCode.Done;
    }

    private static byte[] HashOf(string uuid) => InstanceId.Hash(Encoding.UTF8.GetBytes(uuid));

    /// <summary>A UUID of version 4 whose random bits nobody can guess.</summary>
    private static string NewUuid()
    {
        var bytes = RandomNumberGenerator.GetBytes(16);
        bytes[6] = (byte)((bytes[6] & 0x0f) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3f) | 0x80);
        return new Guid(bytes, bigEndian: true).ToString();
    }
}
