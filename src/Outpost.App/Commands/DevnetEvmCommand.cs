using System.CommandLine;
using Outpost.Devnet;
using Outpost.Devnet.Faults;
using Outpost.Devnet.Uniswap;

namespace Outpost.App.Commands;

/// <summary>outpost devnet evm: only an EVM chain with Uniswap v2 on it, in memory, until it is stopped.</summary>
internal static class DevnetEvmCommand
{
    private static readonly Option<long> ChainId = new("--chain-id")
    {
        Description = "The chain's number",
        DefaultValueFactory = _ => 31_337,
    };

    private static readonly Option<string> BlockTime = new("--block-time")
    {
        Description = "Between two blocks, such as 500ms or 12s",
        DefaultValueFactory = _ => "2s",
    };

    private static readonly Option<int> Nodes = DevnetCommand.Number(
        "--nodes", 1, "How many nodes serve the chain; each further one's port is 10 higher");

    private static readonly Option<int> Pairs = DevnetCommand.Number(
        "--pairs", 20, "How many pairs, from 3 on: DAI, USDC and USDT with WETH");

    private static readonly Option<int?> Tokens = new("--tokens")
    {
        Description = "How many tokens, from 4 on; about one for two pairs where not given",
    };

    private static readonly Option<int> Trades = DevnetCommand.Number(
        "--trades", 10, "Transactions in a block on average; a block has up to twice as many");

    private static readonly Option<int> History = DevnetCommand.Number(
        "--history", 100, "Blocks that are there from the start");

    private static readonly Option<int> Seed = DevnetCommand.Number("--seed", 1, "Decides every block and every trade");

    private static readonly Option<int> Port = DevnetCommand.Number(
        "--port", 8545, "JSON-RPC by HTTP and websocket; 0: any free");

    /// <summary>The command; its faults are of another catalogue than those of Allora's chain.</summary>
    public static Command Build(CommandSurroundings surroundings)
    {
        var (faults, listFaults, maxBlocks, json) =
            (DevnetCommand.FaultsOption(), DevnetCommand.ListFaultsOption(), DevnetCommand.MaxBlocksOption(),
                DevnetCommand.JsonOption());
        var command = new Command("evm", """
            Runs an EVM chain in memory that speaks JSON-RPC as a real node does, with Uniswap v2 pairs that are traded
            in every block. WETH, DAI, USDC, USDT, the factory and their pairs have the addresses of the main network.
            Everything is forgotten when it stops.
            """)
        {
            ChainId, BlockTime, Nodes, Pairs, Tokens, Trades, History, Seed, Port, faults, listFaults, maxBlocks, json,
            HelpWithExamples.Of("""
                outpost devnet evm
                outpost devnet evm --pairs 2000 --trades 150 --block-time 12s --history 1000
                outpost devnet evm --nodes 3 --fault 'rpc-false-logs@node-3' --fault 'rpc-behind@node-2 amount=4'
                outpost devnet evm --fault 'chain-reorganises from=30s amount=64' --fault 'rpc-log-blocks amount=50'
                outpost devnet evm --list-faults
                """),
        };
        command.SetAction((parsed, cancellationToken) =>
        {
            if (parsed.GetValue(listFaults))
            {
                return Task.FromResult(DevnetCommand.List(EvmFaultKinds.All, surroundings.Out));
            }

            var raw = new RawEvmDevnetArguments(
                parsed.GetValue(BlockTime)!, parsed.GetValue(faults)!,
                new EvmDevnetOptions
                {
                    ChainId = parsed.GetValue(ChainId),
                    Seed = parsed.GetValue(Seed),
                    Nodes = parsed.GetValue(Nodes),
                    History = parsed.GetValue(History),
                    Port = parsed.GetValue(Port),
                    MulticallFrom = 0,
                    Uniswap = new UniswapOptions
                    {
                        Pairs = parsed.GetValue(Pairs),
                        Tokens = parsed.GetValue(Tokens),
                        TradesPerBlock = parsed.GetValue(Trades),
                    },
                });
            if (DevnetEvmArguments.Read(raw, out var options, out var plan) is { } problem)
            {
                surroundings.Error.WriteLine($"outpost: {problem}");
                return Task.FromResult(ExitCode.Wrong);
            }

            var run = new DevnetEvmRun(
                options!, plan!, parsed.GetValue(maxBlocks), parsed.GetValue(json), surroundings);
            return run.RunAsync(cancellationToken);
        });
        return command;
    }
}
