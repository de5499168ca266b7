using Outpost.Devnet.Faults;
using Outpost.Simulation.Faults;
using Outpost.App.Settings;

namespace Outpost.App.Simulations;

/// <summary>Reads which faults a user wants.</summary>
internal static class SimulationPlans
{
    /// <summary>"all", "none" or names. Null, or what is wrong.</summary>
    public static string? Choose(string text, out HashSet<FaultKind> kinds)
    {
        kinds = text switch
        {
            "all" => [.. MixedFaults.Kinds],
            "none" => [],
            _ => [],
        };
        if (text is "all" or "none")
        {
            return null;
        }

        foreach (var name in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (MixedFaults.Kinds.FirstOrDefault(kind => kind.Name == name) is not { } kind)
            {
                var near = NearestName.Of(name, MixedFaults.Kinds.Select(known => known.Name));
                return $"--faults: there is no fault '{name}'{(near is null ? "" : $"; did you mean '{near}'?")}";
            }

            kinds.Add(kind);
        }

        return null;
    }

    /// <summary>One fault a line; empty ones and those with # are passed over. Null, or what is wrong.</summary>
    public static string? Read(FileInfo file, out IReadOnlyList<string>? plan)
    {
        plan = null;
        if (!file.Exists)
        {
            return $"--plan: there is no file {file.FullName}";
        }

        var lines = new List<string>();
        foreach (var (index, line) in File.ReadLines(file.FullName).Index())
        {
            if (line.Trim() is not ("" or ['#', ..]))
            {
                if (Fault.Parse(line, SimulationTask.Kinds, out _) is { } problem)
                {
                    return $"--plan: {file.Name}, line {index + 1}: {problem}";
                }

                lines.Add(line.Trim());
            }
        }

        plan = lines;
        return null;
    }
}
