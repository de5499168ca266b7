using System.Globalization;
using System.Text.Json;
using Outpost.Simulation;

namespace Outpost.App.Simulations;

/// <summary>Adds up runs.</summary>
internal sealed class SimulationTotal
{
    private readonly SortedDictionary<string, int> _missed = new(StringComparer.Ordinal);
    private double _days;
    private int _duties;
    private int _met;
    private int _couldBeMet;
    private int _lost;
    private int _wronglyNamed;
    private int _duplicates;
    private int _wrongSequences;
    private int _faults;
    private int _late;
    private int _transactions;

    public int Runs { get; private set; }

    /// <summary>Seeds of runs that broke an invariant.</summary>
    public List<int> Bad { get; } = [];

    private double HitRate => _couldBeMet == 0 ? 1 : 1 - ((double)_lost / _couldBeMet);

    public void Add(SimulationReport report)
    {
        Runs++;
        _days += report.Days;
        _duties += report.Duties;
        _met += report.Met;
        _couldBeMet += report.CouldBeMet;
        _lost += report.Lost;
        _wronglyNamed += report.WronglyNamed;
        _duplicates += report.Duplicates;
        _wrongSequences += report.WrongSequences;
        _faults += report.Faults;
        _transactions += report.Transactions;
        _late += report.Late;
        foreach (var (reason, count) in report.Missed)
        {
            _missed[reason] = _missed.GetValueOrDefault(reason) + count;
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
        duties = _duties,
        met = _met,
        couldBeMet = _couldBeMet,
        lost = _lost,
        hitRate = Math.Round(HitRate, 6),
        missed = _missed,
        wronglyNamed = _wronglyNamed,
        duplicates = _duplicates,
        wrongSequences = _wrongSequences,
        transactions = _transactions,
        late = _late,
        speed = Math.Round(_days * 86_400 / seconds),
        badSeeds = Bad.Order(),
    });

    public string ToLine(double seconds) => string.Create(CultureInfo.InvariantCulture,
        $"{Runs} runs, {_days:0.##} days, {_faults} faults, {_duties} windows: {_met} met, {_couldBeMet} could be met, "
        + $"{_lost} lost ({HitRate * 100:0.####} %), {_duties - _met} missed, {_wronglyNamed} wrongly named, "
        + $"{_duplicates} duplicates, {_wrongSequences} wrong sequences, {_late} of {_transactions} late, "
        + $"{_days * 86_400 / seconds:N0} times real time");

    /// <summary>Misses by reason, one line each.</summary>
    public IEnumerable<string> Reasons() => _missed.Select(entry => $"  {entry.Value,7}  {entry.Key}");
}
