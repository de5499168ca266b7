using System.Net.Sockets;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Outpost.App.Settings;
using Outpost.Devnet;
using Outpost.Devnet.Faults;
using Outpost.Devnet.Uniswap;

namespace Outpost.App.Commands;

/// <summary>One run of 'outpost devnet evm': starts the chain, says where it is, and tells how it goes.</summary>
internal sealed class DevnetEvmRun(
    EvmDevnetOptions options, FaultPlan plan, long? maxBlocks, bool asJson, CommandSurroundings surroundings)
{
    private const long BlocksPerLine = 60;

    /// <summary>Blocks and faults are told side by side.</summary>
    private readonly TextWriter _out = TextWriter.Synchronized(surroundings.Out);

    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var devnet = await EvmDevnet.StartAsync(
                options, surroundings.Time, NullLoggerFactory.Instance, cancellationToken);
            Announce(devnet);
            var faults = new DevnetFaultRun(
                plan, devnet.Faults, () => devnet.Height, asJson ? TextWriter.Null : _out, surroundings.Time);
            await faults.BesideAsync(FollowAsync(devnet, cancellationToken), cancellationToken);
            return ExitCode.Done;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return ExitCode.Done;
        }
        catch (Exception taken) when (taken is IOException or SocketException)
        {
            surroundings.Error.WriteLine(
                $"outpost: Starting the devnet: {taken.Message} Give another port, or 0 for any free one (--port).");
            return ExitCode.Failed;
        }
    }

    /// <summary>Blocks are counted from the start, so that a history is none of them.</summary>
    private async Task FollowAsync(EvmDevnet devnet, CancellationToken cancellationToken)
    {
        var first = devnet.Height;
        var last = maxBlocks is { } most ? first + most : long.MaxValue;
        for (var next = first; next < last;)
        {
            next = Math.Min(last, next + BlocksPerLine);
            await devnet.WaitForHeightAsync(next, cancellationToken);
            if (!asJson)
            {
                var requests = devnet.Nodes.Select(node => $"{node.Name} {node.Requests}");
                _out.WriteLine($"block {devnet.Height}: requests so far: {string.Join(", ", requests)}");
            }
        }
    }

    private void Announce(EvmDevnet devnet)
    {
        var uniswap = devnet.Uniswap!;
        if (asJson)
        {
            _out.WriteLine(JsonSerializer.Serialize(new
            {
                chainId = options.ChainId,
                height = devnet.Height,
                nodes = devnet.Nodes.Select(node => new
                {
                    name = node.Name,
                    url = Text(node.Url),
                    socket = Text(node.Socket),
                }),
                factory = UniswapListing.Factory,
                router = UniswapListing.Router,
                weth = UniswapListing.Weth,
                tokens = uniswap.Tokens.Select(token => new { token.Address, token.Symbol, token.Decimals }),
                pairs = uniswap.Pairs.Select(pair => new { pair.Address, pair.Token0, pair.Token1 }),
            }, JsonSerializerOptions.Web));
            _out.Flush();
            return;
        }

        _out.WriteLine($"chain {options.ChainId}, a block every {DurationText.Format(options.BlockTime!.Value)}");
        foreach (var node in devnet.Nodes)
        {
            _out.WriteLine($"  {node.Name}  {Text(node.Url)}   {Text(node.Socket)}");
        }

        var pair = uniswap.Pairs[1];
        var asked = $$"""{"to":"{{pair.Address}}","data":"0x0902f1ac"}""";
        var call = $$"""{"jsonrpc":"2.0","id":1,"method":"eth_call","params":[{{asked}},"latest"]}""";
        _out.WriteLine($"""
              pairs   {uniswap.Pairs.Count} of Uniswap v2 over {uniswap.Tokens.Count} tokens
              factory {UniswapListing.Factory}
              USDC-WETH has reserves (USDC, WETH, time of the last change):
                curl -s -H 'content-type: application/json' {Text(devnet.Nodes[0].Url)} -d '{call}'
            Ctrl-C stops it; nothing is kept.
            """);
    }

    private static string Text(Uri url) => url.ToString().TrimEnd('/');
}
