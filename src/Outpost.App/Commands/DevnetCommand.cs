using System.CommandLine;
using System.Globalization;
using Outpost.Chains.Allora;
using Outpost.Devnet;
using Outpost.Devnet.Faults;

namespace Outpost.App.Commands;

/// <summary>outpost devnet: only the chain, in memory, until it is stopped.</summary>
internal static class DevnetCommand
{
    private const string AnyLabels = "any";

    /// <summary>In one inference, where the topic does not name more of them.</summary>
    private const int MostLabels = 16;

    private static readonly Option<string> ChainId = new("--chain-id")
    {
        Description = "The chain's name, signed into every transaction",
        DefaultValueFactory = _ => "outpost-devnet-1",
    };

    private static readonly Option<string> BlockTime = new("--block-time")
    {
        Description = "Between two blocks, such as 500ms or 2s",
        DefaultValueFactory = _ => "1s",
    };

    private static readonly Option<int> Nodes = Number(
        "--nodes", 1, "How many nodes serve the chain; each further one's ports are 10 higher");

    private static readonly Option<int> Topics = Number("--topics", 2, "How many topics, numbered from 1");
    private static readonly Option<int> EpochLength = Number("--epoch-length", 12, "Blocks between two openings");
    private static readonly Option<int> Window = Number("--window", 6, "Blocks that a window stays open");

    private static readonly Option<bool> Stagger = new("--stagger")
    {
        Description = "Spread the openings of the topics over the epoch instead of one block",
    };

    private static readonly Option<string> Labels = new("--labels")
    {
        Description = "Topics want a value for each of these labels, such as up,down; \"any\": for labels of one's own",
        HelpName = "A,B",
    };

    private static readonly Option<string> LossMethod = new("--loss-method")
    {
        Description = "How the topics' losses are taken, as docs/losses.md lists them",
        DefaultValueFactory = _ => "mse",
    };

    private static readonly Option<string> Emissions = new("--emissions")
    {
        Description = "The version of the emissions module: v9 or v10",
        DefaultValueFactory = _ => "v10",
    };

    private static readonly Option<int> Seed = Number("--seed", 1, "Decides every chance inside the chain");
    private static readonly Option<int> RpcPort = Number("--rpc-port", 26657, "CometBFT RPC, websocket; 0: any free");
    private static readonly Option<int> LcdPort = Number("--lcd-port", 1317, "REST and faucet; 0: any free");
    private static readonly Option<int> GrpcPort = Number("--grpc-port", 9090, "gRPC in plaintext; 0: any free");

    private static readonly Option<string[]> Fund = new("--fund")
    {
        Description = "ADDRESS=AMOUNT in uallo at genesis; may be repeated",
        DefaultValueFactory = _ => [],
    };

    private static readonly Option<string[]> Faults = FaultsOption();
    private static readonly Option<bool> ListFaults = ListFaultsOption();
    private static readonly Option<long?> MaxBlocks = MaxBlocksOption();
    private static readonly Option<bool> Json = JsonOption();

    public static Command Build(CommandSurroundings surroundings)
    {
        var command = new Command("devnet", """
            Runs an Allora chain in memory that speaks CometBFT RPC, REST and gRPC as a real node does: accounts,
            fees, signatures and windows are checked as strictly. Everything is forgotten when it stops.
            """)
        {
            ChainId, BlockTime, Nodes, Topics, EpochLength, Window, Stagger, Labels, LossMethod, Emissions, Seed,
            RpcPort, LcdPort, GrpcPort,
            Fund, Faults, ListFaults, MaxBlocks, Json,
            DevnetEvmCommand.Build(surroundings),
            HelpWithExamples.Of("""
                outpost devnet --topics 3 --block-time 500ms
                outpost devnet --labels up,down --loss-method bce
                outpost devnet --nodes 2 --fault 'rpc-stalls@node-1 from=10s for=30s amount=4s'
                outpost devnet --fault 'chain-halts from=1m for=20s' --fault 'tx-evicted amount=0.5'
                outpost devnet --list-faults
                """),
        };
        command.SetAction((parsed, cancellationToken) =>
        {
            if (parsed.GetValue(ListFaults))
            {
                return Task.FromResult(List(FaultKind.All, surroundings.Out));
            }

            if (DevnetArguments.Read(Raw(parsed), out var options, out var plan) is { } problem)
            {
                surroundings.Error.WriteLine($"outpost: {problem}");
                return Task.FromResult(ExitCode.Wrong);
            }

            var run = new DevnetRun(options!, plan!, parsed.GetValue(MaxBlocks), parsed.GetValue(Json), surroundings);
            return run.RunAsync(cancellationToken);
        });
        return command;
    }

    private static RawDevnetArguments Raw(ParseResult parsed)
    {
        string[] labels = parsed.GetValue(Labels) is null or AnyLabels ? [] : parsed.GetValue(Labels)!.Split(',');
        return new(
            parsed.GetValue(BlockTime)!, parsed.GetValue(Emissions)!, parsed.GetValue(Fund)!,
            new TopicOptions
            {
                Id = new TopicId(1),
                EpochLength = parsed.GetValue(EpochLength),
                WorkerWindow = parsed.GetValue(Window),
                GroundTruthLag = parsed.GetValue(EpochLength),
                LossMethod = parsed.GetValue(LossMethod)!,
                IsMulti = parsed.GetValue(Labels) is not null,
                Labels = labels,
                MaxLabels = (ulong)Math.Max(MostLabels, labels.Length),
            },
            parsed.GetValue(Topics), parsed.GetValue(Stagger), parsed.GetValue(Faults)!)
        {
            Options = new DevnetOptions
            {
                ChainId = parsed.GetValue(ChainId)!,
                Seed = parsed.GetValue(Seed),
                Nodes = parsed.GetValue(Nodes),
                RpcPort = parsed.GetValue(RpcPort),
                LcdPort = parsed.GetValue(LcdPort),
                GrpcPort = parsed.GetValue(GrpcPort),
            },
        };
    }

    internal static Option<string[]> FaultsOption() => new("--fault")
    {
        Description = "What goes wrong: NAME[@NODE] [from=TIME] [for=TIME] [amount=N]; may be repeated",
        DefaultValueFactory = _ => [],
    };

    internal static Option<bool> ListFaultsOption() =>
        new("--list-faults") { Description = "Print what can go wrong, and stop" };

    internal static Option<long?> MaxBlocksOption() =>
        new("--max-blocks") { Description = "Stop after this many blocks" };

    internal static Option<bool> JsonOption() =>
        new("--json") { Description = "One JSON line when ready, nothing else" };

    internal static int List(IReadOnlyList<FaultKind> kinds, TextWriter output)
    {
        var names = kinds.Max(kind => kind.Name.Length);
        var amounts = kinds.Max(kind => Amount(kind).Length);
        foreach (var kind in kinds)
        {
            output.WriteLine($"{kind.Name.PadRight(names)}  {Amount(kind).PadRight(amounts)}  {kind.Summary}");
        }

        return ExitCode.Done;
    }

    private static string Amount(FaultKind kind) => kind.AmountUnit.Length == 0
        ? ""
        : $"{kind.AmountUnit}, {kind.DefaultAmount.ToString(CultureInfo.InvariantCulture)}";

    internal static Option<int> Number(string name, int otherwise, string description) =>
        new(name) { Description = description, DefaultValueFactory = _ => otherwise };
}
