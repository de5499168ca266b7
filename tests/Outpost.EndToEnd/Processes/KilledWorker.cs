using System.Text.RegularExpressions;

namespace Outpost.EndToEnd.Processes;

/// <summary>
/// One worker whose program is killed (kill -9) at a point of its life and started again at once, again and again.
/// </summary>
internal sealed partial class KilledWorker(Workplace place, Seat seat, WindowLedger ledger, Random random)
{
    private const int LivesTold = 8;
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan PointPatience = TimeSpan.FromSeconds(4);

    private readonly Queue<string> _lives = new();
    private readonly List<string> _wrongSequences = [];

    internal int Kills { get; private set; }

    internal Seat Seat => seat;

    internal WindowLedger Ledger => ledger;

    /// <summary>What the program said in its last lives.</summary>
    internal IEnumerable<string> Lives => _lives;

    /// <summary>The lives in which the chain called a sequence wrong, with the one before.</summary>
    internal IReadOnlyList<string> WrongSequences => _wrongSequences;

    internal async Task LiveUntilAsync(Func<bool> isEnough, CancellationToken stop)
    {
        while (!isEnough())
        {
            using var program = seat.Start("debug");
            if (random.Next(4) == 0)
            {
                // While it starts: the journal is opened, the account asked for, windows looked up.
                await Task.Delay(TimeSpan.FromMilliseconds(random.Next(900)), TimeProvider.System, stop);
                await program.KillAsync(stop);
            }
            else
            {
                var from = await WatchingAsync(program, stop);
                await ReachPointAsync(stop);
                await program.KillAsync(stop);
                ledger.WasUp(from, TimeProvider.System.GetTimestamp());
            }

            Kills++;
            Keep($"{seat.Worker}, life {Kills}, killed at block {place.Devnet.Height}:", program.Lines);
        }
    }

    /// <summary>One last life, long enough for what is open to be ended, and stopped in order.</summary>
    internal async Task LetFinishAsync(CancellationToken stop)
    {
        using var program = seat.Start("debug");
        var from = await WatchingAsync(program, stop);
        var end = place.Devnet.Height + seat.Topics.Max(topic => topic.EpochLength);
        await place.Devnet.WaitForHeightAsync(end, stop);
        ledger.WasUp(from, TimeProvider.System.GetTimestamp());
        program.Terminate();
        await program.WaitForExitAsync(stop);
        Keep($"{seat.Worker}, the last life:", program.Lines);
        Assert.Equal(0, program.ExitCode);
    }

    /// <summary>A point of the program's life, drawn for each anew: any time, or just after one of its steps.</summary>
    private async Task ReachPointAsync(CancellationToken stop)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(PointPatience);
        var (asked, sent, admitted, log) = (seat.Model.Requests, Sent(), Admitted(), LogLength());
        try
        {
            switch (random.Next(8))
            {
                case 0:
                    await Workplace.UntilAsync(() => seat.Model.Requests > asked, patience.Token);
                    break;
                case 1:
                    await Workplace.UntilAsync(() => Sent() > sent, patience.Token);
                    break;
                case 2:
                    await Workplace.UntilAsync(() => Admitted() > admitted, patience.Token);
                    break;
                case 3:
                    // Something has just been written to the journal, such as the bytes that are to leave next.
                    await Workplace.UntilAsync(() => LogLength() != log, patience.Token);
                    break;
                case 4:
                    // Long enough for windows that it cannot be excused for.
                    await Task.Delay(TimeSpan.FromMilliseconds(random.Next(5_000, 12_000)), TimeProvider.System, stop);
                    break;
                default:
                    await Task.Delay(TimeSpan.FromMilliseconds(random.Next(1_500)), TimeProvider.System, stop);
                    break;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(30)), TimeProvider.System, patience.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            // The step did not come within the patience: then this is the point.
        }
    }

    private int Sent() => place.Devnet.Observer.FirstArrivals.Count(arrival => arrival.Name.Worker == seat.Worker);

    private int Admitted() => place.Devnet.Observer.Admitted.Count(inference => inference.Name.Worker == seat.Worker);

    private long LogLength() => new FileInfo(seat.Journal + "-wal") is { Exists: true } file ? file.Length : 0;

    private void Keep(string title, IReadOnlyList<string> lines)
    {
        _lives.Enqueue($"{title}\n{string.Join('\n', lines)}");
        if (lines.Any(line => RefusedAtTheDoor().IsMatch(line)) && _wrongSequences.Count < LivesTold)
        {
            _wrongSequences.Add(string.Join('\n', _lives.TakeLast(2)));
        }

        if (_lives.Count > LivesTold)
        {
            _lives.Dequeue();
        }
    }

    [GeneratedRegex("The chain refused [0-9A-F]+: sdk 32:")]
    private static partial Regex RefusedAtTheDoor();

    private static async Task<long> WatchingAsync(OutpostProcess program, CancellationToken stop)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(StartPatience);
        try
        {
            return await program.WatchingAsync(patience.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            Assert.Fail($"The program did not come to watch:\n{string.Join('\n', program.Lines)}");
            throw;
        }
    }
}
