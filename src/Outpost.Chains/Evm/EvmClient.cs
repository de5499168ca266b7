using System.Globalization;
using Microsoft.Extensions.Logging;
using Outpost.Chains.Rpc;
using Outpost.Sdk.Evm;

namespace Outpost.Chains.Evm;

/// <summary>
/// One EVM chain behind several endpoints. Reads go to the best one and move on when it fails, falls silent, lags or
/// has forgotten what is asked; many questions travel in one request, and equal ones that are asked at once are asked
/// once. Throws <see cref="ChainException"/> and nothing else.
/// </summary>
public sealed class EvmClient : IAsyncDisposable
{
    private readonly HttpMessageInvoker _network;
    private readonly Random _random;
    private readonly EndpointSet _endpoints;
    private readonly EvmReads _reads;
    private readonly LogSearch _logs;
    private readonly CancellationTokenSource _stop = new();

    /// <param name="network">Carries every request, also the websocket's; not disposed here.</param>
    public EvmClient(
        EvmOptions options, HttpMessageHandler network, TimeProvider time, Random random, ILoggerFactory loggers)
    {
        ArgumentOutOfRangeException.ThrowIfZero(options.Endpoints.Count, nameof(options));
        Options = options;
        Time = time;
        _random = random;
        _network = new HttpMessageInvoker(network, disposeHandler: false);
        var http = new HttpCalls(_network, time, options.AttemptTimeout);
        Endpoint[] endpoints =
        [
            .. options.Endpoints.Select(one => new Endpoint(new EvmTransport(
                http, Checked(one.Url), new RequestLimit(one.Limit, one.RequestsPerSecond, time),
                new EvmLimits(options, time)))),
        ];
        _endpoints = new EndpointSet(
            endpoints, options.ChainId?.ToString(CultureInfo.InvariantCulture),
            new Patience(time, new Random(random.Next())), new EndpointLog(loggers.CreateLogger<EndpointSet>()),
            _stop.Token);
        _reads = new EvmReads(_endpoints, _stop.Token);
        _logs = new LogSearch(_reads);
    }

    /// <summary>Known after <see cref="ConnectAsync"/>.</summary>
    public long ChainId => _endpoints.ChainId is { } id
        ? long.Parse(id, NumberStyles.None, CultureInfo.InvariantCulture)
        : throw new InvalidOperationException("The chain id is known after ConnectAsync.");

    /// <summary>
    /// The newest block that counts as seen, 0 before the first: a second endpoint or the chain's pace explains it. It
    /// goes back when no endpoint stands by it any more.
    /// </summary>
    public long SeenHeight => _endpoints.SeenHeight;

    /// <summary>How each endpoint is doing, in the order of the options.</summary>
    public IReadOnlyList<EndpointStatus> Endpoints => _endpoints.Picture();

    internal EvmOptions Options { get; }

    internal TimeProvider Time { get; }

    /// <summary>Takes an endpoint out until <see cref="Uncordon"/>, by its number from 1 or its URL.</summary>
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

    /// <summary>The newest block; not from before one that counts as seen.</summary>
    public Task<EvmHeader> HeadAsync(CancellationToken cancellationToken) => _reads.AskAsync(
        EvmRequests.Header(BlockId.Latest), "newest block", Freshness.Seen, cancellationToken);

    /// <summary>Null when every endpoint that answers says that it has no such block.</summary>
    public async Task<EvmHeader?> HeaderAsync(BlockId block, CancellationToken cancellationToken)
    {
        try
        {
            return await _reads.AskAsync(
                EvmRequests.Header(block), $"block {block}", FreshnessOf(block), cancellationToken);
        }
        catch (ChainException e) when (e.Fault is ChainFault.NotFound)
        {
            return null;
        }
    }

    /// <summary>
    /// The headers of a range, both ends included, each the parent of the next. NotFound when there is one that no
    /// endpoint has; BadReply when the chain moved while they were read, so that they do not hang together.
    /// </summary>
    public async Task<IReadOnlyList<EvmHeader>> HeadersAsync(long from, long to, CancellationToken cancellationToken)
    {
        var numbers = new List<long>();
        for (var number = from; number <= to; number++)
        {
            numbers.Add(number);
        }

        var operation = $"blocks {from} to {to}";
        var headers = await HeadersAsync(numbers, cancellationToken);
        for (var index = 1; index < headers.Count; index++)
        {
            if (!headers[index].Follows(headers[index - 1]))
            {
                throw new ChainException(ChainFault.BadReply, operation, null,
                    $"block {headers[index].Number} does not hang on the one before it: the chain moved; ask again");
            }
        }

        return headers;
    }

