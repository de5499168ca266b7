using System.Buffers.Binary;
using System.Numerics;
using Outpost.Sdk.Evm;
using Outpost.Sdk.Snapshots;

namespace Outpost.Uniswap.Pairs;

/// <summary>
/// A pair's reserves after every block of an epoch: what it said before the epoch, and each Sync within it.
/// </summary>
internal sealed class PairReserves
{
    private readonly Reserves[] _after;

    private PairReserves(bool exists, Reserves[] after) => (Exists, _after) = (exists, after);

    /// <summary>False when there was no such contract before the epoch, nor any trade within it.</summary>
    public bool Exists { get; }

    /// <summary>After each block of the epoch, in order; nothing where the pair did not exist yet.</summary>
    public IReadOnlyList<Reserves> After => _after;

    /// <summary>All of it in one round; one in <paramref name="checkEvery"/> pairs is asked at the end too.</summary>
    /// <exception cref="UniswapException">The contract says something else at the end, or is no pair.</exception>
    public static async Task<PairReserves> ReadAsync(ISnapshotContext context, EvmAddress pair, int checkEvery)
    {
        var epoch = context.Epoch;
        var read = new EvmCall(pair, Contracts.GetReserves.Encode());
        // Before the first block of all there is nothing.
        var before = epoch.Begin > 0 ? context.CallAsync(read, epoch.Begin - 1) : null;
        var logs = context.LogsAsync(pair, [Contracts.Sync.Topic]);
        var atEnd = IsChecked(pair, epoch, checkEvery) ? context.CallAsync(read, epoch.End) : null;

        var anchor = before is null ? null : Decode(pair, await before);
        var reserves = Follow(epoch, anchor, await logs);
        if (atEnd is not null)
        {
            Compare(pair, epoch, reserves, Decode(pair, await atEnd));
        }

        return reserves;
    }

    /// <summary>Follows from the pair and the epoch alone, so that every node asks the same.</summary>
    public static bool IsChecked(EvmAddress pair, Epoch epoch, int checkEvery)
    {
        if (checkEvery == 0)
        {
            return false;
        }

        Span<byte> seed = stackalloc byte[EvmAddress.Size + sizeof(long)];
        pair.CopyTo(seed);
        BinaryPrimitives.WriteInt64BigEndian(seed[EvmAddress.Size..], epoch.End);
        return BinaryPrimitives.ReadUInt32BigEndian(Keccak256.Hash(seed)) % checkEvery == 0;
    }

    private static PairReserves Follow(Epoch epoch, Reserves? anchor, IReadOnlyList<EvmLog> syncs)
    {
        var after = new Reserves[epoch.Size];
        var last = anchor ?? default;
        var next = 0;
        for (var block = epoch.Begin; block <= epoch.End; block++)
        {
            for (; next < syncs.Count && syncs[next].BlockNumber == block; next++)
            {
                last = PairLog.Sync(syncs[next]);
            }

            after[block - epoch.Begin] = last;
        }

        return next == syncs.Count
            ? new PairReserves(anchor is not null || syncs.Count > 0, after)
            : throw new UniswapException($"The logs of {epoch} are not in the order of the chain.");
    }

    /// <summary>Null where there is no contract yet.</summary>
    private static Reserves? Decode(EvmAddress pair, CallResult answer)
    {
        if (answer is not CallResult.Returned { Data.IsEmpty: false } returned)
        {
            return null;
        }

        try
        {
            var values = Contracts.GetReserves.Decode(returned.Data.Span);
            return new Reserves((UInt128)(BigInteger)values[0], (UInt128)(BigInteger)values[1]);
        }
        catch (FormatException fault)
        {
            throw new UniswapException($"{pair.Hex} is no Uniswap v2 pair. Its getReserves(): {fault.Message}");
        }
    }

    private static void Compare(EvmAddress pair, Epoch epoch, PairReserves followed, Reserves? answered)
    {
        var (here, there) = (followed.After[^1], answered ?? default);
        if (here != there)
        {
            throw new UniswapException(
                $"Reserves of {pair.Hex} after block {epoch.End}: its Sync logs come to {here.Of0} and {here.Of1}, and "
                + $"getReserves() says {there.Of0} and {there.Of1}. The endpoint left out logs, or it is no Uniswap v2 "
                + "pair.");
        }
    }
}
