using System.Globalization;
using System.Text.Json.Nodes;
using Outpost.Node.Duties;
using Outpost.Node.Status;

namespace Outpost.App.Terminal;

/// <summary>Counts what became of the windows of a run, from the pictures that the node gives of itself.</summary>
internal sealed class WindowTally
{
    private const int Steps = 1_000;

    /// <summary>How many windows had this margin, in thousandths; a missed one had none.</summary>
    private readonly long[] _margins = new long[Steps + 1];
    private readonly SortedDictionary<string, int> _reasons = new(StringComparer.Ordinal);
    private HashSet<DutyId> _seen = [];

    public int Included { get; private set; }

    public int Missed { get; private set; }

    public int Windows => Included + Missed;

    public IReadOnlyDictionary<string, int> Reasons => _reasons;

    /// <summary>The ends that were not in an earlier picture, oldest first.</summary>
    public IReadOnlyList<DutyEnd> See(NodeStatus status)
    {
        var fresh = status.RecentEnds.Where(end => !_seen.Contains(end.Duty.Id)).Reverse().ToList();
        _seen = [.. status.RecentEnds.Select(end => end.Duty.Id)];
        foreach (var end in fresh)
        {
            Count(end);
        }

        return fresh;
    }

    /// <summary>The margin that this share of the windows had at least; null before the first window.</summary>
    public double? MarginThatHad(double share)
    {
        if (Windows == 0)
        {
            return null;
        }

        var needed = (long)Math.Ceiling(share * Windows);
        long reached = 0;
        for (var step = Steps; step > 0; step--)
        {
            reached += _margins[step];
            if (reached >= needed)
            {
                return (double)step / Steps;
            }
        }

        return 0;
    }

    /// <summary>The one line of --json.</summary>
    public string ToJson()
    {
        var reasons = new JsonObject();
        foreach (var (code, count) in _reasons)
        {
            reasons[code] = count;
        }

        return new JsonObject
        {
            ["windows"] = Windows,
            ["included"] = Included,
            ["missed"] = Missed,
            ["reasons"] = reasons,
            ["marginP50"] = MarginThatHad(0.50),
            ["marginP99"] = MarginThatHad(0.99),
        }.ToJsonString();
    }

    /// <summary>The same for a person.</summary>
    public IEnumerable<string> Summary()
    {
        if (Windows == 0)
        {
            yield return "no window was decided";
            yield break;
        }

        yield return $"{Windows} windows: {Included} included, {Missed} missed";
        foreach (var (code, count) in _reasons)
        {
            yield return $"  {count} × {code}: {Reason.ByCode(code).Summary} {Reason.ByCode(code).Fix}";
        }

        yield return string.Create(CultureInfo.InvariantCulture,
            $"  half of them had at least {MarginThatHad(0.50):0 %} of the window left, 99 % at least {MarginThatHad(0.99):0 %}");
    }

    private void Count(DutyEnd end)
    {
        if (end.Outcome is Outcome.Missed missed)
        {
            Missed++;
            _reasons[missed.Reason.Code] = _reasons.GetValueOrDefault(missed.Reason.Code) + 1;
            _margins[0]++;
        }
        else if (end.Outcome is Outcome.Included included)
        {
            Included++;
            _margins[(int)Math.Round(end.Duty.Margin(included.At) * Steps)]++;
        }
    }
}
