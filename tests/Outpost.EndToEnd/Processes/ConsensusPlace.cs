using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Outpost.Consensus.Snapshotters;
using Outpost.Consensus.Store;

namespace Outpost.EndToEnd.Processes;

/// <summary>
/// A consensus service as a program of its own, with its folder, its snapshotters and their registrations. It may be
/// ended and started again; disposing it ends it and removes the folder.
/// </summary>
internal sealed class ConsensusPlace : IDisposable
{
    private const int RegisteringAtOnce = 64;

    private readonly DirectoryInfo _folder;
    private readonly string _config;
    private readonly string? _database;
    private OutpostProcess? _program;

    private ConsensusPlace(DirectoryInfo folder, string config, string? database) =>
        (_folder, _config, _database) = (folder, config, database);

    internal OutpostProcess Program => _program ?? throw new InvalidOperationException("It is not started.");

    /// <summary>Where it listens; another port after each start.</summary>
    internal IPEndPoint Endpoint { get; private set; } = new(IPAddress.Loopback, 0);

    /// <summary>Its store.</summary>
    internal string Store => _database ?? Path.Combine(_folder.FullName, "consensus.db");

    /// <summary>Makes a place in which a program can be started.</summary>
    /// <param name="instances">The instance ids of its snapshotters, who may call as often as they like.</param>
    /// <param name="blockTime">An epoch of one block is released this often, from block 1 on.</param>
    /// <param name="window">How long a round takes votes, as a text such as 60s.</param>
    /// <param name="minSnapshotterCount">How many votes have to count in a round.</param>
    /// <param name="database">A PostgreSQL connection string; null: an SQLite file of its own.</param>
    internal static async Task<ConsensusPlace> CreateAsync(
        IReadOnlyList<string> instances, TimeSpan blockTime, string window, CancellationToken cancellationToken,
        int minSnapshotterCount = 1, string? database = null)
    {
        var folder = Directory.CreateTempSubdirectory("outpost-consensus-");
        var config = Path.Combine(folder.FullName, "consensus.json");
        await File.WriteAllTextAsync(config, JsonSerializer.Serialize(new
        {
            listen = "127.0.0.1:0",
            store = database ?? "consensus.db",
            keyFile = "consensus.key",
            window,
            minSnapshotterCount,
            historyLength = 100_000,
            streams = new[]
            {
                new { chainId = 1, epochSize = 1, headOffset = 0, blockTime = $"{blockTime.TotalMilliseconds}ms", beginBlock = 1 },
            },
        }), cancellationToken);
        var place = new ConsensusPlace(folder, config, database);
        await using var store = await ConsensusStore.OpenAsync(place.Store, cancellationToken);
        for (var number = 1; number <= instances.Count; number++)
        {
            var added = await store.Registry.AddAsync(
                new Snapshotter(0, $"snapshotter{number}")
                {
                    InstanceHash = InstanceId.Hash(Encoding.ASCII.GetBytes(instances[number - 1])),
                    RateLimit = "1000000/second",
                },
                cancellationToken);
            if (!added)
            {
                throw new InvalidOperationException($"Snapshotter {number} could not be added.");
            }
        }

        return place;
    }

    /// <summary>Starts the program, and waits until it answers.</summary>
    /// <param name="releases">False for one beside another on its database, which releases the epochs.</param>
    internal async Task StartAsync(CancellationToken cancellationToken, bool releases = true)
    {
        _program?.Dispose();
        _program = OutpostProcess.Consensus(_config, simulatesHead: releases);
        var ready = JsonSerializer.Deserialize<JsonElement>(await _program.ReadyLineAsync(cancellationToken));
        var address = new Uri(ready.GetProperty("address").GetString()!);
        Endpoint = new IPEndPoint(IPAddress.Parse(address.Host), address.Port);
    }

    /// <summary>Registers every snapshotter for every project.</summary>
    internal async Task RegisterAsync(
        IReadOnlyList<string> instances, IReadOnlyList<string> projects, CancellationToken cancellationToken)
    {
        using var sockets = new SocketsHttpHandler();
        using var client = new HttpClient(sockets) { BaseAddress = new Uri($"http://{Endpoint}") };
        await Parallel.ForEachAsync(
            instances.SelectMany(instance => projects, (instance, project) => new { instanceID = instance, projectID = project }),
            new ParallelOptions
            {
                MaxDegreeOfParallelism = RegisteringAtOnce,
                CancellationToken = cancellationToken,
            },
            async (registration, stop) =>
            {
                using var response = await client.PostAsJsonAsync("/registerProjectPeer", registration, stop);
                if (!response.IsSuccessStatusCode)
                {
                    throw new InvalidOperationException(
                        $"Registering: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync(stop)}");
                }
            });
    }

    public void Dispose()
    {
        _program?.Dispose();
        _folder.Delete(recursive: true);
    }
}
