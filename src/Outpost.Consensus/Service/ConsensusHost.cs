using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Outpost.Chains.Keys;
using Outpost.Chains.Rpc;
using Outpost.Consensus.Epochs;
using Outpost.Consensus.Snapshotters;
using Outpost.Consensus.Store;
using Outpost.Sdk.Evm;

namespace Outpost.Consensus.Service;

/// <summary>
/// A running consensus service: the store, its writer, the directory of snapshotters, and HTTP before them.
/// </summary>
public sealed class ConsensusHost : IAsyncDisposable
{
    /// <summary>Connections at once: more are not accepted, so that memory has a bound.</summary>
    private const int MostConnections = 20_000;

    private readonly ConsensusStore _store;
    private readonly RoundWriter _writer;
    private readonly EpochLedger _ledger;
    private readonly PublicFace _face;
    private readonly Routes _routes;
    private readonly SnapshotterDirectory _directory;
    private readonly Router _router;
    private readonly WebApplication _server;
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<Task> _loops = [];

    private ConsensusHost(
        ConsensusStore store, RoundWriter writer, EpochLedger ledger, PublicFace face, Routes routes,
        SnapshotterDirectory directory, Router router, WebApplication server)
    {
        _directory = directory;
        _routes = routes;
        _router = router;
        _face = face;
        _store = store;
        _writer = writer;
        _ledger = ledger;
        _server = server;
    }

    /// <summary>Where released epochs are written to.</summary>
    public IEpochLedger Epochs => _ledger;

    /// <summary>All that is on disk.</summary>
    public IStoreReader Store => _store.Reader;

    /// <summary>All paths that it answers, with names in braces.</summary>
    internal IEnumerable<string> Paths => _routes.Paths;

    /// <summary>False while there is nobody who might vote.</summary>
    public bool HasSnapshotters => _directory.All.Any();

    /// <summary>The address of the key that signs verdicts.</summary>
    public EvmAddress Key => _face.Key;

    /// <summary>
    /// What is wrong with what else runs in this process, a code and a sentence each: /health tells it too.
    /// </summary>
    public Func<IEnumerable<(string Code, string Text)>> OtherHealth
    {
        set => _face.Health.Other = value;
    }

    /// <summary>Where it listens.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>Ends when the service cannot go on; fails then with what stopped it.</summary>
    public Task Completion { get; private set; } = Task.CompletedTask;

    /// <summary>Hears of all that was written, after it is on disk; must be quick, and must not throw.</summary>
    public event Action<IReadOnlyList<Change>> Committed
    {
        add => _writer.Committed += value;
        remove => _writer.Committed -= value;
    }

