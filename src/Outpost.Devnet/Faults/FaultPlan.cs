namespace Outpost.Devnet.Faults;

/// <summary>Faults in the order in which they were written; printed one a line, read back as the same plan.</summary>
public sealed record FaultPlan(IReadOnlyList<Fault> Faults)
{
    /// <summary>What is wrong with the text and where; null when it is a plan.</summary>
    public static string? Parse(string text, out FaultPlan? plan)
    {
        plan = null;
        var faults = new List<Fault>();
        foreach (var (index, line) in text.Split('\n').Index())
        {
            if (string.IsNullOrWhiteSpace(line))
            {
                continue;
            }

            if (Fault.Parse(line, out var fault) is { } problem)
            {
                return $"line {index + 1}: {problem}";
            }

            faults.Add(fault!);
        }

        plan = new(faults);
        return null;
    }

    public override string ToString() => string.Join('\n', Faults);

    /// <summary>
    /// Begins and ends each fault at its time, counted from now; completes when all that end have ended.
    /// </summary>
    /// <param name="tell">Hears each beginning (true) and end (false) just after it.</param>
    public async Task RunAsync(
        DevnetFaults faults, TimeProvider time, Action<Fault, bool>? tell, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        foreach (var step in Steps())
        {
            var wait = step.At - time.GetElapsedTime(start);
            if (wait > TimeSpan.Zero)
            {
                await Task.Delay(wait, time, cancellationToken);
            }

            if (step.IsBeginning)
            {
                faults.Begin(step.Fault);
            }
            else
            {
                faults.End(step.Fault);
            }

            tell?.Invoke(step.Fault, step.IsBeginning);
        }
    }

    /// <summary>At one time, ends come before beginnings, but a fault of no length begins before it ends.</summary>
    private IEnumerable<Step> Steps()
    {
        var steps = new List<(Step Step, int Phase)>();
        foreach (var fault in Faults)
        {
            steps.Add((new(fault.From, fault, IsBeginning: true), 1));
            if (fault.For != Timeout.InfiniteTimeSpan)
            {
                steps.Add((new(fault.From + fault.For, fault, IsBeginning: false), fault.For > TimeSpan.Zero ? 0 : 2));
            }
        }

        // The sort is stable: equal moments keep the order of the plan.
        return steps.OrderBy(entry => entry.Step.At).ThenBy(entry => entry.Phase).Select(entry => entry.Step);
    }

    private sealed record Step(TimeSpan At, Fault Fault, bool IsBeginning);
}
