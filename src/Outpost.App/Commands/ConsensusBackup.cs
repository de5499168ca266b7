using System.CommandLine;
using Outpost.Consensus;
using Outpost.Consensus.Store;

namespace Outpost.App.Commands;

/// <summary>outpost consensus backup and restore.</summary>
internal static class ConsensusBackup
{
    public static Command BuildBackup(Option<string?> config, CommandSurroundings surroundings)
    {
        var target = new Argument<string>("FILE") { Description = "The new file" };
        var command = new Command(
            "backup", "Copies the store into a new file, also while the service runs on it.") { target };
        command.SetAction(parsed => Guarded(parsed, config, surroundings, store =>
        {
            var file = Path.GetFullPath(parsed.GetValue(target)!, Path.GetFullPath(surroundings.WorkingDirectory));
            StoreBackup.Back(store, file);
            surroundings.Out.WriteLine($"{store} is in {file}, {new FileInfo(file).Length} bytes");
        }));
        return command;
    }

    public static Command BuildRestore(Option<string?> config, CommandSurroundings surroundings)
    {
        var source = new Argument<string>("FILE") { Description = "A file that 'outpost consensus backup' wrote" };
        var force = new Option<bool>("--force") { Description = "Replace the store that is there" };
        var command = new Command(
            "restore", "Puts a backup in the place of the store; no service may run on it.") { source, force };
        command.SetAction(parsed => Guarded(parsed, config, surroundings, store =>
        {
            var file = Path.GetFullPath(parsed.GetValue(source)!, Path.GetFullPath(surroundings.WorkingDirectory));
            StoreBackup.Restore(file, store, parsed.GetValue(force));
            surroundings.Out.WriteLine($"{store} is as it was in {file}");
        }));
        return command;
    }

    private static int Guarded(
        ParseResult parsed, Option<string?> config, CommandSurroundings surroundings, Action<string> act)
    {
        if (ConsensusCommand.Load(parsed.GetValue(config), surroundings) is not { } configuration)
        {
            return ExitCode.Wrong;
        }

        if (ConsensusStore.IsPostgres(configuration.Options.Store))
        {
            surroundings.Error.WriteLine(
                "outpost: a PostgreSQL store is backed up by pg_dump and restored by pg_restore");
            return ExitCode.Failed;
        }

        try
        {
            act(configuration.Options.Store);
            return ExitCode.Done;
        }
        catch (ConsensusException problem)
        {
            surroundings.Error.WriteLine($"outpost: {problem.Message}");
            return ExitCode.Failed;
        }
    }
}
