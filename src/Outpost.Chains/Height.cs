namespace Outpost.Chains;

/// <summary>A block's number on its chain; also the name of an Allora nonce: the block that opened it.</summary>
public readonly record struct Height(long Value) : IComparable<Height>
{
    public int CompareTo(Height other) => Value.CompareTo(other.Value);
    public static bool operator <(Height left, Height right) => left.Value < right.Value;
    public static bool operator >(Height left, Height right) => left.Value > right.Value;
    public static bool operator <=(Height left, Height right) => left.Value <= right.Value;
    public static bool operator >=(Height left, Height right) => left.Value >= right.Value;
    public static Height operator +(Height height, long blocks) => new(height.Value + blocks);
    public static long operator -(Height left, Height right) => left.Value - right.Value;
    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
