using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Diagnostics.CodeAnalysis;
using Outpost.App.Settings;

namespace Outpost.App.Commands;

/// <summary>The tree of commands, and how one command line is carried out.</summary>
internal static class OutpostCommands
{
    /// <summary>Runs a command line; the token means stop gracefully.</summary>
    [SuppressMessage("Design", "CA1031",
        Justification = "The program's last catch: a fault is told in full, with an exit code.")]
    public static async Task<int> RunAsync(
        IReadOnlyList<string> arguments, CommandSurroundings surroundings, CancellationToken cancellationToken)
    {
        var root = Build(surroundings);
        if (arguments.Count == 0)
        {
            surroundings.Out.Write(RootHelp.Text);
            return ExitCode.Done;
        }

        var parsed = root.Parse(arguments);
        if (parsed.Errors.Count > 0)
        {
            TellErrors(root, parsed, surroundings.Error);
            return ExitCode.Wrong;
        }

        var configuration = new InvocationConfiguration
        {
            Output = surroundings.Out,
            Error = surroundings.Error,
            EnableDefaultExceptionHandler = false,
            // Signals are turned into the token by Program, for all commands alike.
            ProcessTerminationTimeout = null,
        };
        try
        {
            return await parsed.InvokeAsync(configuration, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return ExitCode.Interrupted;
        }
        catch (Exception fault)
        {
            surroundings.Error.WriteLine($"outpost: a fault in Outpost ended the command; please report this: {fault}");
            return ExitCode.Failed;
        }
    }

    private static void TellErrors(RootCommand root, ParseResult parsed, TextWriter error)
    {
        var command = parsed.CommandResult.Command;
        if (command == root && parsed.UnmatchedTokens is [var word, ..])
        {
            var near = NearestName.Of(word, root.Subcommands.Select(known => known.Name));
            error.WriteLine(
                $"outpost: there is no command '{word}'{(near is null ? "" : $"; did you mean '{near}'?")}");
        }
        else
        {
            foreach (var problem in parsed.Errors)
            {
                error.WriteLine($"outpost: {problem.Message}");
            }
        }

        error.WriteLine($"outpost: see 'outpost{PathOf(command)} --help'");
    }

    /// <summary>Its name behind those of the commands that it belongs to, each after a blank.</summary>
    private static string PathOf(Command command) =>
        command is RootCommand ? "" : $"{PathOf(command.Parents.OfType<Command>().First())} {command.Name}";

    private static RootCommand Build(CommandSurroundings surroundings)
    {
        var root = new RootCommand("An off-chain node for Allora.")
        {
            DemoCommand.Build(surroundings),
            DevnetCommand.Build(surroundings),
            SimulateCommand.Build(surroundings),
            SimulateCommand.BuildWorker(surroundings),
            CheckCommand.Build(surroundings),
            TryCommand.Build(surroundings),
            RunCommand.Build(surroundings),
            DutiesCommand.Build(surroundings),
            EndpointsCommand.Build(surroundings),
            ConsensusCommand.Build(surroundings),
            SnapshotCommand.Build(surroundings),
            SnapshotterCommand.Build(surroundings),
            KeysCommand.Build(surroundings),
            VerifyCommand.Build(surroundings),
        };
        root.Options.OfType<HelpOption>().Single().Action = new HelpOrGuide(root);
        return root;
    }

    /// <summary>The guide for the program as a whole, the generated help for a command.</summary>
    private sealed class HelpOrGuide(RootCommand root) : SynchronousCommandLineAction
    {
        private readonly HelpAction _generated = new();

        public override int Invoke(ParseResult parseResult)
        {
            if (parseResult.CommandResult.Command != root)
            {
                return _generated.Invoke(parseResult);
            }

            parseResult.InvocationConfiguration.Output.Write(RootHelp.Text);
            return ExitCode.Done;
        }
    }
}
