using Outpost.Sdk.Evm;

namespace Outpost.Sdk.Snapshots;

/// <summary>
/// What a processor is given: one contract, one epoch, and the chain as it stood then.
/// <para>
/// Ask for all that is needed before awaiting any of it. What all processors of an epoch have asked for by the time
/// that none of them can go on is one round: equal questions become one, and all of them are fetched together, in a
/// handful of requests, however many projects there are. Each await of something new costs a round more.
/// </para>
/// <para>
/// Continue where the awaits lead: a task that is moved to another thread (Task.Run, ConfigureAwait(false)) may not ask
/// any more. A chain that cannot be read ends the whole epoch, which is computed again; a processor does not see it.
/// </para>
/// </summary>
public interface ISnapshotContext
{
    /// <summary>The source chain's id.</summary>
    long ChainId { get; }

    /// <summary>The blocks that are snapshotted.</summary>
    Epoch Epoch { get; }

    /// <summary>The contract that the project is on.</summary>
    EvmAddress Contract { get; }

    /// <summary>The headers of the epoch's blocks, in their order.</summary>
    Task<IReadOnlyList<EvmHeader>> HeadersAsync();

    /// <summary>
    /// What a contract emitted of these events within the epoch, in the order of the chain. The first topic of each
    /// log is one of <paramref name="events"/>.
    /// </summary>
    Task<IReadOnlyList<EvmLog>> LogsAsync(EvmAddress contract, IReadOnlyList<Hash32> events);

    /// <summary>
    /// What a contract answers after a block: one of the epoch, or the last one before it. A revert is an answer.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The block is another one.</exception>
    Task<CallResult> CallAsync(EvmCall read, long block);

    /// <summary>
    /// What a contract says of itself and never changes, such as the decimals of a token. It is asked after the
    /// epoch's last block, and once it has answered it is kept for all epochs to come; a revert and an answer of
    /// nothing but zeros are asked anew in the next epoch.
    /// </summary>
    Task<CallResult> MetadataAsync(EvmCall read);

    /// <summary>
    /// What several projects need is worked out once an epoch: by the first that asks under this name, for all. The
    /// work has to come to the same whoever does it, so it must not depend on <see cref="Contract"/>.
    /// </summary>
    Task<T> SharedAsync<T>(string name, Func<Task<T>> work);
}