    /// <summary>The headers of some blocks, in their order. NotFound when there is one that no endpoint has.</summary>
    public async Task<IReadOnlyList<EvmHeader>> HeadersAsync(
        IReadOnlyList<long> numbers, CancellationToken cancellationToken) => numbers.Count == 0 ? [] :
        await _reads.AskAsync(
            [.. numbers.Select(number => EvmRequests.Header(BlockId.At(number)))], $"{numbers.Count} blocks",
            Freshness.AtBlock(numbers.Max()), cancellationToken);

    /// <summary>
    /// The logs of a range of blocks, both ends included, in the order of the chain. They may be of several answers:
    /// who needs them of one chain compares their block hashes with the headers.
    /// </summary>
    public Task<IReadOnlyList<EvmLog>> LogsAsync(
        LogFilter filter, long from, long to, CancellationToken cancellationToken) =>
        _logs.FindAsync(filter, from, to, _ => null, cancellationToken);

    /// <summary>
    /// The logs of just these blocks, which hang together: a chain that shows others in their place, before or after
    /// the search, is a <see cref="ChainFault.BadReply"/>.
    /// </summary>
    public Task<IReadOnlyList<EvmLog>> LogsAsync(
        LogFilter filter, IReadOnlyList<EvmHeader> blocks, CancellationToken cancellationToken) =>
        _logs.FindAsync(
            filter, blocks[0].Number, blocks[^1].Number,
            number => blocks[checked((int)(number - blocks[0].Number))].Hash, cancellationToken);

    /// <summary>What a contract answers at a block.</summary>
    public Task<CallResult> CallAsync(EvmCall call, BlockId block, CancellationToken cancellationToken) =>
        _reads.AskAsync(EvmRequests.Call(call, block), $"call at block {block}", FreshnessOf(block), cancellationToken);

    /// <summary>
    /// What contracts answer, each at a block of its own, in the order of the calls and in as few requests as the
    /// endpoints take: those of one block by one call of Multicall3, where the options name its first block and this
    /// one's number is known and behind that.
    /// </summary>
    public Task<IReadOnlyList<CallResult>> CallAllAsync(
        IReadOnlyList<(EvmCall Call, BlockId Block)> calls, CancellationToken cancellationToken) =>
        Multicall.CallAllAsync(this, calls, cancellationToken);

    /// <summary>The same with one question to the chain for each call.</summary>
    internal Task<IReadOnlyList<CallResult>> CallEachAsync(
        IReadOnlyList<(EvmCall Call, BlockId Block)> calls, CancellationToken cancellationToken) =>
        calls.Count == 0
            ? Task.FromResult<IReadOnlyList<CallResult>>([])
            : _reads.AskAsync(
                [.. calls.Select(one => EvmRequests.Call(one.Call, one.Block))], $"{calls.Count} calls",
                calls.Select(one => FreshnessOf(one.Block)).MaxBy(one => one.IsPinned ? one.Least : long.MaxValue)!,
                cancellationToken);

    /// <summary>
    /// Whether more than half of the endpoints that answer show this block. True where there is one endpoint only.
    /// </summary>
    public Task<bool> IsAgreedAsync(long number, Hash32 hash, CancellationToken cancellationToken) =>
        Opinions.IsAgreedAsync(_endpoints, number, hash, cancellationToken);

    /// <summary>The websockets of the endpoints that have one.</summary>
    internal HeadSockets Sockets(ILogger logger) => new(
        [.. Options.Endpoints.Select(one => one.Socket).OfType<Uri>()],
        new SocketSurroundings(_network, Time, Options.AttemptTimeout), new Random(_random.Next()), logger);

    /// <summary>Ends what is under way; the network stays with its owner.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _endpoints.DrainAsync();
        _network.Dispose();
        _stop.Dispose();
    }

    private static Freshness FreshnessOf(BlockId block) =>
        block.Number is { } number ? Freshness.AtBlock(number)
        : block.Hash is not null ? Freshness.AtBlock(0)
        : Freshness.Seen;

    private static Uri Checked(Uri url) => url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps
        ? url
        : throw new ArgumentException($"An endpoint's URL starts with http or https, not {url.Scheme}.", nameof(url));
}
