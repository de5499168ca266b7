using System.Globalization;
using System.Text;

namespace Outpost.Devnet.Faults;

/// <summary>
/// One thing that goes wrong, as text: <c>rpc-stalls@node-1 from=60s for=30s amount=4s</c>. Without <c>from</c> it
/// begins at once, without <c>for</c> it does not end, without <c>amount</c> it has its kind's own.
/// </summary>
/// <param name="Node">The node that it happens to; null: all of them.</param>
/// <param name="From">Since the start of the plan.</param>
/// <param name="For">How long; <see cref="Timeout.InfiniteTimeSpan"/>: to the end.</param>
/// <param name="Amount">In the unit of its kind.</param>
public sealed record Fault(FaultKind Kind, string? Node, TimeSpan From, TimeSpan For, decimal Amount)
{
    /// <summary>The kind with its own amount, at once and to the end.</summary>
    public static Fault Of(FaultKind kind, string? node = null, decimal? amount = null) =>
        new(kind, node, TimeSpan.Zero, Timeout.InfiniteTimeSpan, amount ?? kind.DefaultAmount);

    /// <summary>What is wrong with the text, as a sentence's end; null when it is a fault.</summary>
    public static string? Parse(string text, out Fault? fault) => Parse(text, FaultKind.All, out fault);

    /// <summary>The same with a catalogue of the caller's, which may know more than a devnet can do.</summary>
    public static string? Parse(string text, IReadOnlyList<FaultKind> kinds, out Fault? fault)
    {
        fault = null;
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var target = words.Length == 0 ? [""] : words[0].Split('@', 2);
        if (kinds.FirstOrDefault(known => known.Name == target[0]) is not { } kind)
        {
            return $"no fault is called '{target[0]}'";
        }

        var node = target.Length == 2 ? target[1] : null;
        if (node is "")
        {
            return "the node's name is missing behind @";
        }

        if (node is not null && !kind.IsOfNode)
        {
            return $"{kind.Name} happens to all nodes: leave @{node} out";
        }

        var read = new Fault(kind, node, TimeSpan.Zero, Timeout.InfiniteTimeSpan, kind.DefaultAmount);
        var given = new HashSet<string>(StringComparer.Ordinal);
        foreach (var word in words.Skip(1))
        {
            var parts = word.Split('=', 2);
            if (parts.Length != 2 || !given.Add(parts[0]) || !read.TryWith(parts[0], parts[1], out read))
            {
                return $"'{word}' is not understood: write from=10s, for=30s or amount=2, each once";
            }
        }

        if (kind.Problem(read.Amount) is { } problem)
        {
            return $"{kind.Name} {problem}, not {Number(read.Amount)}";
        }

        fault = read;
        return null;
    }

    /// <summary>Why it cannot happen on a devnet of so many nodes; null when it can.</summary>
    public string? Problem(int nodes)
    {
        if (Node is not null && !Kind.IsOfNode)
        {
            return $"{Kind.Name} happens to all nodes";
        }

        var isKnown = Node is null || Enumerable.Range(1, nodes).Any(number => DevnetNode.NameOf(number) == Node);
        return !isKnown ? $"there is no {Node}: nodes are {DevnetNode.NameOf(1)} to {DevnetNode.NameOf(nodes)}"
            : Kind.Problem(Amount) is { } problem ? $"{Kind.Name} {problem}, not {Number(Amount)}"
            : null;
    }

    /// <summary>The text that <see cref="Parse(string, out Fault?)"/> reads as this fault.</summary>
    public override string ToString()
    {
        var text = new StringBuilder(Kind.Name);
        if (Node is not null)
        {
            text.Append('@').Append(Node);
        }

        text.Append(" from=").Append(SpanText.Format(From));
        if (For != Timeout.InfiniteTimeSpan)
        {
            text.Append(" for=").Append(SpanText.Format(For));
        }

        if (Kind.AmountUnit.Length > 0)
        {
            text.Append(" amount=").Append(Number(Amount)).Append(Kind.AmountUnit == "s" ? "s" : "");
        }

        return text.ToString();
    }

    /// <summary>Whether it happens to this node.</summary>
    internal bool IsAt(string node) => Node is null || string.Equals(Node, node, StringComparison.Ordinal);

    private bool TryWith(string key, string value, out Fault changed)
    {
        changed = this;
        switch (key)
        {
            case "from" when SpanText.TryParse(value, out var from):
                changed = this with { From = from };
                return true;
            case "for" when SpanText.TryParse(value, out var length):
                changed = this with { For = length };
                return true;
            case "amount" when TryAmount(value, out var amount):
                changed = this with { Amount = amount };
                return true;
            default:
                return false;
        }
    }

    private bool TryAmount(string value, out decimal amount)
    {
        if (Kind.AmountUnit == "s" && SpanText.TryParse(value, out var span))
        {
            amount = span.Ticks / (decimal)TimeSpan.TicksPerSecond;
            return true;
        }

        return decimal.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out amount);
    }

    private static string Number(decimal amount) => amount.ToString("0.############", CultureInfo.InvariantCulture);
}
