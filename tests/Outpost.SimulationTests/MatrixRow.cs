using System.Text.RegularExpressions;
using Outpost.App.Simulations;

namespace Outpost.SimulationTests;

/// <summary>
/// One row of the fault matrix: faults with " + " between them. Each lasts for an hour, or has its own times: from= and
/// for= as in a plan, or every=N s for=M s, again and again until shortly before the end.
/// </summary>
internal sealed partial record MatrixRow(string Faults)
{
    private const int FirstSecond = 400;
    private const int LastSecond = 6800;

    /// <summary>Ninety times, for two to eight seconds each.</summary>
    private bool ComesAndGoes { get; init; }

    public static MatrixRow Often(string fault) => new(fault) { ComesAndGoes = true };

    public SimulationTask Task(int seed) => Runs.Task(seed, [.. Faults.Split(" + ").SelectMany(Expand)]);

    public override string ToString() => ComesAndGoes ? $"{Faults}, again and again" : Faults;

    private IEnumerable<string> Expand(string fault)
    {
        if (ComesAndGoes)
        {
            return Enumerable.Range(0, 90).Select(i => With(fault, $" from={FirstSecond + (i * 71)}s for={2 + (i % 7)}s"));
        }

        if (Every().Match(fault) is { Success: true } every)
        {
            var step = int.Parse(every.Groups[1].Value);
            return Enumerable.Range(0, (LastSecond - FirstSecond) / step)
                .Select(i => Every().Replace(fault, $" from={FirstSecond + (i * step)}s"));
        }

        return [With(fault, " from=20m for=60m")];
    }

    /// <summary>Times stand behind the name and before the amount.</summary>
    private static string With(string fault, string times) =>
        fault.IndexOf(' ', StringComparison.Ordinal) is var space and > 0 ? fault.Insert(space, times) : fault + times;

    [GeneratedRegex(@" every=(\d+)s")]
    private static partial Regex Every();
}
