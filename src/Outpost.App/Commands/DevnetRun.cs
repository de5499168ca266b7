using System.Net.Sockets;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Outpost.App.Settings;
using Outpost.Devnet;
using Outpost.Devnet.Faults;

namespace Outpost.App.Commands;

/// <summary>One run of 'outpost devnet': starts the chain, says where it is, and tells how it goes.</summary>
internal sealed class DevnetRun(
    DevnetOptions options, FaultPlan plan, long? maxBlocks, bool asJson, CommandSurroundings surroundings)
{
    private const long BlocksPerLine = 60;

    /// <summary>Blocks and faults are told side by side.</summary>
    private readonly TextWriter _out = TextWriter.Synchronized(surroundings.Out);

    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var devnet = await Devnet.Devnet.StartAsync(
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
                $"outpost: Starting the devnet: {taken.Message} Give other ports, or 0 for any free one "
                + "(--rpc-port, --lcd-port, --grpc-port).");
            return ExitCode.Failed;
        }
    }

    private async Task FollowAsync(Devnet.Devnet devnet, CancellationToken cancellationToken)
    {
        var last = maxBlocks ?? long.MaxValue;
        while (devnet.Height < last)
        {
            var next = Math.Min(last, (devnet.Height / BlocksPerLine * BlocksPerLine) + BlocksPerLine);
            await devnet.WaitForHeightAsync(next, cancellationToken);
            if (!asJson)
            {
                Tell(devnet);
            }
        }
    }

    private void Announce(Devnet.Devnet devnet)
    {
        if (asJson)
        {
            _out.WriteLine(JsonSerializer.Serialize(new
            {
                chainId = options.ChainId,
                rpc = Text(devnet.Rpc),
                lcd = Text(devnet.Lcd),
                grpc = Text(devnet.Grpc),
                faucet = Text(devnet.Faucet),
                topics = options.Topics.Count,
                nodes = devnet.Nodes.Select(node => new
                {
                    name = node.Name,
                    rpc = Text(node.Rpc),
                    lcd = Text(node.Lcd),
                    grpc = Text(node.Grpc),
                }),
            }));
            _out.Flush();
            return;
        }

        var shape = options.Topics[0];
        var blockTime = DurationText.Format(options.BlockTime!.Value);
        _out.WriteLine(
            $"{options.ChainId}, emissions v{(int)options.Version}, a block every {blockTime}");
        foreach (var node in devnet.Nodes)
        {
            if (devnet.Nodes.Count > 1)
            {
                _out.WriteLine($"  {node.Name}");
            }

            _out.WriteLine($"""
                  rpc     {Text(node.Rpc)}   websocket at /websocket
                  lcd     {Text(node.Lcd)}
                  grpc    {Text(node.Grpc)}
                """);
        }

        var opens = $"open every {shape.EpochLength} blocks for {shape.WorkerWindow}{Wants(shape)}";
        _out.WriteLine($"""
              topics  1..{options.Topics.Count}, {opens}
              coins   curl '{Text(devnet.Faucet)}?address=allo1…'
            Ctrl-C stops it; nothing is kept.
            """);
    }

    /// <summary>What is not as most topics have it.</summary>
    private static string Wants(Devnet.TopicOptions topic) =>
        (!topic.IsMulti ? "" : topic.Labels.Count == 0 ? ", with any labels"
            : $", with the labels {string.Join(", ", topic.Labels)}")
        + (topic.LossMethod == "mse" ? "" : $", losses by {topic.LossMethod}");

    private void Tell(Devnet.Devnet devnet)
    {
        var observer = devnet.Observer;
        var delivered = observer.Delivered;
        var refused = delivered.Where(entry => entry.Key.Code != 0).Sum(entry => entry.Value);
        _out.WriteLine(
            $"block {devnet.Height}: {observer.WindowsOpened} windows opened, "
            + $"{observer.Admitted.Count} inferences admitted, "
            + $"{delivered.Values.Sum()} transactions ({refused} failed)");
    }

    private static string Text(Uri url) => url.ToString().TrimEnd('/');
}
