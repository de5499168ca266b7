using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Outpost.App.Terminal;
using Outpost.Chains;
using Outpost.Chains.Evm;
using Outpost.Node.Snapshots;
using Outpost.Sdk.Snapshots;

namespace Outpost.App.Commands;

/// <summary>outpost snapshot: what a snapshotter computes, tried by hand.</summary>
internal static class SnapshotCommand
{
    private const long MostRecordingBytes = 256 * 1024 * 1024;

    // Far above what the client reads of an answer.
    private const long MostAnswerBytes = 256 * 1024 * 1024;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private sealed record Options(
        string? Config, string? Project, string? Blocks, string? Record, string? Replay, bool AsJson);

    public static Command Build(CommandSurroundings surroundings) => new(
        "snapshot", "Tries what a snapshotter computes. To serve epochs: outpost run.") { BuildTry(surroundings) };

    private static Command BuildTry(CommandSurroundings surroundings)
    {
        var config = ConfigOption.Create();
        var project = new Option<string?>("--project", "-p")
        {
            Description = "A project's id, or a part of it that only one has; by default all of them",
            HelpName = "ID",
        };
        var blocks = new Option<string?>("--blocks", "-b")
        {
            Description = "The epoch's first and last block",
            HelpName = "A-B",
            Required = true,
        };
        var record = new Option<string?>("--record")
        {
            Description = "Write all that was read of the chain to this file",
            HelpName = "FILE",
        };
        var replay = new Option<string?>("--replay")
        {
            Description = "Read no chain, but such a file",
            HelpName = "FILE",
        };
        var json = new Option<bool>("--json") { Description = "One JSON object for each project instead" };
        var command = new Command("try", """
            Computes one epoch as a snapshotter does, and shows each snapshot with its CID, what was asked of the chain,
            and the time. Nothing is stored and nobody is told. A recording makes it possible to do the same again
            without a chain, on another machine or with another version of a processor.
            Exit code 0: all were computed; 1: one was not; 2: the configuration or the command line is wrong.
            """)
        {
            project, blocks, config, record, replay, json,
        };
        command.Options.Add(HelpWithExamples.Of("""
            outpost snapshot try --blocks 21000001-21000010 --config snapshots.json
            outpost snapshot try -b 21000001-21000010 -p trade_volume_0xb4e16d01 --record epoch.json
            outpost snapshot try -b 21000001-21000010 --replay epoch.json --json
            """));
        command.SetAction((parsed, cancellationToken) => TryAsync(
            new Options(parsed.GetValue(config), parsed.GetValue(project), parsed.GetValue(blocks),
                parsed.GetValue(record), parsed.GetValue(replay), parsed.GetValue(json)),
            surroundings, cancellationToken));
        return command;
    }

    private static async Task<int> TryAsync(
        Options options, CommandSurroundings surroundings, CancellationToken cancellationToken)
    {
        if (ConfigOption.Load(options.Config, surroundings) is not { } configuration)
        {
            return ExitCode.Wrong;
        }

        if (configuration.Snapshots is not { } snapshots)
        {
            return Wrong($"{configuration.File} has no section \"snapshots\": docs/snapshots.md has examples");
        }

        if (EpochOf(options.Blocks) is not { } epoch)
        {
            return Wrong("--blocks: write the first and the last block, such as 21000001-21000010");
        }

        try
        {
            await using var loaded = await LoadedProjects.LoadAsync(snapshots.Projects, snapshots.Namespace);
            var part = options.Project ?? "";
            var projects = loaded.All.Where(one => one.Id.Contains(part, StringComparison.OrdinalIgnoreCase)).ToList();
            if (projects.Count == 0)
            {
                return Wrong($"no project's id holds \"{part}\"; there are:\n  "
                    + string.Join("\n  ", loaded.All.Select(one => one.Id)));
            }

            using var counted = new CountingHandler(surroundings.ChainNetwork);
            using var loggers = LineLoggers.Create(
                surroundings.Error, asJson: false, surroundings.Time, LogLevel.Warning);
            await using var client = new EvmClient(
                snapshots.Options.Chain, counted, surroundings.Time, surroundings.Random, loggers);
            var chain = await ChainAsync(options, client, cancellationToken);
            counted.Reset();
            var began = surroundings.Time.GetTimestamp();
            var computed = await EpochComputation.RunAsync(
                chain, epoch, projects, new MetadataBook(), cancellationToken);
            var cost = new Cost(
                counted.Requests, counted.Bytes, computed.Rounds, surroundings.Time.GetElapsedTime(began));
            if (options.Record is { } file)
            {
                await File.WriteAllTextAsync(
                    file, ((ChainRecording)chain).Write().ToJsonString(), cancellationToken);
            }

            foreach (var one in computed.Projects)
            {
                surroundings.Out.WriteLine(options.AsJson ? Line(one, computed, cost) : Text(one, computed, cost));
            }

            return computed.Projects.All(one => one.Bytes is not null) ? ExitCode.Done : ExitCode.Failed;
        }
        catch (ProjectException problem)
        {
            return Wrong($"{configuration.File}: {problem.Message}");
        }
        catch (Exception problem)
            when (problem is ChainException or FormatException or IOException or UnauthorizedAccessException)
        {
            surroundings.Error.WriteLine($"outpost: {problem.Message}");
            return ExitCode.Failed;
        }

        int Wrong(string problem)
        {
            surroundings.Error.WriteLine($"outpost: {problem}");
            return ExitCode.Wrong;
        }
    }

