using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Outpost.Chains.Evm;
using Outpost.Devnet;
using Outpost.Devnet.Uniswap;
using Outpost.Node.Snapshots;
using Outpost.Sdk.Evm;
using Outpost.Sdk.Snapshots;
using Outpost.Uniswap;

namespace Outpost.Benchmarks;

/// <summary>A chain with Uniswap v2 pairs on a socket, and a client of it whose requests are counted.</summary>
internal sealed class UniswapPlace : IAsyncDisposable
{
    private readonly CountingNetwork _network = new(new SocketsHttpHandler());

    private UniswapPlace(EvmDevnet devnet)
    {
        Devnet = devnet;
        Client = new EvmClient(
            new EvmOptions
            {
                Endpoints = [new EvmEndpointOptions(devnet.Nodes[0].Url)],
                MulticallFrom = 0,
                AttemptTimeout = TimeSpan.FromSeconds(60),
            },
            _network, TimeProvider.System, new Random(1), NullLoggerFactory.Instance);
    }

    internal EvmDevnet Devnet { get; }

    internal EvmClient Client { get; }

    internal int Requests => _network.Requests;

    /// <summary>Of the bodies of answers.</summary>
    internal long Bytes => _network.Bytes;

    internal static async Task<UniswapPlace> StartAsync(
        int pairs, int tradesPerBlock, int history, CancellationToken cancellationToken)
    {
        var devnet = await EvmDevnet.StartAsync(
            new EvmDevnetOptions
            {
                ChainId = 1,
                History = history,
                MulticallFrom = 0,
                Uniswap = new UniswapOptions { Pairs = pairs, TradesPerBlock = tradesPerBlock },
            },
            TimeProvider.System, NullLoggerFactory.Instance, cancellationToken);
        var place = new UniswapPlace(devnet);
        await place.Client.ConnectAsync(cancellationToken);
        return place;
    }

    /// <summary>Reserves and trades of every pair.</summary>
    internal IReadOnlyList<SnapshotProject> Projects()
    {
        using var settings = JsonDocument.Parse("{}");
        var pairs = Devnet.Uniswap!.Pairs.Select(pair => EvmAddress.Parse(pair.Address)).ToArray();
        (string, ISnapshotProcessor)[] processors =
        [
            ("pairContract_pair_total_reserves", new PairTotalReserves(settings.RootElement)),
            ("pairContract_trade_volume", new PairTradeVolume(settings.RootElement)),
        ];
        return
        [
            .. processors.SelectMany(one => pairs.Select(pair => new SnapshotProject(
                SnapshotProject.IdOf(one.Item1, pair, "BENCH"), one.Item1, pair, one.Item2))),
        ];
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await Devnet.DisposeAsync();
        _network.Dispose();
    }

    private sealed class CountingNetwork(HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        private int _requests;
        private long _bytes;

        public int Requests => Volatile.Read(ref _requests);

        public long Bytes => Volatile.Read(ref _bytes);

        protected override async Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _requests);
            var response = await base.SendAsync(request, cancellationToken);
            await response.Content.LoadIntoBufferAsync(cancellationToken);
            Interlocked.Add(ref _bytes, response.Content.Headers.ContentLength ?? 0);
            return response;
        }
    }
}
