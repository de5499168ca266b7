using System.Numerics;
using System.Runtime.CompilerServices;
using Google.Protobuf;
using Microsoft.Extensions.Logging;
using Outpost.Chains.Rpc;

namespace Outpost.Chains.Cosmos;

/// <summary>
/// One chain behind several endpoints: reads go to the best one and move on when it fails or falls silent, writes go to
/// all.
/// Throws <see cref="ChainException"/> and nothing else.
/// </summary>
public sealed class CosmosClient : IAsyncDisposable
{
    private const int BlockTimeSample = 100;

    private readonly CosmosOptions _options;
    private readonly HttpMessageInvoker _network;
    private readonly EndpointSet _endpoints;
    private readonly Broadcast _broadcast;
    private readonly BlockStream _blocks;
    private readonly CancellationTokenSource _stop = new();

    /// <param name="network">Carries every request, also the websocket's; not disposed here.</param>
    public CosmosClient(
        CosmosOptions options, HttpMessageHandler network, TimeProvider time, Random random, ILoggerFactory loggers)
    {
        ArgumentOutOfRangeException.ThrowIfZero(options.Endpoints.Count, nameof(options));
        _options = options;
        _network = new HttpMessageInvoker(network, disposeHandler: false);
        var http = new HttpCalls(_network, time, options.AttemptTimeout);
        Endpoint[] endpoints = [.. options.Endpoints.Select(one => new Endpoint(Transport(one, http)))];

        // Chance is not safe to share between rooms, and a seed must give each room the same sequence.
        _endpoints = new EndpointSet(endpoints, options.ChainId, new Patience(time, new Random(random.Next())),
            new EndpointLog(loggers.CreateLogger<EndpointSet>()), _stop.Token);
        _broadcast = new Broadcast(_endpoints, _stop.Token);
        var socket = new BlockSocket(_network, time, options.AttemptTimeout);
        _blocks = new BlockStream(_endpoints, socket, time, new Random(random.Next()),
            loggers.CreateLogger<BlockStream>());
    }

    /// <summary>Known after <see cref="ConnectAsync"/>.</summary>
    public string ChainId => _endpoints.ChainId
        ?? throw new InvalidOperationException("The chain id is known after ConnectAsync.");

    /// <summary>
    /// The newest block that counts as seen, 0 before the first; no read of state is answered from before it. No single
    /// endpoint among several can drag it far ahead, and it goes back only when no endpoint stands by what was claimed;
    /// never behind a block that was delivered.
    /// </summary>
    public Height SeenHeight => new(_endpoints.SeenHeight);

    /// <summary>How each endpoint is doing, in the order of the options.</summary>
    public IReadOnlyList<EndpointStatus> Endpoints => _endpoints.Picture();

    /// <summary>A block was delivered: no state from before it is read any more.</summary>
    public void Saw(Height height) => _endpoints.Saw(height.Value, isHad: true);

    /// <summary>
    /// Takes an endpoint out: it gets no reads, no writes and no new websocket until <see cref="Uncordon"/>, or until
    /// the client is gone.
    /// </summary>
    /// <param name="name">
    /// Its number from 1, or its URL; a URL means all endpoints of that scheme, host and port.
    /// </param>
    /// <returns>The endpoints that are meant, as they now are; empty when there is none.</returns>
    public IReadOnlyList<EndpointStatus> Cordon(string name) => _endpoints.Cordon(name, isOut: true);

    /// <summary>Puts a cordoned endpoint back; it is asked who it is before it is used.</summary>
    public IReadOnlyList<EndpointStatus> Uncordon(string name) => _endpoints.Cordon(name, isOut: false);

    /// <summary>
    /// Asks every endpoint who it is; succeeds when one serves the right chain and is not syncing. The exception
    /// names each endpoint with what was wrong.
    /// </summary>
    public Task ConnectAsync(CancellationToken cancellationToken) =>
        Connecting.ConnectAsync(_endpoints, cancellationToken);

    public Task<ChainHead> HeadAsync(CancellationToken cancellationToken) => ReadAsync(
        "head",
        async (transport, token) =>
        {
            var head = await transport.HeadAsync(token);
            return new ChainHead(head.ChainId, new Height(head.Height), head.Time, head.IsSyncing);
        },
        Freshness.Newest, cancellationToken);

    /// <summary>
    /// The average time between the last blocks (up to 100), from their headers. NotFound while the chain has fewer
    /// than two blocks.
    /// </summary>
    public Task<TimeSpan> BlockTimeAsync(CancellationToken cancellationToken) => ReadAsync(
        "block time", (transport, token) => BlockClock.AverageAsync(transport, BlockTimeSample, token),
        Freshness.Newest, cancellationToken);

    /// <summary>A query by its gRPC method, such as /emissions.v10.QueryService/GetTopic.</summary>
    public Task<TReply> QueryAsync<TReply>(
        string method, IMessage request, MessageParser<TReply> parser, CancellationToken cancellationToken)
        where TReply : IMessage<TReply> => ReadAsync(
        $"query {method}", (transport, token) => transport.QueryAsync(method, request, parser, token),
        Freshness.Seen, cancellationToken);

