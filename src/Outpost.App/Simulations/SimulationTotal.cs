using System.Globalization;
using System.Text.Json;
using Outpost.Simulation;

namespace Outpost.App.Simulations;

/// <summary>Adds up runs.</summary>
internal sealed class SimulationTotal
{
    private readonly SortedDictionary<string, RoleReport> _roles = new(StringComparer.Ordinal);
    private double _days;
    private int _duplicates;
    private int _wrongSequences;
    private int _faults;
    private int _late;
    private int _transactions;

    public int Runs { get; private set; }

    /// <summary>Seeds of runs that broke an invariant.</summary>
    public List<int> Bad { get; } = [];

    private RoleReport All => _roles.Values.Aggregate(RoleReport.None, (sum, one) => sum.Plus(one));

    private double HitRate => All.CouldBeMet == 0 ? 1 : 1 - ((double)All.Lost / All.CouldBeMet);

    public void Add(SimulationReport report)
    {
        Runs++;
        _days += report.Days;
        _duplicates += report.Duplicates;
        _wrongSequences += report.WrongSequences;
        _faults += report.Faults;
        _transactions += report.Transactions;
        _late += report.Late;
        foreach (var (role, of) in report.Roles)
        {
            _roles[role] = _roles.GetValueOrDefault(role, RoleReport.None).Plus(of);
        }

        if (!report.IsGood)
        {
            Bad.Add(report.Seed);
        }
    }

    /// <param name="seconds">Real time of all of it.</param>
    public string ToJson(double seconds) => JsonSerializer.Serialize(new
    {
        runs = Runs,
        days = Math.Round(_days, 3),
        faults = _faults,
        duties = All.Duties,
        met = All.Met,
        couldBeMet = All.CouldBeMet,
        lost = All.Lost,
        hitRate = Math.Round(HitRate, 6),
        missed = All.Missed,
        roles = _roles.ToDictionary(role => role.Key, role => new
        {
            duties = role.Value.Duties,
            met = role.Value.Met,
            couldBeMet = role.Value.CouldBeMet,
            lost = role.Value.Lost,
            missed = role.Value.Missed,
            wronglyNamed = role.Value.WronglyNamed,
        }),
        wronglyNamed = All.WronglyNamed,
        duplicates = _duplicates,
        wrongSequences = _wrongSequences,
        transactions = _transactions,
        late = _late,
        speed = Math.Round(_days * 86_400 / seconds),
        badSeeds = Bad.Order(),
    });

    public string ToLine(double seconds) => string.Create(CultureInfo.InvariantCulture,
        $"{Runs} runs, {_days:0.##} days, {_faults} faults, {All.Duties} windows: {All.Met} met "
        + $"({SimulationReport.Words(_roles)}), {All.CouldBeMet} could be met, "
        + $"{All.Lost} lost ({HitRate * 100:0.####} %), {All.Duties - All.Met} missed, "
        + $"{All.WronglyNamed} wrongly named, {_duplicates} duplicates, {_wrongSequences} wrong sequences, "
        + $"{_late} of {_transactions} late, "
        + $"{_days * 86_400 / seconds:N0} times real time");

    /// <summary>Misses by reason, one line each.</summary>
    public IEnumerable<string> Reasons() => All.Missed.Select(entry => $"  {entry.Value,7}  {entry.Key}");
}
