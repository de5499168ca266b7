using System.Globalization;

namespace Outpost.Simulation;

/// <summary>
/// A fingerprint of all that happened, in its order: two runs of one seed have the same. FNV-1a over 64 bits.
/// </summary>
internal sealed class Trace(TimeProvider time)
{
    private const ulong Prime = 1099511628211;
    private ulong _hash = 14695981039346656037;

    public long Lines { get; private set; }

    /// <summary>Where the lines go as well, for a person or to compare two runs; null: nowhere.</summary>
    public TextWriter? Listener { get; init; }

    public void Add(string kind, string what)
    {
        Lines++;
        Mix(time.GetTimestamp());
        Mix(kind);
        Mix(what);
        Listener?.WriteLine($"{new TimeSpan(time.GetTimestamp()):d\\.hh\\:mm\\:ss\\.fffffff} {kind} {what}");
    }

    public override string ToString() => _hash.ToString("x16", CultureInfo.InvariantCulture);

    private void Mix(string text)
    {
        foreach (var letter in text)
        {
            _hash = (_hash ^ letter) * Prime;
        }
    }

    private void Mix(long number)
    {
        for (var shift = 0; shift < 64; shift += 8)
        {
            _hash = (_hash ^ (byte)(number >> shift)) * Prime;
        }
    }
}
