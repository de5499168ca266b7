using System.Numerics;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Outpost.Chains.Keys;
using Outpost.Devnet;

namespace Outpost.EndToEnd.Processes;

/// <summary>
/// All that the real program needs, on loopback and in a folder of its own: a devnet on which its worker is registered
/// and funded, a model, a configuration. Its journal outlives each start of the program.
/// </summary>
internal sealed class Workplace : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("outpost-endtoend-").FullName;

    private Workplace(Devnet.Devnet devnet, CountingModel model, string worker)
    {
        Devnet = devnet;
        Model = model;
        Worker = worker;
    }

    internal Devnet.Devnet Devnet { get; }

    internal CountingModel Model { get; }

    internal string Worker { get; }

    internal static async Task<Workplace> CreateAsync(
        TimeSpan blockTime, IEnumerable<TopicOptions> topics, CancellationToken cancellationToken)
    {
        var mnemonic = Mnemonic.Create();
        using var key = AccountKey.FromMnemonic(mnemonic);
        var devnet = await Outpost.Devnet.Devnet.StartAsync(
            new DevnetOptions
            {
                BlockTime = blockTime,
                Topics = [.. topics.Select(topic => topic with { RegisteredWorkers = [key.Address] })],
                Balances = new Dictionary<string, BigInteger> { [key.Address] = BigInteger.Pow(10, 24) },
            },
            TimeProvider.System, NullLoggerFactory.Instance, cancellationToken);
        var place = new Workplace(devnet, await CountingModel.StartAsync(cancellationToken), key.Address);
        await place.WriteAsync(mnemonic, cancellationToken);
        return place;
    }

    internal OutpostProcess Start(string logLevel = "info") =>
        OutpostProcess.Run(Path.Combine(_folder, "outpost.json"), logLevel);

    /// <summary>Completes when the devnet's onlooker has seen it; the ask is repeated every few milliseconds.</summary>
    internal static async Task UntilAsync(Func<bool> isSeen, CancellationToken cancellationToken)
    {
        while (!isSeen())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System, cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Devnet.DisposeAsync();
        await Model.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task WriteAsync(Mnemonic mnemonic, CancellationToken cancellationToken)
    {
        await File.WriteAllTextAsync(
            Path.Combine(_folder, "mnemonic.txt"), mnemonic.Sentence.RevealForUse(), cancellationToken);
        var configuration = new
        {
            chain = new { id = Devnet.Options.ChainId, endpoints = new[] { new { rpc = Devnet.Rpc } } },
            key = new { mnemonicFile = "mnemonic.txt" },
            topics = Devnet.Options.Topics.Select(topic => new
            {
                id = topic.Id.Value,
                inferer = new { url = Model.UrlTemplate, timeout = "30s" },
            }),
            journal = "journal.db",
        };
        await File.WriteAllTextAsync(
            Path.Combine(_folder, "outpost.json"), JsonSerializer.Serialize(configuration), cancellationToken);
    }
}
