using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Outpost.Chains.Keys;
using Outpost.Consensus.Contract;
using Outpost.Consensus.Page;
using Outpost.Consensus.Proofs;
using Outpost.Consensus.Push;
using Outpost.Consensus.Snapshotters;
using Outpost.Consensus.Store;
using Outpost.Sdk.Evm;

namespace Outpost.Consensus.Service;

/// <summary>
/// What a consensus service tells the world besides the reference's routes: records and proofs, events, the page,
/// health and numbers. It hears of all that is written, and writes nothing but records.
/// </summary>
internal sealed class PublicFace : IDisposable
{
    /// <summary>How many events a reader may miss: seconds of the busiest service, days of a usual one.</summary>
    private const int EventsKept = 65_536;

    /// <summary>More than ever happen in a millisecond: numbers that begin at the date outgrow earlier runs'.</summary>
    private const int EventsPerMs = 1000;

    private readonly Dictionary<string, Route> _byPath = new(StringComparer.Ordinal);
    private readonly PathRoutes _byPattern = new();
    private readonly IStoreReader _store;
    private readonly EthereumKey _key;
    private readonly RecordKeeper _records;
    private readonly EventStreams _events;
    private readonly LivePicture _live;
    private readonly Names _names;
    private readonly ServiceCounts _counts;

    public PublicFace(
        ConsensusStore store, EthereumKey key, ConsensusOptions options, RoundWriter writer, EpochLedger epochs,
        SnapshotterDirectory directory, ProjectIndex projects, CallDesk desk, SteadyClock clock, TimeProvider time,
        ILoggerFactory loggers)
    {
        (_store, _key) = (store.Reader, key);
        var proofs = new ProofLedger(store.Reader, store.Proofs, key, options.Domain);
        _records = new RecordKeeper(
            proofs, store.Reader, epochs, writer, time, loggers.CreateLogger<RecordKeeper>());
        _names = new Names(directory);
        _events = new EventStreams(
            new EventRing(clock.Now.ToUnixTimeMilliseconds() * EventsPerMs, EventsKept), new EventText(_names), time);
        _live = new LivePicture(desk, store.Reader, epochs, directory, proofs, clock);
        _counts = new ServiceCounts(epochs, directory, writer);
        Health = new ServiceHealth(epochs, writer, _records, clock, time);
        foreach (var (path, answer) in PageFiles.Read())
        {
            Add(path, http => Shown(http, answer));
        }

        Add("/live", _live.AnswerAsync);
        Add("/events", http => EventsAsync(desk, http));
        Add("/health", http => Health.AnswerAsync(http.RequestAborted));
        Add("/prometheus", _ => Task.FromResult(_counts.Answer(_events.Readers)));
        var routes = new ProofRoutes(desk, projects, proofs);
        _byPattern.Add("/verdicts/{project}/{epoch}", (http, names) => routes.VerdictAsync(http, names[0], names[1]));
        _byPattern.Add("/series/{project}/head", (http, names) => routes.HeadAsync(http, names[0]));
        _byPattern.Add("/series/{project}/proof", (http, names) => routes.InclusionAsync(http, names[0]));
        _byPattern.Add("/series/{project}/consistency", (http, names) => routes.ConsistencyAsync(http, names[0]));
        writer.Committed += Hear;
    }

    /// <summary>Whether the service does its work.</summary>
    public ServiceHealth Health { get; }

    /// <summary>The address that signs.</summary>
    public EvmAddress Key => _key.Address;

    /// <summary>All paths, with names in braces.</summary>
    public IEnumerable<string> Paths => _byPath.Keys.Concat(_byPattern.Paths);

    /// <summary>The route of a request's path.</summary>
    public Route? Find(string path) => _byPath.TryGetValue(path, out var route) ? route : _byPattern.Find(path);

    /// <summary>Learns the projects that there are.</summary>
    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        foreach (var project in await _store.ProjectsAsync(cancellationToken))
        {
            _names.Add(project);
        }
    }

    /// <summary>Records verdicts until it is stopped.</summary>
    public Task RunAsync(CancellationToken stop) => _records.RunAsync(stop);

    /// <summary>Ends the streams of events, for which the server would wait.</summary>
    public void Stop() => _events.Stop();

    public void Dispose()
    {
        _live.Dispose();
        _events.Dispose();
        _key.Dispose();
    }

    private static Task<Answer> Shown(HttpContext http, Answer answer)
    {
        // The page needs nothing but itself, and may be shown inside of nothing else.
        http.Response.Headers.ContentSecurityPolicy =
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; "
            + "frame-ancestors 'none'";
        http.Response.Headers.CacheControl = "no-cache";
        return Task.FromResult(answer);
    }

    private async Task<Answer> EventsAsync(CallDesk desk, HttpContext http)
    {
        if (desk.Admit(http) is { } refusal)
        {
            return refusal;
        }

        var project = http.Request.Query["project"].ToString();
        return await _events.ServeAsync(http, project.Length == 0 ? null : project)
            ? Answer.Null
            : Answer.Error(503, "too many listen to events already; come back later");
    }

    private void Hear(IReadOnlyList<Change> changes)
    {
        foreach (var change in changes)
        {
            if (change is Change.Registered registered)
            {
                _names.Add(registered.Project);
            }
        }

        _counts.Hear(changes);
        _events.Tell(changes);
        _records.Hear(changes);
    }

    private void Add(string path, Func<HttpContext, Task<Answer>> answer) =>
        _byPath.Add(path, new Route(IsPost: false, async http => await answer(http)));
}
