#pragma warning disable CS9113 // until the parameters are read
using System.Numerics;
using Google.Protobuf;
using Microsoft.Extensions.Logging;

namespace Outpost.Chains.Cosmos;

/// <summary>
/// One chain behind several endpoints: reads go to the best one and move on when it fails, writes go to all.
/// Throws <see cref="ChainException"/> and nothing else.
/// </summary>
public sealed class CosmosClient(
    CosmosOptions options, HttpMessageHandler network, TimeProvider time, Random random, ILoggerFactory loggers)
    : IAsyncDisposable
{
    /// <summary>Known after <see cref="ConnectAsync"/>.</summary>
    public string ChainId => throw new NotImplementedException();

    /// <summary>Asks every endpoint who it is; succeeds when one serves the right chain and is not syncing.</summary>
    public Task ConnectAsync(CancellationToken cancellationToken) => throw new NotImplementedException();

    public Task<ChainHead> HeadAsync(CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>The average time between the last blocks (up to 100), from their headers.</summary>
    public Task<TimeSpan> BlockTimeAsync(CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>A query by its gRPC method, such as /emissions.v10.QueryService/GetTopic.</summary>
    public Task<TReply> QueryAsync<TReply>(
        string method, IMessage request, MessageParser<TReply> parser, CancellationToken cancellationToken)
        where TReply : IMessage<TReply> => throw new NotImplementedException();

    /// <summary>Null when the account has never received a coin.</summary>
    public Task<Account?> AccountAsync(string address, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    /// <summary>In units of the options' denom.</summary>
    public Task<BigInteger> BalanceAsync(string address, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    public Task<GasPrice> GasPriceAsync(CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>The gas that the transaction would use. A refusal is thrown with the chain's text.</summary>
    public Task<ulong> SimulateAsync(ReadOnlyMemory<byte> transaction, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    /// <summary>
    /// Broadcasts to every endpoint; the first acceptance wins, else the most telling refusal. Throws only when
    /// no endpoint answered, in which case the transaction may or may not have arrived.
    /// </summary>
    public Task<CheckResult> BroadcastAsync(SignedTransaction transaction, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    /// <summary>Null when no endpoint has it in a block (yet).</summary>
    public Task<TransactionResult?> FindAsync(string hash, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    /// <summary>What became of all transactions of a block; null where no endpoint can tell at once (LCD, gRPC).</summary>
    public Task<IReadOnlyList<TransactionResult>?> TransactionsAsync(Height height, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    /// <summary>
    /// Every block from now on, in order and without a gap; reconnects by itself and ends only by cancellation.
    /// The first block comes as soon as the subscription stands.
    /// </summary>
    public IAsyncEnumerable<Block> BlocksAsync(CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