    private static async Task<ISourceChain> ChainAsync(
        Options options, EvmClient client, CancellationToken cancellationToken)
    {
        if (options.Replay is { } file)
        {
            return new FileInfo(file).Length <= MostRecordingBytes
                ? ChainRecording.Read(await File.ReadAllBytesAsync(file, cancellationToken))
                : throw new FormatException($"{file} is too large for a recording.");
        }

        await client.ConnectAsync(cancellationToken);
        var live = new LiveChain(client);
        return options.Record is null ? live : ChainRecording.Of(live);
    }

    private static Epoch? EpochOf(string? blocks)
    {
        var parts = blocks?.Split('-') ?? [];
        return parts.Length == 2 && TryBlock(parts[0], out var begin) && TryBlock(parts[1], out var end)
            && end >= begin && end - begin < 1_000_000
            ? new Epoch(begin, end)
            : null;
    }

    private static bool TryBlock(string text, out long block) => long.TryParse(
        text.Replace("_", "", StringComparison.Ordinal), NumberStyles.None, CultureInfo.InvariantCulture, out block);

    private static string Text(ComputedSnapshot one, ComputedEpoch epoch, Cost cost) =>
        one.Bytes is not { } bytes
            ? $"{one.Project.Id}, blocks {epoch.Epoch}\n  failed     {one.Problem}\n"
            : string.Create(CultureInfo.InvariantCulture, $"""
                {one.Project.Id}, blocks {epoch.Epoch}
                {JsonNode.Parse(bytes.Bytes.Span)!.ToJsonString(Indented)}
                  cid        {bytes.Cid}
                  bytes      {bytes.Bytes.Length:N0}
                  chain      {cost.Requests} requests in {cost.Rounds} rounds, {cost.Bytes:N0} bytes, for all projects
                  time       {cost.Time.TotalMilliseconds:F0} ms, for all projects

                """);

    private static string Line(ComputedSnapshot one, ComputedEpoch epoch, Cost cost) => new JsonObject
    {
        ["project"] = one.Project.Id,
        ["begin"] = epoch.Epoch.Begin,
        ["end"] = epoch.Epoch.End,
        ["cid"] = one.Bytes?.Cid.ToString(),
        ["problem"] = one.Problem,
        ["snapshot"] = one.Bytes is null ? null : JsonNode.Parse(one.Bytes.Bytes.Span),
        ["requests"] = cost.Requests,
        ["requestBytes"] = cost.Bytes,
        ["rounds"] = cost.Rounds,
        ["milliseconds"] = Math.Round((decimal)cost.Time.TotalMilliseconds, 1),
    }.ToJsonString();

    private sealed record Cost(int Requests, long Bytes, int Rounds, TimeSpan Time);

    /// <summary>Counts what goes to the chain, and the bytes that come back.</summary>
    private sealed class CountingHandler(HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        private int _requests;
        private long _bytes;

        public int Requests => _requests;

        public long Bytes => Volatile.Read(ref _bytes);

        public void Reset() => (_requests, _bytes) = (0, 0);

        protected override async Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _requests);
            var response = await base.SendAsync(request, cancellationToken);
            await response.Content.LoadIntoBufferAsync(MostAnswerBytes, cancellationToken);
            Interlocked.Add(ref _bytes, response.Content.Headers.ContentLength ?? 0);
            return response;
        }
    }
}
