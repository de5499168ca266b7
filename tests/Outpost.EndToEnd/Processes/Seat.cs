using System.Text.Json;
using Outpost.Chains.Keys;
using Outpost.Devnet;

namespace Outpost.EndToEnd.Processes;

/// <summary>
/// One worker: an account, a model and a folder with its configuration. Its journal outlives each start of the program.
/// </summary>
internal sealed class Seat : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("outpost-endtoend-").FullName;
    private readonly Mnemonic _mnemonic;

    private Seat(IReadOnlyList<TopicOptions> topics, CountingModel model)
    {
        Model = model;
        _mnemonic = Mnemonic.Create();
        using var key = AccountKey.FromMnemonic(_mnemonic);
        Worker = key.Address;
        Topics = [.. topics.Select(topic => topic with { RegisteredWorkers = [Worker] })];
    }

    /// <summary>Its account's address.</summary>
    internal string Worker { get; }

    /// <summary>The topics that it serves, alone and registered.</summary>
    internal IReadOnlyList<TopicOptions> Topics { get; }

    internal CountingModel Model { get; }

    internal string Journal => Path.Combine(_folder, "journal.db");

    internal static async Task<Seat> TakeAsync(IReadOnlyList<TopicOptions> topics, CancellationToken cancellationToken) =>
        new(topics, await CountingModel.StartAsync(cancellationToken));

    internal async Task ConfigureAsync(Devnet.Devnet devnet, Uri rpc, CancellationToken cancellationToken)
    {
        await File.WriteAllTextAsync(
            Path.Combine(_folder, "mnemonic.txt"), _mnemonic.Sentence.RevealForUse(), cancellationToken);
        var configuration = new
        {
            chain = new { id = devnet.Options.ChainId, endpoints = new[] { new { rpc } } },
            key = new { mnemonicFile = "mnemonic.txt" },
            topics = Topics.Select(topic => new
            {
                id = topic.Id.Value,
                inferer = new { url = Model.UrlTemplate, timeout = "30s" },
            }),
            journal = "journal.db",
        };
        await File.WriteAllTextAsync(
            Path.Combine(_folder, "outpost.json"), JsonSerializer.Serialize(configuration), cancellationToken);
    }

    internal OutpostProcess Start(string logLevel = "info") =>
        OutpostProcess.Run(Path.Combine(_folder, "outpost.json"), logLevel);

    public async ValueTask DisposeAsync()
    {
        await Model.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
