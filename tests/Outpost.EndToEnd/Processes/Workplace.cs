using System.Numerics;
using Microsoft.Extensions.Logging.Abstractions;
using Outpost.Devnet;

namespace Outpost.EndToEnd.Processes;

/// <summary>
/// All that the real program needs, on loopback: a devnet on which workers are registered and funded, and a seat for
/// each of them.
/// </summary>
internal sealed class Workplace : IAsyncDisposable
{
    /// <summary>All of the longest test's, so that what failed in a block can be read at its end.</summary>
    private const int KeptBlocks = 5_000;

    private Workplace(Devnet.Devnet devnet, IReadOnlyList<Seat> seats)
    {
        Devnet = devnet;
        Seats = seats;
    }

    internal Devnet.Devnet Devnet { get; }

    internal IReadOnlyList<Seat> Seats { get; }

    /// <summary>A seat for each list of topics.</summary>
    /// <param name="reachedAt">From the devnet's RPC URL to the one that the workers are given.</param>
    internal static async Task<Workplace> CreateAsync(
        TimeSpan blockTime, IEnumerable<IReadOnlyList<TopicOptions>> topics, CancellationToken cancellationToken,
        Func<Uri, Uri>? reachedAt = null)
    {
        var seats = new List<Seat>();
        foreach (var served in topics)
        {
            seats.Add(await Seat.TakeAsync(served, cancellationToken));
        }

        var devnet = await Outpost.Devnet.Devnet.StartAsync(
            new DevnetOptions
            {
                BlockTime = blockTime,
                KeptBlocks = KeptBlocks,
                Topics = [.. seats.SelectMany(seat => seat.Topics)],
                Balances = seats.ToDictionary(seat => seat.Worker, _ => BigInteger.Pow(10, 24)),
            },
            TimeProvider.System, NullLoggerFactory.Instance, cancellationToken);
        foreach (var seat in seats)
        {
            await seat.ConfigureAsync(devnet, reachedAt?.Invoke(devnet.Rpc) ?? devnet.Rpc, cancellationToken);
        }

        return new Workplace(devnet, seats);
    }

    /// <summary>Completes when the devnet's onlooker has seen it; the ask is repeated every few milliseconds.</summary>
    internal static async Task UntilAsync(Func<bool> isSeen, CancellationToken cancellationToken)
    {
        while (!isSeen())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System, cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Devnet.DisposeAsync();
        foreach (var seat in Seats)
        {
            await seat.DisposeAsync();
        }
    }
}
