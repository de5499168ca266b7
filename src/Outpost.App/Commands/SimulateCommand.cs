using System.CommandLine;
using Outpost.App.Simulations;
using Outpost.Simulation.Faults;

namespace Outpost.App.Commands;

/// <summary>outpost simulate: the shipped node against a chain in memory, in simulated time, with faults.</summary>
internal static class SimulateCommand
{
    private static readonly Option<int> Seed = Number(
        "--seed", 1, "The first seed; a seed and a version of Outpost give one run");
    private static readonly Option<int> Seeds = Number("--seeds", 1, "How many seeds, each a run of its own");
    private static readonly Option<double> Days = new("--days")
    {
        Description = "Simulated days of each run, such as 30 or 0.25",
        DefaultValueFactory = _ => 1,
    };

    private static readonly Option<string> Faults = new("--faults")
    {
        Description = "all, none, or names separated by commas; --list-faults lists them",
        DefaultValueFactory = _ => "all",
    };

    private static readonly Option<double> Intensity = new("--intensity")
    {
        Description = "How often faults come; 1 is a bad day, short runs want more",
        DefaultValueFactory = _ => 1,
    };

    private static readonly Option<FileInfo?> PlanFile = new("--plan")
    {
        Description = "Inject the faults of this file instead, one a line as --print-plan writes them",
    };

    private static readonly Option<bool> PrintPlan = new("--print-plan")
    {
        Description = "Print the faults, run nothing",
    };

    private static readonly Option<bool> ListFaults = new("--list-faults")
    {
        Description = "List the faults, run nothing",
    };

    private static readonly Option<bool> Shrink = new("--shrink")
    {
        Description = "When a run breaks a promise: find fewer faults that do so too, and print them",
    };

    private static readonly Option<FileInfo?> Steps = new("--steps")
    {
        Description = "Write every request, reply and log line of a single run into this file",
    };

    private static readonly Option<int> Topics = Number("--topics", 10, "Topics that the node serves");
    private static readonly Option<int> Nodes = Number("--nodes", 3, "Endpoints of the chain");
    private static readonly Option<int> Jobs = Number(
        "--jobs", Environment.ProcessorCount, "Runs side by side, each in a process of its own");

    private static readonly Option<bool> Json = new("--json")
    {
        Description = "End with one line of JSON and print nothing else",
    };

    public static Command Build(CommandSurroundings surroundings)
    {
        var command = new Command("simulate", """
            Runs the node that you would run against a chain in memory, months in minutes: its own clock, its own
            network, no sockets. Faults come and go as the seed decides. A checker that sees only the chain holds
            every window against what stood in the way: was it met, could it have been, is the reason right, was
            anything sent twice. Equal seeds give equal runs.
            Exit code 0: every promise held; 3: one was broken; 2: the command line is wrong.

            Examples:
              outpost simulate --days 30
              outpost simulate --seeds 100 --days 0.25 --intensity 10
              outpost simulate --faults rpc-stalls,node-killed --days 7 --json
              outpost simulate --seed 17 --days 1 --shrink
            """)
        {
            Seed, Seeds, Days, Faults, Intensity, PlanFile, PrintPlan, ListFaults, Shrink, Steps, Topics, Nodes, Jobs,
            Json,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed, surroundings, cancellationToken));
        return command;
    }

    /// <summary>The program as one of its own workers; nobody but the program calls it.</summary>
    public static Command BuildWorker(CommandSurroundings surroundings)
    {
        var command = new Command(SimulationWorkers.CommandName) { Hidden = true };
        command.SetAction(async (_, cancellationToken) =>
        {
            if (await SimulationWorker.RunAsync(surroundings.In, surroundings.Out, cancellationToken))
            {
                return ExitCode.Done;
            }

            surroundings.Error.WriteLine("outpost: a worker needs DOTNET_PROCESSOR_COUNT=1");
            return ExitCode.Failed;
        });
        return command;
    }

    private static async Task<int> RunAsync(
        ParseResult parsed, CommandSurroundings surroundings, CancellationToken cancellationToken)
    {
        if (parsed.GetValue(ListFaults))
        {
            foreach (var kind in SimulationTask.Kinds)
            {
                surroundings.Out.WriteLine($"{kind.Name,-20}{kind.Summary}");
            }

            return ExitCode.Done;
        }

        if (Read(parsed, out var tasks) is { } problem)
        {
            surroundings.Error.WriteLine($"outpost: {problem}");
            return ExitCode.Wrong;
        }

        if (parsed.GetValue(PrintPlan))
        {
            foreach (var line in tasks.SelectMany(task => task.Plan))
            {
                surroundings.Out.WriteLine(line);
            }

            return ExitCode.Done;
        }

        var run = new SimulationSession(
            new SimulationWorkers(Math.Max(1, parsed.GetValue(Jobs)), SimulationWorkers.ThisProgram())
            {
                Progress = surroundings.IsErrorInteractive ? surroundings.Error.WriteLine : null,
            },
            surroundings, parsed.GetValue(Json));
        return await run.RunAsync(tasks, parsed.GetValue(Shrink), cancellationToken);
    }

    /// <summary>Null, or what is wrong with the command line.</summary>
    private static string? Read(ParseResult parsed, out IReadOnlyList<SimulationTask> tasks)
    {
        tasks = [];
        var days = parsed.GetValue(Days);
        if (days is not (>= 0.02 and <= 3660))
        {
            return "--days: write a number from 0.02 (half an hour) to 3660";
        }

        if (SimulationPlans.Choose(parsed.GetValue(Faults)!, out var kinds) is { } unknown)
        {
            return unknown;
        }

        IReadOnlyList<string>? given = null;
        if (parsed.GetValue(PlanFile) is { } file && SimulationPlans.Read(file, out given) is { } problem)
        {
            return problem;
        }

        var (nodes, topics) = (parsed.GetValue(Nodes), parsed.GetValue(Topics));
        if (nodes is < 1 or > 9 || topics is < 1 or > 500)
        {
            return "--nodes: write a number from 1 to 9; --topics: from 1 to 500";
        }

        if (parsed.GetValue(Steps) is not null && parsed.GetValue(Seeds) != 1)
        {
            return "--steps: for one seed only";
        }

        tasks = [.. Enumerable.Range(parsed.GetValue(Seed), parsed.GetValue(Seeds)).Select(seed => new SimulationTask(
            seed, days, topics, nodes,
            given ?? [.. MixedFaults.Draw(
                seed, TimeSpan.FromDays(days), nodes, topics, parsed.GetValue(Intensity), kinds)
                .Select(fault => fault.ToString())],
            parsed.GetValue(Steps)?.FullName))];
        return null;
    }

    private static Option<int> Number(string name, int otherwise, string description) =>
        new(name) { Description = description, DefaultValueFactory = _ => otherwise };
}
