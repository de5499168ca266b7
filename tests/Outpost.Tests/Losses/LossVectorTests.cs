using Outpost.Node.Compute;
using Outpost.Node.Losses;
using Outpost.Tests.Tidy;

namespace Outpost.Tests.Losses;

/// <summary>Every loss, and its logarithm, against numbers that another tool computed: equal to the 34th digit.</summary>
public sealed class LossVectorTests
{
    internal const string Vectors = "tests/Outpost.Tests/Losses/loss-vectors.txt";

    public static TheoryData<string> Methods => [.. LossDefinition.All.Select(definition => definition.Name)];

    [Theory]
    [MemberData(nameof(Methods))]
    public void Has_the_digits_that_another_tool_computed(string name)
    {
        var rows = Repository.Read(Vectors).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => !line.StartsWith('#')).Select(line => line.Split('|')).Where(row => row[0] == name).ToList();
        var faults = rows.SelectMany(Faults).ToList();
        Assert.True(rows.Count >= 40, $"{rows.Count} rows");
        Assert.True(faults.Count == 0, $"{faults.Count} of {rows.Count}:\n{string.Join('\n', faults.Take(20))}");
    }

    private static IEnumerable<string> Faults(string[] row)
    {
        var method = Numbers.Method(row[0], row[1]);
        var raw = method.RawOf(Numbers.Value(row[2]), Numbers.Value(row[3]));
        Assert.Null(raw.Fault);
        var loss = raw.Number.CutTo(WideDecimal.ChainDigits);
        Assert.True(WideDecimal.TryRead(row[4], out var expected));
        if (loss.CompareTo(expected) != 0)
        {
            yield return $"{string.Join('|', row[..4])}: {loss} and not {row[4]}";
        }

        if (row[5].Length > 0)
        {
            var log = ChainLoss.Of(raw, isLog10: true, SmallLoss.Refuse);
            if (log is not LossResult.Value value || Numbers.Wide(value.Number.Text).CompareTo(Numbers.Wide(row[5])) != 0)
            {
                yield return $"log10 {string.Join('|', row[..4])}: {log} and not {row[5]}";
            }
        }
    }
}
