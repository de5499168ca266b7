using System.Globalization;
using Outpost.Devnet;
using Outpost.EndToEnd.Processes;

namespace Outpost.Benchmarks;

/// <summary>
/// Resident memory (VmRSS) of the real program with 200 topics, asked every half second over several epochs.
/// </summary>
internal static class ProgramMemory
{
    private const int Topics = 200;
    private const int Epochs = 8;
    private const double MostMegabytes = 150;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    internal static Task<IReadOnlyList<Figure>> MeasureAsync(CancellationToken cancellationToken) =>
        MeasureAsync("memory-200-topics", null, cancellationToken);

    /// <summary>The same with the devnet behind 50 ms and 1 % loss.</summary>
    internal static async Task<IReadOnlyList<Figure>> MeasureFarAsync(CancellationToken cancellationToken)
    {
        await using var links = new FarLinks();
        return await MeasureAsync("memory-far-200-topics", links.To, cancellationToken);
    }

    private static async Task<IReadOnlyList<Figure>> MeasureAsync(
        string name, Func<Uri, Uri>? reachedAt, CancellationToken cancellationToken)
    {
        var shape = new TopicOptions
        {
            Id = new(1),
            EpochLength = 16,
            WorkerWindow = 12,
            GroundTruthLag = 16,
            FirstOpening = 20,
        };
        await using var place = await Workplace.CreateAsync(
            TimeSpan.FromMilliseconds(400), [DevnetOptions.ManyTopics(Topics, shape)], cancellationToken,
            reachedAt);
        using var program = place.Seats[0].Start();
        await program.WatchingAsync(cancellationToken);
        var end = shape.FirstOpening + Epochs * shape.EpochLength;
        var megabytes = new List<double>();
        while (place.Devnet.Height < end)
        {
            await Task.Delay(Interval, cancellationToken);
            megabytes.Add(ResidentMegabytes(program.Id));
        }

        var admitted = place.Devnet.Observer.Admitted.Count;
        Console.Error.WriteLine(
            $"memory: {admitted} of {Epochs * Topics} windows answered; median {new Samples(megabytes).Median:F0} MB, "
            + $"last {megabytes[^1]:F0} MB");
        if (admitted < Epochs * Topics / 2)
        {
            throw new InvalidOperationException(
                "Most windows were not answered: this is not the memory of a working node.");
        }

        program.Terminate();
        await program.WaitForExitAsync(cancellationToken);
        return [Figure.AtMost(MostMegabytes, name, megabytes.Max(), "MB resident, the most seen")];
    }

    /// <summary>What a process holds in memory (VmRSS).</summary>
    internal static double ResidentMegabytes(int process)
    {
        var line = File.ReadLines($"/proc/{process}/status")
            .First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        var kilobytes = line.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)[1];
        return double.Parse(kilobytes, CultureInfo.InvariantCulture) * 1024 / 1e6;
    }
}