    /// <summary>Opens the store, goes on with the rounds that were open, and listens.</summary>
    /// <exception cref="ConsensusException">The store cannot be used.</exception>
    /// <exception cref="IOException">The address cannot be listened on.</exception>
    public static async Task<ConsensusHost> StartAsync(
        ConsensusOptions options, TimeProvider time, Random random, ILoggerFactory loggers,
        CancellationToken cancellationToken)
    {
        if (!RateLimitText.TryParse(options.PublicRateLimit, out var publicLimit, out var problem))
        {
            throw new ArgumentException(problem, nameof(options));
        }

        var key = OpenKey(options);
        var store = await ConsensusStore.OpenAsync(options.Store, cancellationToken);
        var clock = new SteadyClock(time);
        var writer = new RoundWriter(store.Writer, options, clock, time, loggers.CreateLogger<RoundWriter>());
        var ledger = new EpochLedger(options, writer, clock);
        var directory = new SnapshotterDirectory(time);
        var projects = new ProjectIndex(store.Reader);
        var desk = new CallDesk(
            directory, new PublicCallers(publicLimit, options.TrustedProxies, time),
            new SignatureDesk(directory, projects, ledger, options));
        var face = new PublicFace(
            store, key, options, writer, ledger, directory, projects, desk, clock, time, loggers);
        var routes = new Routes(
            new MetricsRoutes(desk, projects, ledger, directory, store.Reader, clock), face);
        var submit = new SubmitRoute(desk, projects, new EpochGate(ledger), options, writer);
        var questions = new QuestionRoutes(desk, projects, store.Reader, clock);
        var epochs = new EpochRoutes(desk, ledger, store.Reader, options);
        routes.Post("/registerProjectPeer", new RegisterRoute(desk, projects, options, writer).AnswerAsync);
        routes.Post("/submitSnapshot", submit.AnswerAsync);
        routes.Post("/submitSnapshots", new BatchRoute(submit, writer).AnswerAsync);
        routes.Post("/checkForSnapshotConfirmation", questions.ConfirmAsync);
        routes.Post("/epochStatus", questions.StateAsync);
        routes.Post("/reportIssue", new IssueRoute(desk, writer, clock).AnswerAsync);
        routes.Get("/currentEpoch", epochs.CurrentAsync);
        routes.Get("/epochDetails", epochs.DetailsAsync);
        var router = new Router(routes, new RequestIds(random), time, loggers.CreateLogger<Router>());
        var host = new ConsensusHost(
            store, writer, ledger, face, routes, directory, router, Build(options, router, loggers));
        try
        {
            await ledger.LoadAsync(store.Reader, cancellationToken);
            await projects.LoadAsync(cancellationToken);
            await face.LoadAsync(cancellationToken);
            var refresh = new DirectoryRefresh(directory, store.Reader, time, loggers.CreateLogger<DirectoryRefresh>());
            await refresh.LoadAsync(cancellationToken);
            var open = await store.Reader.OpenRoundsAsync(cancellationToken);
            host._loops.Add(writer.RunAsync(open, host._stopping.Token));
            host._loops.Add(refresh.RunAsync(host._stopping.Token));
            host._loops.Add(face.RunAsync(host._stopping.Token));
            host._loops.Add(new VotePruning(
                writer, options.VotesKept, clock, time, loggers.CreateLogger<VotePruning>()).RunAsync(
                host._stopping.Token));
            host._loops.Add(store.MaintainAsync(time, host._stopping.Token));
            if (store.IsShared)
            {
                var shared = new SharedRefresh(
                    ledger, writer, store.Reader, clock, time, loggers.CreateLogger<SharedRefresh>());
                host._loops.Add(shared.RunAsync(host._stopping.Token));
            }

            host.Completion = Task.WhenAny(host._loops).Unwrap();
            await host.ListenAsync(cancellationToken);
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>Answers a request as the server has it answered, without a socket.</summary>
    internal Task HandleAsync(HttpContext http) => _router.HandleAsync(http);

    /// <summary>Answers what was taken, and ends; what is open goes on with the next start.</summary>
    public async ValueTask DisposeAsync()
    {
        _face.Stop();
        await _server.DisposeAsync();
        await _stopping.CancelAsync();
        await Task.WhenAll(_loops).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _face.Dispose();
        _ledger.Dispose();
        await _writer.DisposeAsync();
        await _store.DisposeAsync();
        _stopping.Dispose();
    }

    private async Task ListenAsync(CancellationToken cancellationToken)
    {
        await _server.StartAsync(cancellationToken);
        var address = _server.Services.GetRequiredService<IServer>().Features
            .Get<IServerAddressesFeature>()!.Addresses.First();
        Address = new Uri(address
            .Replace("0.0.0.0", IPAddress.Loopback.ToString(), StringComparison.Ordinal)
            .Replace("[::]", IPAddress.Loopback.ToString(), StringComparison.Ordinal));
    }

    private static EthereumKey OpenKey(ConsensusOptions options)
    {
        try
        {
            return EthereumKey.OpenOrCreate(
                options.KeyFile ?? (ConsensusStore.IsPostgres(options.Store)
                    ? "consensus.key"
                    : $"{options.Store}.key"));
        }
        catch (KeyStoreException problem)
        {
            throw new ConsensusException(problem.Message, problem);
        }
    }

    private static WebApplication Build(ConsensusOptions options, Router router, ILoggerFactory loggers)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            // Twice what a route takes: what is somewhat too long is read to its end, so that its sender is told.
            kestrel.Limits.MaxRequestBodySize = 2 * Limits.BatchBytes;
            kestrel.Limits.MaxConcurrentConnections = MostConnections;
            kestrel.Listen(options.Listen);
        });
        builder.Services.AddSingleton(loggers);
        builder.Services.AddSingleton<IHostLifetime, OwnedLifetime>();
        var server = builder.Build();
        server.Run(router.HandleAsync);
        return server;
    }

    /// <summary>The program decides about signals.</summary>
    private sealed class OwnedLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