    /// <summary>
    /// Null when the account has never received a coin. As of <see cref="SeenHeight"/> or later, and asked first from
    /// the endpoint that took our last transaction; Behind when no endpoint has come that far.
    /// </summary>
    public Task<Account?> AccountAsync(string address, CancellationToken cancellationToken) =>
        AccountAsync(address, new Height(0), cancellationToken);

    /// <summary>As of a block that the caller knows of, or later.</summary>
    public Task<Account?> AccountAsync(string address, Height least, CancellationToken cancellationToken) => ReadAsync(
        "account", (transport, token) => Accounts.FindAsync(transport, address, token),
        Freshness.AfterWrites with { Least = least.Value }, cancellationToken);

    /// <summary>In units of the options' denom.</summary>
    public Task<BigInteger> BalanceAsync(string address, CancellationToken cancellationToken) => ReadAsync(
        "balance", (transport, token) => Accounts.BalanceAsync(transport, address, _options.Denom, token),
        Freshness.AfterWrites, cancellationToken);

    /// <summary>Moves slowly: an old price is better than none.</summary>
    public Task<GasPrice> GasPriceAsync(CancellationToken cancellationToken) => ReadAsync(
        "gas price", (transport, token) => GasPrices.CurrentAsync(transport, _options.Denom, token),
        Freshness.Newest, cancellationToken);

    /// <summary>
    /// The gas that the transaction would use. A refusal is thrown with the chain's text, and with codespace and
    /// code where the chain gives them.
    /// </summary>
    public Task<ulong> SimulateAsync(ReadOnlyMemory<byte> transaction, CancellationToken cancellationToken) =>
        ReadAsync(
            "simulate", (transport, token) => GasSimulation.GasAsync(transport, transaction, token),
            Freshness.AfterWrites, cancellationToken);

    /// <summary>
    /// Broadcasts to every endpoint; the first acceptance wins, else the most telling refusal. Throws only when
    /// no endpoint answered, in which case the transaction may or may not have arrived. Code 19 of codespace sdk
    /// says that a node had it already. Each endpoint gets the transactions in the order of the calls.
    /// </summary>
    public Task<CheckResult> BroadcastAsync(SignedTransaction transaction, CancellationToken cancellationToken) =>
        BroadcastAsync(transaction, hearsAll: false, cancellationToken);

    /// <summary>Broadcasts likewise.</summary>
    /// <param name="hearsAll">
    /// An acceptance waits up to a second for the word of the others: what a node took before may have been lost there.
    /// </param>
    public Task<CheckResult> BroadcastAsync(
        SignedTransaction transaction, bool hearsAll, CancellationToken cancellationToken) =>
        _broadcast.SendAsync(transaction, hearsAll, cancellationToken);

    /// <summary>Null when no endpoint has it in a block (yet).</summary>
    public Task<TransactionResult?> FindAsync(string hash, CancellationToken cancellationToken) =>
        Inclusion.FindAsync(_endpoints, hash, cancellationToken);

    /// <summary>
    /// What became of all transactions of a block; null where no endpoint can tell at once (LCD, gRPC).
    /// </summary>
    public Task<IReadOnlyList<TransactionResult>?> TransactionsAsync(
        Height height, CancellationToken cancellationToken) =>
        Inclusion.OfBlockAsync(_endpoints, height, cancellationToken);

    /// <summary>
    /// Every block from now on, in order and without a gap; reconnects by itself and ends only by cancellation.
    /// The first block comes as soon as the subscription stands. Each enumeration opens its own websocket, so one
    /// node enumerates once.
    /// </summary>
    public async IAsyncEnumerable<Block> BlocksAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var block in _blocks.ReadAsync(cancellationToken))
        {
            _endpoints.Saw(block.Height.Value, isHad: block.Events is not null);
            yield return block;
        }
    }

    /// <summary>Ends what is under way; the network stays with its owner.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _broadcast.DrainAsync();
        await _endpoints.DrainAsync();
        _network.Dispose();
        _stop.Dispose();
    }

    private Task<T> ReadAsync<T>(
        string operation, Func<ITransport, CancellationToken, Task<T>> read, Freshness freshness,
        CancellationToken cancellationToken) => _endpoints.ReadAsync(operation, read, freshness, cancellationToken);

    private static ITransport Transport(EndpointOptions endpoint, HttpCalls http) => endpoint.Kind switch
    {
        _ when endpoint.Url.Scheme != Uri.UriSchemeHttp && endpoint.Url.Scheme != Uri.UriSchemeHttps =>
            throw new ArgumentException(
                $"An endpoint's URL starts with http or https, not {endpoint.Url.Scheme}.", nameof(endpoint)),
        EndpointKind.Rpc => new CometTransport(http, endpoint.Url),
        EndpointKind.Lcd => new LcdTransport(http, endpoint.Url),
        EndpointKind.Grpc => new GrpcTransport(http, endpoint.Url),
        _ => throw new ArgumentOutOfRangeException(nameof(endpoint), endpoint.Kind, "No such kind of endpoint."),
    };
}
